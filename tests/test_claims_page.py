"""The page of claims: each claim one mark and one line, exact numbers, filters, and no text that becomes markup."""

import re
from fractions import Fraction
from html import escape

import pytest

from musicgan_lib.experiments import claims, claims_figure, claims_table
from musicgan_lib.experiments.luck import survive_holm


def test_the_table_reads_without_javascript():
    page = claims_table.show_table(claims.judge_all([]))
    assert page._repr_html_() == str(page)
    body = page.split("<script>")[0]
    assert body.count('<details class="mg-claim" ') == len(claims.list_claims())
    assert body.count('<details class="mg-claims-paper" ') == len(claims.list_papers())
    for claim in claims.list_claims():
        assert body.count(f'id="claim-{claim.id}"') == 1 and escape(claim.claim) in body
    assert not re.search("<[^>]+ (open|hidden)", body)  # the browser's own folding, and no script
    assert "http" not in page and "src=" not in page and len(page) < 90_000
    shown = claims_table.show_table([NASTY]).split("<script>")[0]
    assert "<i>" not in shown and "a &lt; b &amp; c" in shown and "&lt;script&gt;" in shown


#: A claim whose texts would like to be more than text.
NASTY = claims.Judgement(
    claims.Claim("x", "bjare2020", "<i>", "<script>\"'", "papers/x", {}), "true", "a < b & c", luck=Fraction(1, 20)
)  # fmt: skip


def judgement(verdict, luck, opposite=None, paper="bjare2020", name="x"):
    claim = claims.Claim(name, paper, "Table 1", "A claim.", "papers/x", {})
    return claims.Judgement(claim, verdict, "", luck=luck, luck_opposite=opposite)


def test_a_p_is_told_exactly():
    told = [
        claims_table.tell_luck(p) for p in (Fraction(1, 924), Fraction(323, 924), Fraction(1), None)
    ]
    assert told == ["1 in 924", "323/924 = 0.35", "1", "–"]
    assert claims_table.p_of(judgement("false", Fraction(1), Fraction(1, 20))) == Fraction(1, 20)
    assert claims_table.p_of(judgement("not settled", Fraction(1), Fraction(1, 20))) == 1


def draw(*judgements):
    """Of each mark of the figure: its verdict, its address, how far to the right, how high."""
    page = claims_figure.draw_claims(judgements)
    marks = re.findall(
        r'<a class="mg-mark" href="([^"]+)" data-verdict="([^"]+)"(?: style="([^"]+)")?', page
    )
    found = []
    for address, verdict, where in marks:
        left, bottom = re.findall(r"[\d.]+", where) if where else (None, None)
        found.append((verdict, address, left and float(left), bottom and int(bottom)))
    return page, found


def test_every_claim_is_one_mark_and_the_rarer_the_farther_right():
    some = [
        judgement("true", Fraction(1, 20), name="a"), judgement("false", Fraction(1), Fraction(1, 100), name="b"),
        judgement("not settled", Fraction(1, 2), Fraction(1), name="c"), judgement("– not run", None, name="d"),
        judgement("void", Fraction(1, 20), name="e"), judgement("untestable here", None, name="f", paper="lee2017"),
    ]  # fmt: skip
    page, marks = draw(*some)
    by_name = {address: (verdict, left, bottom) for verdict, address, left, bottom in marks}
    assert len(marks) == len(some) == len(by_name)
    a, b, c, d, e, f = (by_name[f"#claim-{k}"] for k in "abcdef")
    assert [x[0] for x in (a, b, c, d, e, f)] == [
        "true",
        "false",
        "not-settled",
        "not-run",
        "void",
        "untestable-here",
    ]
    assert c[1] < a[1] == e[1] < b[1] and d[1] is None and f[1] is None
    assert a[2] == 0 < e[2] == claims_figure.LEVEL  # they stand on each other
    lines = dict(re.findall(r'data-line="(\w+)" style="left:([\d.]+)%', page))
    assert float(lines["alone"]) == pytest.approx(a[1]) and float(lines["holm"]) > b[1]
    assert "1 in 160, what Holm" in page and "a page of 8 tests" in page  # four claims, both ways
    assert "1 in 20, enough for one claim alone" in page
    with pytest.raises(ValueError, match="there is no bar"):
        draw(judgement("– not run", None))
    nasty, _ = draw(NASTY)
    assert "<script" not in nasty and "&lt;script&gt;" in nasty


