"""Under which licence each package stands that the library, the book or its tests install.

    python tools/licences.py           prints a table; status 1 where a licence is unknown or asks too much
    python tools/licences.py --write   writes it to results/about/licences.json, too

Asked are the packages of this environment that requirements.txt names, and all that these require in turn. Our code is
MIT and carries none of them along, so any licence fits that lets a program of any kind import its package. A list of
parts with hashes (an SBOM, in CycloneDX's form) is made by ``make sbom``.
"""

import json
import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "results" / "about" / "licences.json"
#: Licences that ask for no more than their own text.
FREE = re.compile(
    r"\b(MIT(-0|-CMU)?|(0|2|3)?-?BSD|BSD(-[23]-Clause)?|Apache|ISCL?|PSF|Python Software Foundation|Zlib|CC0|BSL-1\.0|"
    r"Unlicense|Public Domain|HPND|LLVM-exception)\b",
    re.I,
)
#: Licences that ask for more, and why that is no matter here.
MORE = {
    "MPL": "changes of its own files stay open; we change none",
    "Mozilla": "changes of its own files stay open; we change none",
    "LGPL": "imported as it is, by an extra that nothing else needs",
}
#: What a package's metadata do not say, or say of a part that is not imported.
KNOWN = {
    "axe-playwright-python": "MIT (its repository); carries axe-core, MPL-2.0",
    "docutils": "Public Domain, BSD, PSF; the GPL covers one file for Emacs, which is not imported",
}


def list_packages(names=None) -> dict[str, metadata.Distribution]:
    """Name -> what is installed: the packages of some names, by default of requirements.txt, and all they require."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    asked = names or [re.match(r"[\w.-]+", x).group() for x in lines if x and x[0] != "#"]
    waiting, found = [(name, ()) for name in asked], {}
    while waiting:
        name, extras = waiting.pop()
        key = (canonical(name), *sorted(extras))
        if key in found:
            continue
        try:
            found[key] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another system, or of an extra that is not installed
        for line in found[key].requires or ():
            need = Requirement(line)
            if any(
                need.marker is None or need.marker.evaluate({"extra": e}) for e in ("", *extras)
            ):
                waiting.append((need.name, tuple(need.extras)))
    return {key[0]: found[key] for key in sorted(found)}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_licence(package: metadata.Distribution) -> str:
    """What a package says of itself, as short as it says it; empty where it says nothing."""
    about = package.metadata
    kinds = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    named = [line.rpartition("::")[2].strip() for line in kinds]
    named = [name for name in named if name not in ("OSI Approved", "DFSG approved")]
    said = about.get("License-Expression") or "; ".join(named) or about.get("License") or ""
    return said.strip().partition("\n")[0][:120]


def judge(name: str, licence: str) -> str:
    """Why a licence does not fit; empty where it does. A part after ``;`` or AND has to fit, one of those after OR."""
    if name in KNOWN:
        return ""
    for part in re.split(r";|\bAND\b", licence):
        choices = re.split(r"\bOR\b", part)
        if not any(FREE.search(c) or any(more in c for more in MORE) for c in choices):
            return f"{name}: {part.strip() or 'says nothing of its licence'}"
    return ""


def make_table() -> dict[str, dict]:
    """Name -> version and licence."""
    return {
        name: {"version": package.version, "licence": KNOWN.get(name) or read_licence(package)}
        for name, package in list_packages().items()
    }


def main() -> int:
    table = make_table()
    for name, row in table.items():
        print(f"{name:32} {row['version']:18} {row['licence']}")
    wrong = [said for name, row in table.items() if (said := judge(name, row["licence"]))]
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    if "--write" in sys.argv[1:]:
        from musicgan_lib.files import write_whole

        text = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
        write_whole(TABLE, text.encode())
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
