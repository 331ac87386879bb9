"""Every test: no network but this machine's own, and the corpora only where MUSICGAN_DATA says."""

import os
import shutil
import socket

import pytest
import rotation
from hypothesis import settings

# the same examples on every machine and every day, and no store of old failures beside the tests
settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.load_profile("same")

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
LOCAL = ("127.0.0.1", "::1", "localhost")
_connect = socket.socket.connect


@pytest.fixture(autouse=True)
def network_off(monkeypatch):
    """A test that reaches for the network fails and says where to."""

    def connect(self, address):
        host = address[0] if isinstance(address, tuple) else None
        if host is not None and host not in LOCAL:
            raise OSError(f"the network is off in tests, but {host} was asked for")
        return _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, that of the system."""
    playwright = pytest.importorskip("playwright.sync_api")
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as running:
        instance = running.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield instance
        instance.close()


#: The files that take longest, longest first: while two processes share the files, a long one must not begin last
LONG = (
    "test_pages.py",
    "test_roll_game.py",
    "test_book.py",
    "test_chapters_elsewhere.py",
    "test_team.py",
    "test_standin.py",
    "test_sweep.py",
    "test_player_browser.py",
    "test_wires_rolls.py",
    "test_assignment_grades.py",
    "test_controls.py",
    "test_midi_tokens.py",
    "test_corpora.py",
    "test_shards.py",
    "test_words.py",
    "test_sweep_workers.py",
    "test_recorded_weights.py",
    "test_training_cells.py",
    "test_print.py",
    "test_you_can_now.py",
    "test_slides_browser.py",
    "test_listening_study.py",
)
#: Files that take long and of which half runs with a push, the other half with the next; all of them weekly
IN_TURN = (
    "test_print.py",
    "test_slides_browser.py",
    "test_listening_study.py",
    "test_bet_browser.py",
    "test_compose_codecs.py",
    "test_compose_engine.py",
    "test_shards.py",
    "test_team.py",
    "test_sweep.py",
    "test_sweep_workers.py",
    "test_rolls.py",
    "test_scores.py",
    "test_assignment_grades.py",
    "test_assignments.py",
    "test_progress_browser.py",
    "test_player_browser.py",
)


def pytest_collection_modifyitems(config, items):
    resting = {name for place, name in enumerate(IN_TURN) if rotation.rests(place)}
    if len({item.path.name for item in items}) > len(IN_TURN):  # whoever names a file wants it
        rest = [item for item in items if item.path.name in resting]
        config.hook.pytest_deselected(items=rest)
        items[:] = [item for item in items if item.path.name not in resting]
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONG)))  # of one file as they were
    if os.environ.get("MUSICGAN_DATA"):
        return
    skip = pytest.mark.skip(reason="MUSICGAN_DATA is not set: corpora are not on this machine")
    for item in items:
        if "data" in item.keywords:
            item.add_marker(skip)
