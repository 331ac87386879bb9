"""Answers of many listeners to the listening study, read from their exported files and checked."""

import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

FORMAT = "musicgan-listening-study"
VERSION = 1
#: The system of real music in an answer.
REAL = "real"
SIDES = ("first", "second")
#: No file of answers is larger, and no session longer.
MOST_BYTES, MOST_ANSWERS = 1_000_000, 500
_NAME = re.compile(r"[A-Za-z0-9_.,=+ -]{1,60}")
_LISTENER = re.compile(r"[a-z0-9-]{4,40}")


@dataclass(frozen=True)
class Heard:
    """What one side of a pair was: the system and variant that made it, its kind of music, and which sample."""

    system: str
    variant: str
    kind: str
    sample: int


@dataclass(frozen=True)
class Answer:
    """One pair: what was heard first and second, which one was preferred, which one was taken for a person's."""

    first: Heard
    second: Heard
    prefers: str
    person: str


@dataclass(frozen=True)
class Session:
    """All answers of one listener."""

    listener: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Pool:
    """Sessions, and for each file that was refused the sentence that says why."""

    sessions: tuple[Session, ...]
    refused: dict[str, str]

    def _repr_html_(self) -> str:
        lines = [f"{escape(file)}: {escape(why)}" for file, why in self.refused.items()]
        told = f"<p>{escape(repr(self))}</p>"
        return told + (f"<ul>{''.join(f'<li>{x}</li>' for x in lines)}</ul>" if lines else "")

    def __repr__(self) -> str:
        answers = sum(len(s.answers) for s in self.sessions)
        return (
            f"{len(self.sessions)} listeners, {answers} answers, {len(self.refused)} files refused"
        )


def read_pool(folder) -> Pool:
    """The exported files of a class: every ``*.json`` of a folder, in the order of their names.

    A file that is broken, too large, of another study, or by a listener whose answers are there already is left out,
    and ``refused`` says why. ValueError for a folder that there is not.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"POOL = {str(folder)!r} is no folder; put the exported files into one")
    sessions, refused = {}, {}
    for path in sorted(folder.glob("*.json")):
        try:
            session = read_session(path)
            if session.listener in sessions:
                raise ValueError(f"the answers of listener {session.listener} are there already")
            sessions[session.listener] = session
        except ValueError as reason:
            refused[path.name] = str(reason)
    return Pool(tuple(sessions.values()), refused)


def read_session(path) -> Session:
    """The answers of one exported file; ValueError with a sentence for anything else."""
    path = Path(path)
    if not path.is_file():
        raise ValueError("this is no file")
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 1000} kB, which no export is")
    try:
        content = json.loads(path.read_bytes().decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError("it is not JSON") from None
    return check_session(content)


def check_session(content) -> Session:
    """A session from what an export holds; ValueError names the first thing that is not as it should be.

    The page checks what it imports by the same rules (``listening_study.js``).
    """
    _want(
        isinstance(content, dict) and content.get("format") == FORMAT,
        "it holds no answers to this study",
    )
    _want(content.get("version") == VERSION, f"it is not of version {VERSION} of this study")
    listener, answers = content.get("listener"), content.get("answers")
    _want(
        isinstance(listener, str) and _LISTENER.fullmatch(listener),
        "its listener has no proper name",
    )
    _want(
        isinstance(answers, list) and 0 < len(answers) <= MOST_ANSWERS,
        f"it holds no 1 to {MOST_ANSWERS} answers",
    )
    return Session(listener, tuple(_check_answer(i + 1, one) for i, one in enumerate(answers)))


def _check_answer(number: int, one) -> Answer:
    told = f"answer {number}"
    _want(isinstance(one, dict), f"{told} is none")
    first, second = (_check_heard(f"{told}, {side}", one.get(side)) for side in SIDES)
    _want(first.kind == second.kind, f"{told} compares two kinds of music")
    _want(
        (first.system, first.variant) != (second.system, second.variant),
        f"{told} compares a system with itself",
    )
    for question in ("prefers", "person"):
        _want(one.get(question) in SIDES, f"{told}: {question} is neither first nor second")
    return Answer(first, second, one["prefers"], one["person"])


def _check_heard(told: str, heard) -> Heard:
    _want(isinstance(heard, dict), f"{told}: nothing was heard")
    words = [heard.get(name) for name in ("system", "variant", "kind")]
    _want(
        all(isinstance(w, str) and _NAME.fullmatch(w) for w in words),
        f"{told}: a name is no plain text",
    )
    sample = heard.get("sample")
    _want(type(sample) is int and 0 <= sample < 1000, f"{told}: sample is no number from 0 to 999")
    return Heard(*words, sample)


def _want(right, otherwise: str) -> None:
    if not right:
        raise ValueError(otherwise)