def test_the_figure_shows_every_claim_of_the_book():
    judged = claims.judge_all()
    page, marks = draw(*judged)
    assert sorted(address for _, address, *_ in marks) == sorted(
        f"#claim-{j.claim.id}" for j in judged
    )
    bar = claims_figure.find_bar(judged)
    assert bar == Fraction(1, 20) / (2 * sum(j.luck is not None for j in judged))
    both = [p for j in judged if j.luck is not None for p in (j.luck, j.luck_opposite)]
    assert bool(survive_holm(both)) == (min(both) <= bar)


@pytest.fixture
def opened(browser, tmp_path):
    """Figure and table as a page of their own; nothing may go wrong in it."""
    path = tmp_path / "page.html"
    judged = claims.judge_all()
    parts = claims_figure.draw_claims(judged) + claims_table.show_table(judged)
    path.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Claims</title><main><h1>Claims</h1>{parts}</main>"
    )
    page = browser.new_page(viewport={"width": 390, "height": 800})
    wrong = []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.goto(path.as_uri())
    page.wait_for_selector("[data-musicgan-claims][data-ready]")
    yield page
    page.close()
    assert not wrong


def shown(page) -> list[str]:
    return [
        e.get_attribute("data-verdict")
        for e in page.query_selector_all(".mg-claim")
        if e.is_visible()
    ]


@pytest.mark.browser
@pytest.mark.filterwarnings("default")
def test_claims_are_filtered_by_verdict_and_by_words(opened):
    judged = claims.judge_all()

    def count(*verdicts):
        return sum(j.verdict in verdicts for j in judged)

    assert shown(opened) == []  # all papers are folded
    opened.click("button[data-verdict=void]")
    assert shown(opened) == ["void"] * count("void") != []
    opened.click("button[data-verdict=true]")
    assert sorted(shown(opened)) == ["true"] * count("true") + ["void"] * count("void")
    assert f"{count('true', 'void')} of {len(judged)} claims" in opened.inner_text("[role=status]")
    opened.click("button[data-verdict=void]")
    opened.fill("input[type=search]", "Cross-Entropy likelihood")
    left = [e.inner_text() for e in opened.query_selector_all(".mg-claim") if e.is_visible()]
    wanted = [j for j in judged if j.verdict == "true" and j.claim.paper == "anokhin2018"]
    assert (
        left and len(left) <= len(wanted) and all("true" in x and "likelihood" in x for x in left)
    )
    opened.fill("input[type=search]", "no such word anywhere")
    assert shown(opened) == [] and "0 of" in opened.inner_text("[role=status]")
    opened.fill("input[type=search]", "")
    opened.click("button[data-verdict=true]")
    opened.click("[data-action=open]")
    assert len(shown(opened)) in (0, len(judged))
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@pytest.mark.filterwarnings("default")
def test_a_mark_leads_to_its_claim_and_opens_it(opened):
    opened.click("button[data-verdict=true]")
    opened.click(".mg-claims-figure a[data-verdict=void] >> nth=0")
    address = opened.evaluate("location.hash")
    assert (
        opened.is_visible(f"{address} dl")
        and opened.get_attribute(address, "data-verdict") == "void"
    )
    assert opened.get_attribute("button[data-verdict=true]", "aria-pressed") == "false"


@pytest.mark.browser
@pytest.mark.filterwarnings("default")
def test_axe_finds_nothing_serious(opened):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    opened.click("[data-action=open]")
    result = axe.Axe().run(opened, context=".mg-claims").response
    serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []
