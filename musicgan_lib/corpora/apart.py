"""MIDI files read by a process of their own, so that a file which ends the parser ends no reading of a corpus.

The parser (symusic) is C++ and looks at bytes that strangers wrote. What it could trip over is looked for first
(``notes/midi_bytes.py``); this is for what nobody thought of. The process is started once and asked again and again.
"""

import atexit
import contextlib
import faulthandler
import json
import os
import subprocess
import sys
import tempfile
import threading
import warnings
from pathlib import Path

from ..notes import MidiError, Piece, read_midi
from . import cache

#: Seconds that one file may take; a process that takes longer is ended, as one that crashed.
LONGEST_S = 60
#: The name of each file where the reader finds it; it stands in a Piece as its source.
FILE = "file.mid"
#: What the process says when it has begun, and when it has read what it was asked for.
READY, DONE = "ready\n", "done\n"
_PACKAGE = Path(__file__).resolve().parents[2]


class Reader:
    """A process that reads folders of files on request, and another when that one has died.

    ``code``: what it runs, :func:`serve` unless said. Threads take turns. RuntimeError where the process does not even
    begin, OSError where it finds no room for what it read: neither is a fault of a file.
    """

    def __init__(self, code: str = f"from {__name__} import serve; serve()"):
        self._code, self._process, self._owner = code, None, os.getpid()
        self._turn = threading.Lock()

    def read(self, contents: list[bytes]) -> list[Piece | str]:
        """A piece, or a sentence why there is none, for the bytes of each file."""
        with self._turn:
            found = self._ask(contents)
        if found is None and len(contents) == 1:
            return [f"the parser did not survive it (or took more than {LONGEST_S} s)"]
        if found is None:  # one of them: which is found one by one
            found = [answer for content in contents for answer in self.read([content])]
        return found

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._owner == os.getpid():
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.kill()
            self._process.wait()
        self._process = None

    def _ask(self, contents: list[bytes]) -> list[Piece | str] | None:
        """What the process answers; None where it died on the way."""
        with tempfile.TemporaryDirectory() as folder:
            for i, content in enumerate(contents):
                Path(folder, str(i)).mkdir()
                Path(folder, str(i), FILE).write_bytes(content)
            try:
                process = self._start()
                process.stdin.write(f"{json.dumps([folder, len(contents)])}\n")
                process.stdin.flush()
                answered = process.stdout.readline()
            except BrokenPipeError:
                answered = ""
            if answered not in ("", DONE):
                raise OSError(answered.strip())
            found = cache.read_pieces(Path(folder, "found.npz")) if answered else None
        if found is None:
            self.close()
            return None
        pieces, refused = iter(found[0]), {int(i): said for i, said in found[1]["refused"].items()}
        return [refused[i] if i in refused else next(pieces) for i in range(len(contents))]

    def _start(self) -> subprocess.Popen:
        if self._owner != os.getpid() or self._process is None or self._process.poll() is not None:
            words = [sys.executable, "-c", self._code]
            paths = [str(_PACKAGE), *filter(None, [os.environ.get("PYTHONPATH")])]
            env = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, env=env
            )
            self._owner = os.getpid()
            if self._process.stdout.readline() != READY:
                self.close()
                raise RuntimeError(f"{sys.executable} could not begin to read MIDI files")
        return self._process


READER = Reader()
atexit.register(READER.close)


def serve() -> None:
    """What the process does: for each line ``[folder, count]`` it writes ``found.npz`` into the folder and answers."""
    _say(READY)
    for line in sys.stdin:
        folder, count = json.loads(line)
        pieces, refused = [], {}
        for i in range(count):
            path = Path(folder, str(i), FILE)
            faulthandler.dump_traceback_later(LONGEST_S, exit=True, file=sys.__stderr__)
            # what a reader mends is in Piece.losses
            with warnings.catch_warnings(action="ignore"):
                try:
                    pieces.append(read_midi(path))
                except MidiError as reason:
                    refused[i] = str(reason).replace(str(path), "").strip(": ")
            faulthandler.cancel_dump_traceback_later()
        try:
            cache.save_pieces(Path(folder, "found.npz"), pieces, {"refused": refused})
        except OSError as reason:
            _say(f"{reason}\n")
        else:
            _say(DONE)


def _say(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
        sys.stdout.write(line)
        sys.stdout.flush()
