"""A host that stalls, lies about length, breaks off or never ends: a sentence, and nothing is kept."""

import socket
import threading
import time

import pytest

from musicgan_lib.experiments import download, records

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture
def host(monkeypatch, tmp_path):
    """A host that answers with what it is told to, a part at a time; the library asks it for results."""
    listening = socket.create_server(("127.0.0.1", 0))
    said, over = [], threading.Event()

    def answer():
        while not over.is_set():
            try:
                asked, _ = listening.accept()
            except OSError:
                return
            with asked:
                asked.recv(4096)
                for part in said:
                    if over.is_set():
                        break
                    try:
                        asked.sendall(part) if part else over.wait(1)
                    except OSError:
                        break

    threading.Thread(target=answer, daemon=True).start()
    monkeypatch.setattr(records, "root", lambda: None)
    monkeypatch.setattr(records, "_list_known", lambda: {"a.json": "0" * 64})
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MUSICGAN_RESULTS_URL", f"http://127.0.0.1:{listening.getsockname()[1]}")
    monkeypatch.setattr(download, "PATIENCE_S", 0.3)
    yield said
    over.set()
    listening.close()


STALL = b""
ANSWERS = {
    "stalls before the head": ([STALL], "timed out"),
    "stalls within": ([HEAD + b"Content-Length: 9\r\n\r\n[1", STALL], "timed out"),
    "promises more than it sends": (
        [HEAD + b"Content-Length: 9\r\n\r\n[1]"],
        "promised 9 bytes|IncompleteRead",
    ),
    "breaks off in a chunk": (
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n[1"],
        "IncompleteRead",
    ),
    "speaks no HTTP": ([b"\x00\x01\x02 nonsense\r\n\r\n"], "BadStatusLine|Invalid"),
    "sends other bytes": ([HEAD + b"Content-Length: 3\r\n\r\n[1]"], "sha256 differs"),
    "never ends": ([HEAD + b"\r\n", *[bytes(2**16)] * 40], "more than"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_strange_host_is_refused_and_nothing_is_kept(name, host, tmp_path, monkeypatch):
    parts, words = ANSWERS[name]
    monkeypatch.setattr(download, "LARGEST", 2**20)
    host += parts
    with pytest.raises(records.ResultUnavailable, match=words):
        records.open("a.json")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_host_that_trickles_is_left(host, monkeypatch):
    monkeypatch.setattr(download, "WITHIN_S", 0.2)
    host += [HEAD + b"\r\n", *[b" "] * 5]
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() * 1e6)  # each part seems to take long
    with pytest.raises(records.ResultUnavailable, match="took more than"):
        records.open("a.json")


@pytest.mark.parametrize("address", ["file:///etc", "ftp://127.0.0.1", "/etc"])
def test_only_the_web_is_asked(address, host, monkeypatch):
    monkeypatch.setenv("MUSICGAN_RESULTS_URL", address)
    with pytest.raises(records.ResultUnavailable, match="no address of the web"):
        records.open("a.json")
