"""Calls that are interrupted: a process of its own each, in which an operation on files ends the process or fails."""

import errno
import json
import os
import signal
import sys
import time
from pathlib import Path

#: Seconds after which a call is taken to hang.
LONGEST = 120


class Trap:
    """In a child: counts operations on files below a place, and at number ``at`` ends the process or fails."""

    def __init__(self, place: Path, way: str = "", at: int = -1):
        self.place, self.way, self.at, self.seen = str(place), way, at, 0

    def listen(self) -> None:
        from musicgan_lib import files

        sys.addaudithook(self.hear)
        files.open = self.open

    def hear(self, event: str, told: tuple) -> None:
        """Called by Python before each open, rename, removal and new folder."""
        if event == "open":
            path, mode, flags = told
            writes = any(c in mode for c in "wax+") if mode else flags & (os.O_WRONLY | os.O_RDWR)
            if not writes:
                return
        elif event not in ("os.rename", "os.remove", "os.mkdir"):
            return
        path = told[0]
        if not isinstance(path, str | bytes | Path) or not os.fsdecode(path).startswith(self.place):
            return
        there = os.path.exists(path)
        if (event == "os.mkdir" and there) or (event == "os.remove" and not there):
            return  # the system itself says so, and does nothing
        self.spring(event, os.fsdecode(path))

    def spring(self, event: str, path: str) -> None:
        self.seen += 1
        if self.way == "killed" and self.seen - 1 == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        late = 0 <= self.at < self.seen
        if self.way == "full" and late and event in ("open", "write", "os.mkdir"):
            raise OSError(
                errno.ENOSPC, os.strerror(errno.ENOSPC), *([] if event == "write" else [path])
            )
        if self.way == "read_only":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    def open(self, path, mode="r"):
        return Half(open(path, mode), self) if "w" in mode else open(path, mode)


class Half:
    """A file of which only half of what is written arrives where the trap springs."""

    def __init__(self, file, trap):
        self.file, self.trap = file, trap

    def write(self, data):
        data = memoryview(data).cast("B")
        half = len(data) // 2
        self.file.write(data[:half])
        if self.trap.seen == self.trap.at:
            self.file.flush()
        self.trap.spring("write", self.file.name)
        self.file.write(data[half:])
        return len(data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)


class Child:
    """A call in a process of its own: ``end`` waits for it and says what came of it."""

    def __init__(self, writer, place: Path, trap: Trap, who: int = 0):
        self.reads, writes = os.pipe()
        self.began = time.perf_counter()
        self.id = os.fork()
        if self.id:
            os.close(writes)
            return
        os.setsid()
        os.close(self.reads)
        for number in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
        os.environ |= {
            "MUSICGAN_CACHE": str(place / "cache"),
            "MUSICGAN_STATIC": "1",
            "KILLS_TICKS": str(ticks_of(place)),
        }
        said = {}
        try:
            for owner, name in writer.ticked:
                setattr(owner, name, tick(getattr(owner, name), ticks_of(place)))
            trap.listen()
            writer.work(place, who)
        except OSError as reason:
            said = {"refused": f"{reason}"}
        except BaseException as fault:  # whatever else it is, it is what we look for
            said = {"fault": f"{type(fault).__name__}: {fault}"}
        os.write(writes, json.dumps(said | {"seen": trap.seen}).encode())
        os._exit(0)

    def kill(self) -> None:
        os.kill(self.id, signal.SIGKILL)

    def end(self) -> dict:
        signal.alarm(LONGEST)  # a call that hangs ends this process, too
        with os.fdopen(self.reads, "rb") as file:
            said = file.read()
        status = os.waitpid(self.id, 0)[1]
        self.see_alone()
        signal.alarm(0)
        told = {"seconds": time.perf_counter() - self.began}
        if os.WIFSIGNALED(status):
            return told | {"died": os.WTERMSIG(status)}
        return told | json.loads(said)

    def see_alone(self) -> None:
        """Wait until all that the call has started is gone; a second is enough to notice that it is dead."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            try:
                os.killpg(self.id, 0)
            except ProcessLookupError:
                return
            time.sleep(0.01)
        raise AssertionError("a process that it started lives on")


def ticks_of(place: Path) -> Path:
    return place.with_suffix(".ticks")


def tick(function, path: Path):
    """The function, and a line in a file for each call."""

    def told(*given, **named):
        with open(path, "a") as file:
            file.write(f"{function.__name__}\n")
        return function(*given, **named)

    return told
