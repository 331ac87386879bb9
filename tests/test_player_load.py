"""Music that is too much for a page: a part is played, and a sentence says which."""

import html
import importlib
import json
import re

import pytest
from raw_midi import make_many_notes

from musicgan_lib.listening import player, synth
from musicgan_lib.listening.player import MOST_NOTES

module = importlib.import_module("musicgan_lib.listening.player")


@pytest.fixture(autouse=True)
def silent(monkeypatch):
    """How loud an hour of music is takes half a minute to find out, and is not asked here."""
    monkeypatch.setattr(synth, "match_gain", lambda piece: (1.0, 0.5))


def unpack(output) -> dict:
    found = re.search(r"data-music='([^']*)'", output.html)
    return json.loads(html.unescape(found.group(1)))


def count_notes(page, root) -> int:
    return int(
        re.search(r"(\d+) notes", root.query_selector("canvas").get_attribute("aria-label"))[1]
    )


def test_of_a_piece_with_too_many_notes_the_first_are_played_and_a_sentence_says_so():
    told = player(make_many_notes(MOST_NOTES + 1, seconds=60), labels=["A"]).html
    assert f"of A you hear the first {MOST_NOTES:,} notes" in told
    assert "you hear" not in player(make_many_notes(MOST_NOTES, seconds=60)).html


def test_long_and_dense_is_told_once_and_each_by_its_name():
    dense, long = make_many_notes(MOST_NOTES + 1, 60), make_many_notes(50, 3 * 3600)
    told = player(dense, long, dense.window(0, 8), labels=["dense", "long", "short"]).html
    assert told.count("Longer than can be played") == 1
    assert f"of dense you hear the first {MOST_NOTES:,} notes" in told
    assert "of long you hear the first 60 minutes" in told and "of short" not in told


def test_in_a_blind_test_all_are_cut_alike():
    dense = make_many_notes(2 * MOST_NOTES, 60)
    cut = module.cut_to_shortest([dense, dense.replace(title="another")])
    assert [len(p) for p in cut] == [MOST_NOTES] * 2


@pytest.mark.browser
@pytest.mark.filterwarnings("default")
def test_a_page_opens_three_hours_of_128_tracks_and_200000_notes(browser, tmp_path, monkeypatch):
    """With the bound, and without it: even then the page is slow and not broken."""
    long = make_many_notes(200_000, 3 * 3600, tracks=128)
    dense = make_many_notes(200_000, 3600, tracks=128)
    for piece, bound, shown in ((long, MOST_NOTES, MOST_NOTES), (dense, 10**9, 200_000)):
        monkeypatch.setattr(module, "MOST_NOTES", bound)
        path = tmp_path / "page.html"
        path.write_text(f"<!doctype html><html lang=en><title>x</title>{player(piece).html}")
        page, wrong = browser.new_page(), []
        page.on("pageerror", lambda e, wrong=wrong: wrong.append(str(e)))
        page.goto(path.as_uri())
        root = page.wait_for_selector("[data-musicgan-player][data-ready]", timeout=60_000)
        assert count_notes(page, root) >= shown
        for action in ("play", "loop", "play"):
            page.click(f"[data-action={action}]")
        assert root.evaluate("p => p.midi().length") > 8 * shown
        page.close()
        assert wrong == []
