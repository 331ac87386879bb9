"""Write down which edition of each corpus is the present one: ``results/about/editions.json``.

    MUSICGAN_DATA=... python tools/editions.py [CORPUS="what was mended" ...] [CORPUS~="what was retouched" ...]

A line for each corpus that some record names and that is on this machine; the others stay as they are. Where the
music is another than the one written down, what was mended has to be said: pages then mark the rows of the older
edition. With ``~=`` rows of the older edition go on to count, and pages tell of the mend under their tables: for what
rows do not read (names of instruments, annotations), or of what they read so little that no number can show it. Say
how little.
"""

import json
import sys
from pathlib import Path

from musicgan_lib.experiments import claims
from musicgan_lib.experiments.editions import hash_corpus

PLACE = Path(__file__).resolve().parents[1] / "results" / "about" / "editions.json"


def renew(known: dict, hashes: dict, said: dict, retouched: dict) -> dict:
    """The editions of ``known`` with these hashes, corpus -> hash, and with what was mended or retouched, corpus ->
    words.

    ValueError for a corpus whose music is another one while nobody says why.
    """
    found = {corpus: dict(edition) for corpus, edition in known.items()}
    for corpus, seen in hashes.items():
        edition = found.setdefault(corpus, {})
        if (before := edition.get("data_hash", seen)) != seen:
            if corpus not in said | retouched:
                raise ValueError(
                    f"the music of {corpus} is another one: {before} was written down, {seen} is here; "
                    f'say what was mended: python tools/editions.py {corpus}="…"'
                )
            edition["same"] = [*edition.get("same", ()), before]
        edition["data_hash"] = seen
    for corpus, words in said.items():
        edition = found.setdefault(corpus, {})
        edition["changed"] = words
        for none_is_left in ("same", "retouched"):
            edition.pop(none_is_left, None)
    for corpus, words in retouched.items():
        found.setdefault(corpus, {})["retouched"] = words
    return found


def main(words: list[str]) -> int:
    told = dict(word.split("=", 1) for word in words)
    retouched = {corpus[:-1]: word for corpus, word in told.items() if corpus.endswith("~")}
    said = {corpus: word for corpus, word in told.items() if not corpus.endswith("~")}
    known = json.loads(PLACE.read_text()) if PLACE.is_file() else {}
    named = sorted({row["corpus"] for row in claims.read_all_records()})
    hashes = {corpus: seen for corpus in named if (seen := hash_corpus(corpus))}
    try:
        editions = renew(known, hashes, said, retouched)
    except ValueError as reason:
        print(reason, file=sys.stderr)
        return 1
    PLACE.write_text(json.dumps(editions, indent=1, sort_keys=True) + "\n")
    for corpus in sorted(editions):
        print(corpus, editions[corpus])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
