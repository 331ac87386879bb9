"""Which repository and commit this code is: a checkout, or what pip installed it from."""

import json
import re
import subprocess
from pathlib import Path


def root() -> Path | None:
    """The folder of the checkout that this library is imported from; None for an installed wheel."""
    folder = Path(__file__).resolve().parents[1]
    return folder if (folder / "_toc.yml").is_file() and (folder / "results").is_dir() else None


#: What the numbers of a run come from; results, tests and prose change none.
CODE = ("musicgan_lib", "book", "tools", "pyproject.toml")


def commit() -> str:
    """The commit of the checkout, or of the git address that pip installed; an empty string if unknown."""
    if root() is None:
        return _installed_from().get("vcs_info", {}).get("commit_id", "")
    return (_ask_git("rev-parse", "HEAD") or "").strip()


def is_dirty(than: str = "HEAD", paths=CODE) -> bool | None:
    """Whether the code here is other than a commit's: edited, deleted or not yet added.

    None where nobody can say: there is no repository, or it lacks the commit.
    """
    if root() is None:
        return (
            (than not in ("HEAD", commit())) if commit() else None
        )  # pip installs what a commit holds
    edited = _ask_git("diff", "--name-only", than, "--", *paths)
    new = _ask_git("ls-files", "--others", "--exclude-standard", "--", *paths)
    return None if edited is None or new is None else bool(edited + new)


def _ask_git(*words: str) -> str | None:
    """What git says of the checkout; None where it is no repository, or the machine has no git."""
    command = ["git", "-C", str(root()), *words]
    try:
        reply = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return reply.stdout if reply.returncode == 0 else None


def repository_slug() -> str:
    """``owner/name`` of the repository: what pip installed from, else what _config.yml says."""
    text = _installed_from().get("url", "")
    if "github.com" not in text and root() is not None:
        text = (root() / "_config.yml").read_text()
    found = re.search(r"github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?(?=[\"'\s@#]|$)", text)
    return found.group(1) if found else "YOUR_ACCOUNT/musicgan-book"


def _installed_from() -> dict:
    from importlib import metadata  # parses e-mail headers: only where it is asked

    try:
        text = metadata.distribution("musicgan_lib").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return {}
    return json.loads(text) if text else {}
