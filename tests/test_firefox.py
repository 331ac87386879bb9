"""The other browser: in Firefox, too, a page opens from a disk, plays, composes and asks before it tells."""

import firefox
import pytest
from test_book import HTML

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def tab():
    with firefox.start() as found:
        if found is None:
            pytest.skip("no Firefox here: apt-get install firefox-esr")
        yield found


def open_page(tab, name):
    tab.wrong.clear()
    tab.open((HTML / "book" / f"{name}.html").as_uri())


def test_a_player_plays(tab):
    """It is on; its clock is the sound card's, so that it runs where there is one."""
    open_page(tab, "representations/play_replay_volume")
    tab.wait("document.querySelector('[data-musicgan-player] [data-action=play]') !== null")
    tab.click("[data-musicgan-player] [data-action=play]")
    tab.wait(
        "document.querySelector('[data-musicgan-player] [data-action=play]').ariaLabel === 'Pause'"
    )
    tab.ask("new Promise(done => setTimeout(done, 1000))")
    if tab.ask(
        "(c => new Promise(done => setTimeout(() => done(c.currentTime > 0), 1000)))(new AudioContext())"
    ):
        assert tab.ask(
            "Number(document.querySelector('[data-musicgan-player]').dataset.time) > 0.15"
        )
    assert tab.wrong == []


def test_a_generator_composes(tab):
    open_page(tab, "lab/compose")
    tab.wait("document.querySelector('[data-musicgan-compose][data-ready]') !== null")
    tab.click("[data-musicgan-compose] [data-action=compose]")
    written = tab.wait(
        "document.querySelector('[data-musicgan-compose]').dataset.written ?? ''", 60
    )
    assert min(map(int, written.split())) > 8 and tab.wrong == []


def test_equations_are_set_and_nothing_scrolls_sideways(tab):
    open_page(tab, "foundations/two_generator_losses")
    tab.wait("document.querySelectorAll('mjx-container').length > 3")
    assert tab.ask("document.documentElement.scrollWidth - innerWidth") <= 0
    assert tab.wrong == []


def test_what_goes_wrong_on_a_page_is_heard(tab, tmp_path):
    page = tmp_path / "wrong.html"
    page.write_text("<!DOCTYPE html><script>throw new Error('on purpose')</script>")
    tab.open(page.as_uri())
    tab.ask("1")
    assert any("on purpose" in words for words in tab.wrong)
