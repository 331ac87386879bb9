"""Which repository and commit this code is: a checkout, or what pip installed it from."""

import json
import re
import subprocess
from importlib import metadata
from pathlib import Path


def root() -> Path | None:
    """The folder of the checkout that this library is imported from; None for an installed wheel."""
    folder = Path(__file__).resolve().parents[1]
    return folder if (folder / "_toc.yml").is_file() and (folder / "results").is_dir() else None


def commit() -> str:
    """The commit of the checkout, or of the git address that pip installed; an empty string if unknown."""
    folder = root()
    if folder is None:
        return _installed_from().get("vcs_info", {}).get("commit_id", "")
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        reply = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:  # a machine without git
        return ""
    return reply.stdout.strip() if reply.returncode == 0 else ""


def repository_slug() -> str:
    """``owner/name`` of the repository: what pip installed from, else what _config.yml says."""
    text = _installed_from().get("url", "")
    if "github.com" not in text and root() is not None:
        text = (root() / "_config.yml").read_text()
    found = re.search(r"github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?(?=[\"'\s@#]|$)", text)
    return found.group(1) if found else "YOUR_ACCOUNT/musicgan-book"


def _installed_from() -> dict:
    try:
        text = metadata.distribution("musicgan_lib").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return {}
    return json.loads(text) if text else {}
