"""A bet says in a sentence what it cannot be, shows everything without a script, and lets no text become markup."""

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from chapters import CHAPTERS, code_cells, name, read

from musicgan_lib.teaching import bet, show_calibration
from musicgan_lib.teaching.bet import list_marks, tell_number

EVIL = "<img src=x onerror=window.hacked=1>\"'&amp;</script><b>"
GOOD = {"slug": "a-bet-1", "results": {"ours": [0.25, 0.5, 0.3]}, "control": {"dice": [0.75]}}


def ask(question="How far?", unit="nats per note", low=0, high=1, **changed):
    return bet(question, unit, low, high, **(GOOD | changed))


class Seen(HTMLParser):
    """The tags of a page, the text outside of scripts and styles, and the script itself."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.script, self.inside = [], "", "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "script":
            self.script += data
        elif self.inside != "style":
            self.text += data


def about(found) -> dict:
    return json.loads(Seen(found.html).tags[0][1]["data-about"])


def test_the_truth_is_the_mean_of_the_first_row_and_never_typed():
    found = ask()
    assert found.truth == pytest.approx(0.35) == about(found)["truth"]
    two = ask(results={"ours": [0.5, 0.7], "theirs": [0.1]})
    assert two.truth == pytest.approx(0.6)
    assert ask(truth=0.3).truth == 0.3  # a median, say
    for wrong in (0.2499, 0.5001):
        with pytest.raises(ValueError, match="is not among its runs, which go from 0.25 to 0.5"):
            ask(truth=wrong)


def test_every_run_is_a_dot_at_its_place_and_stands_in_words_too():
    found = Seen(ask(low=-1, high=1, results={"ours": [-0.5, 0.0]}, control={"dice": [1.0]}).html)
    dots = [a["style"] for tag, a in found.tags if tag == "i"]
    assert dots == ["left:25.00%", "left:50.00%", "left:100.00%"]
    means = [a["style"] for tag, a in found.tags if tag == "b"]
    assert means == ["left:37.50%", "left:100.00%"]
    kinds = [a["data-kind"] for _, a in found.tags if a.get("class") == "mg-bet-row"]
    assert kinds == ["result", "control"]
    labels = [a["aria-label"] for _, a in found.tags if a.get("class") == "mg-bet-line"]
    assert labels == ["ours: −0.50, 0.00", "dice: 1.00"]
    assert "ours −0.25 (2 runs), dice 1.00 (1 run)" in found.text


def test_it_is_the_same_each_time_and_everything_is_there_without_a_script():
    assert ask().html == ask().html and ask()._repr_html_() == ask().html
    page = re.sub(r"<script>.*?</script>", "", ask().html, flags=re.S)
    found = Seen(page)
    assert found.tags[0][1]["id"] == "bet-a-bet-1"
    assert "How far?" in found.text and "0.35" in found.text and "0.75" in found.text
    assert "hidden" not in {key for _, a in found.tags for key in a}
    assert "data-state" not in found.tags[0][1]  # what hides the answer is set by the script alone
    hides = re.findall(r"[^{}]*\{display:none!important\}", page)
    assert "[data-state=asked]" in hides[-1] and "mg-bet-waits" in hides[-1] and len(hides) == 2
    assert repr(ask()) == "Bet first: How far?"
    for address in ("http:", "https:", "src=", "fetch(", "XMLHttp", "import(", "sendBeacon"):
        assert address not in ask().html


def test_a_hostile_text_is_text():
    found = ask(EVIL, EVIL, results={EVIL: [0.25, 0.5]}, control={EVIL + "2": [0.75]})
    seen = Seen(found.html)
    assert {tag for tag, _ in seen.tags} == {
        "div",
        "style",
        "p",
        "strong",
        "span",
        "i",
        "b",
        "em",
        "script",
    }
    assert [t for t, _ in seen.tags].count("script") == 1 and "onerror" not in seen.script
    assert [t for t, _ in seen.tags].count("b") == 2  # two means
    assert seen.text.count(EVIL) >= 5
    assert about(found)["question"] == EVIL == about(found)["unit"]
    shown = Seen(show_calibration({"a": ("x/y", EVIL)}).html)
    assert EVIL in shown.text and "img" not in {tag for tag, _ in shown.tags}


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"slug": "A bet"}, "slug 'A bet' is no name: take small letters, digits and hyphens"),
        ({"slug": "a--b"}, "is no name"),
        ({"slug": "a\n"}, "is no name"),
        ({"slug": None}, "is no name"),
        ({"question": " "}, "the question of the bet 'a-bet-1' is ' ': say it in words"),
        ({"unit": ""}, "the unit of the bet"),
        ({"low": 1, "high": 1}, "the scale from 1 to 1 is none: give two numbers, the lower one first"),
        ({"low": float("nan")}, "the scale from nan to 1 is none"),
        ({"high": float("inf")}, "is none"),
        ({"low": "0"}, "is none"),
        ({"low": False}, "is none"),
        ({"digits": 7}, "digits is 7: a whole number from 0 to 6"),
        ({"digits": True}, "digits is True"),
        ({"digits": 0}, "from 0 to 1 there are too few numbers of 0 digits to choose from"),
        ({"results": {"ours": [0.5, 1.01]}}, "ours has 1.01, outside of the scale from 0 to 1: nobody could bet on it"),
        ({"control": {"dice": [-0.01]}}, "dice has -0.01, outside of the scale"),
        ({"results": {"ours": [float("nan")]}}, "ours has a run with nan, which is no number"),
        ({"control": {"dice": [0.1, float("inf")]}}, "dice has a run with inf"),
        ({"truth": float("nan")}, "the truth nan is not among its runs"),
    ],
)  # fmt: skip
def test_what_is_no_bet_is_refused_with_a_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        ask(**wrong)


@pytest.mark.parametrize("nothing", [{}, {"ours": []}])
def test_what_nobody_ran_is_no_bet_and_hides_nothing(nothing):
    found = ask(results=nothing)
    assert found.truth is None and "not run" in found.html
    assert "<script" not in found.html and "data-musicgan" not in found.html
    other = ask(control={"dice": []})
    assert "– not run" in other.html and "dice <strong>not run" in re.sub("</?em>", "", other.html)


@pytest.mark.parametrize(
    "low, high, wanted",
    [
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (1, 60, ["20", "40", "60"]),
        (-0.1, 0.1, ["−0.10", "−0.05", "0.00", "0.05", "0.10"]),
        (0, 10, ["0", "2", "4", "6", "8", "10"]),
        (0, 1.2, ["0.00", "0.25", "0.50", "0.75", "1.00"]),
        (2, 1e6, ["200000", "400000", "600000", "800000", "1000000"]),
    ],
)
def test_marks_are_round_numbers_of_the_scale(low, high, wanted):
    marks = list_marks(low, high)
    assert [tell_number(x, digits) for x, digits in marks] == wanted
    assert all(low <= x <= high for x, _ in marks)


def test_a_list_of_bets_has_links_that_work_without_a_script():
    found = Seen(show_calibration({"a": ("x/y", "one"), "b-2": ("z", "two")}).html)
    links = [a["href"] for tag, a in found.tags if tag == "a"]
    assert links == ["../x/y.html#bet-a", "../z.html#bet-b-2"] and found.tags[0][1]["id"] == "bets"
    assert 'href="z.html#bet-a"' in show_calibration({"a": ("z", "one")}, base="").html
    for page in (
        "javascript:alert(1)//x",
        "https://x.y/z",
        "/x",
        "../x",
        "x.html",
        "x?a",
        '"x',
        "x\n",
        "",
    ):
        with pytest.raises(ValueError, match="name a page of this book, such as 'lab/claims'"):
            show_calibration({"a": (page, "one")})
    with pytest.raises(ValueError, match="is no name"):
        show_calibration({"A": ("x", "one")})


#: Where a page makes a bet: its slug, in the call.
_CALL = re.compile(r"\bbet\(.*?slug=\"([^\"]+)\"", re.S)


def placed() -> dict[str, str]:
    """slug -> the page of the book that makes this bet."""
    found = {}
    for path in CHAPTERS:
        for cell in code_cells(path):
            for slug in _CALL.findall(cell.source):
                assert slug not in found, f"{name(path)} and {found[slug]} both make the bet {slug}"
                found[slug] = name(path).removesuffix(".ipynb")
    return found


def test_the_calibration_lists_every_bet_of_the_book():
    (path,) = [p for p in CHAPTERS if any("show_calibration(" in c.source for c in code_cells(p))]
    (cell,) = [c for c in code_cells(path) if "show_calibration(BETS)" in c.source]
    scope = {}
    exec(cell.source.split("show_calibration(")[0], scope)
    assert {slug: page for slug, (page, _) in scope["BETS"].items()} == placed()
    assert path.parent.parent.name == "book"  # so that "../" leads there
    assert len(placed()) >= 9


def test_a_bet_stands_before_its_result_and_its_numbers_come_from_records():
    for path in CHAPTERS:
        for cell in read(path):
            if cell.cell_type == "code" and (slugs := _CALL.findall(cell.source)):
                assert "hide-input" in cell.metadata.get("tags", []), (
                    f"{slugs}: the source tells the answer"
                )
                call = cell.source[cell.source.index("bet(") :]
                for row in re.findall(r"(?:results|control)=\{(.*?)\}", call, re.S):
                    numbers = re.sub(r"\"[^\"]*\"", "", row)
                    assert not re.search(r"[\[(,]\s*-?\d*\.\d", numbers), (
                        f"{slugs}: a typed result, {row}"
                    )
                source = "\n".join(c.source for c in code_cells(path))
                assert re.search(r"\brecorded?\b", source), f"{slugs}: no record is read"
                assert unescape(cell.source) == cell.source
