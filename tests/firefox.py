"""Debian's Firefox, driven over WebDriver BiDi: open a page, ask it, click in it, and hear what went wrong."""

import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import websocket

#: Firefox says there how it can be spoken to.
_READY = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class Firefox:
    """One tab. ``wrong`` collects errors of its console and of its scripts."""

    def __init__(self, address: str):
        self.wrong: list[str] = []
        self._socket, self._number = (
            websocket.create_connection(f"{address}/session", timeout=60, suppress_origin=True),
            0,
        )
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._tab = self._ask("browsingContext.create", type="tab")["context"]

    def _ask(self, method: str, **what) -> dict:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": what}))
        while True:
            told = json.loads(self._socket.recv())
            if told.get("method") == "log.entryAdded" and told["params"]["level"] == "error":
                self.wrong.append(str(told["params"]["text"])[:200])
            if told.get("id") == self._number:
                if told["type"] == "error":
                    raise RuntimeError(f"{method}: {told['error']}, {told['message']}")
                return told["result"]

    def close(self) -> None:
        self._socket.close()

    def open(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def ask(self, expression: str):
        """The value of an expression of JavaScript, a promise's too; RuntimeError where it throws."""
        told = self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        if told["type"] == "exception":
            raise RuntimeError(told["exceptionDetails"]["text"])
        return json.loads(told["result"].get("value", "null"))

    def wait(self, expression: str, seconds: float = 30.0):
        """Ask until the answer is true; TimeoutError after so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := self.ask(expression):
                return found
            time.sleep(0.2)
        raise TimeoutError(f"not within {seconds:g} s: {expression}")

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of the first element that fits."""
        find = f"document.querySelector({json.dumps(selector)})"
        self.ask(f"{find}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        x, y = self.ask(
            f"(r => [r.left + r.width / 2, r.top + r.height / 2])({find}.getBoundingClientRect())"
        )
        steps = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": steps}
        self._ask("input.performActions", context=self._tab, actions=[mouse])


@contextlib.contextmanager
def start():
    """A Firefox without a window and with a profile of its own; None where there is no Firefox."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        said = Path(profile) / "said.txt"
        (Path(profile) / "user.js").write_text('user_pref("media.autoplay.default", 0);\n')
        command = [program, "--headless", "--profile", profile, "--remote-debugging-port", "0"]
        with said.open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
            tab = None
            try:
                tab = Firefox(_wait_for_address(said))
                yield tab
            finally:
                if tab is not None:
                    tab.close()
                process.kill()


def _wait_for_address(said: Path, seconds: float = 60.0) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := _READY.search(said.read_text()):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(f"Firefox does not listen after {seconds:g} s: {said.read_text()[-500:]}")
