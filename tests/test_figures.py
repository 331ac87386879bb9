"""Figures, dots and diagrams: what they draw is what they were given, and they fit the page around them."""

import io
import re
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from musicgan_lib.experiments import dots
from musicgan_lib.experiments.tables import NOT_RUN
from musicgan_lib.listening import figures, show_figure, style
from musicgan_lib.listening.style import COLOURS
from musicgan_lib.listening.svg import shorten, thin
from musicgan_lib.models.seqgan import TextCNN
from musicgan_lib.teaching import draw_loop, draw_network


@pytest.fixture(autouse=True)
def look():
    style.use_style()
    yield
    plt.close("all")


def make_figure():
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, 1])
    ax.set_xlabel("step")
    return fig


def test_a_figure_is_a_picture_of_the_page_and_the_same_each_time():
    plt.close("all")  # what another test left open is not this one's
    first, second = (show_figure(make_figure(), "A line that rises.") for _ in range(2))
    assert first._repr_html_() == second._repr_html_()
    ET.fromstring(first.svg)  # one well-formed element
    assert not re.search(r"<style|<metadata|#1a1d21|<\?xml", first.svg, re.IGNORECASE)
    assert "currentColor" in first.svg and ">step<" in first.svg
    assert re.match(
        r'<svg fill="currentColor" style="width:100%;max-width:\d+px;height:auto"', first.svg
    )
    assert not plt.get_fignums()


def test_a_figure_without_a_caption_is_refused_and_words_are_no_markup():
    with pytest.raises(ValueError, match="needs a caption"):
        show_figure(make_figure(), "  ")
    shown = show_figure(make_figure(), "<script>1</script>", alt='"><b>')._repr_html_()
    assert "<script>" not in shown and "<b>" not in shown


@pytest.mark.parametrize("filling", ["white", "#DCE9F5", "#F5E6D0"])
def test_words_in_a_box_are_read_in_the_light_and_in_the_dark(filling):
    figure, ax = plt.subplots()
    ax.text(0.5, 0.5, "noise", bbox={"boxstyle": "round", "fc": filling})
    ax.annotate("", (0, 0), (1, 1), arrowprops={"arrowstyle": "->"})
    told = show_figure(figure, "A box and an arrow.").svg
    assert "#000000" not in told and told.count("fill-opacity:0.2") == 1
    assert filling.lower() not in told.lower() and "#ffffff" not in told.lower()


def test_a_box_of_a_strong_colour_keeps_it():
    figure, ax = plt.subplots()
    ax.text(0.5, 0.5, "noise", color="white", bbox={"fc": "#1F77B4"})
    told = show_figure(figure, "A box.").svg.lower()
    assert (
        "fill:#1f77b4" in told
        and "fill-opacity" not in told
        and "fill:#ffffff" in told.replace(" ", "")
    )


def test_dots_stand_where_the_runs_are():
    ax = dots.draw_dots(
        {"system": [0.2, 0.4], "control": [0.9, 1.1, 1.0], "never": []},
        kinds={"control": "control"}, lines={"real": 0.5}, label="distance", better="lower",
    )  # fmt: skip
    seen = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_xdata().tolist() for line in seen] == [[0.2, 0.4], [0.9, 1.1, 1.0]]
    assert [set(line.get_ydata()) for line in seen] == [{2.0}, {1.0}]
    assert [line.get_color() for line in seen] == [COLOURS["generated"], COLOURS["control"]]
    assert {t.get_text() for t in ax.texts} == {"0.30", "1.00", NOT_RUN, "real"}
    assert [t.get_text() for t in ax.get_yticklabels()] == ["system", "control", "never"]
    assert ax.get_xlabel() == "distance (lower is better)"


def test_pairs_are_differences_of_one_seed():
    values = {("a", 1): 1.0, ("a", 2): 2.0, ("a", 3): 9.0, ("b", 1): 1.5, ("b", 2): 1.0}
    rows = [
        {"variant": variant, "seed": seed, "control": None, "metrics": {"x": value}}
        for (variant, seed), value in values.items()
    ]
    ax = dots.draw_pairs(rows, {"a against b": ("a", "b"), "nobody": ("a", "c")}, "x")
    places = {tuple(line.get_ydata()): line.get_xdata() for line in ax.lines}
    assert places[(1, 1)].tolist() == [-0.5, 1.0]
    assert [t.get_text() for t in ax.texts if t.get_text() in ("0.25", "– not run")] == [
        "0.25",
        "– not run",
    ]
    assert "no change" in [t.get_text() for t in ax.texts]


def test_dots_of_records_are_one_a_seed():
    rows = [
        {
            "variant": "merl",
            "control": c,
            "seed": s,
            "metrics": {"x": v},
            "data_hash": "0",
            "corpus": "none",
        }
        for c, s, v in ((None, 1, 1.0), (None, 2, 2.0), ("dice", 1, 3.0))
    ]
    names = {"merl": ("MERL", "generated"), "merl + dice": ("dice", "control")}
    ax = dots.draw_runs(rows, names, "x")
    seen = [line.get_xdata().tolist() for line in ax.lines if line.get_marker() == "o"]
    assert seen == [[1.0, 2.0], [3.0]]


@pytest.mark.parametrize("wrong", [{"better": "more"}, {"kinds": {"a": "blue"}}])
def test_an_unknown_kind_or_direction_is_refused(wrong):
    with pytest.raises(ValueError):
        dots.draw_dots({"a": [1.0]}, **wrong)


def test_a_network_is_drawn_as_it_computes():
    net = TextCNN((20,), 8, (2, 3), (4, 5))
    words = torch.zeros(3, 7, dtype=torch.int64)
    drawn = draw_network(
        net, words, call=lambda m, w: m.score(w), names={"embed": "embedding", "dropout": None},
        letters={"B": 3, "T": 7}, caption="The judge.",
    )  # fmt: skip
    html = drawn._repr_html_()
    assert drawn.words == (
        "(B, T), then embedding gives (B, T, 8), then convolutions.0 gives (B, 4, 6), "
        "then convolutions.1 gives (B, 5, 5), "
        "then gate gives (B, 9), then transform gives (B, 9), then decide gives (B, 1)"
    )
    assert (
        f"{sum(p.numel() for p in net.gate.parameters())} weights" in html and "dropout" not in html
    )
    ET.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
    assert not any(m._forward_hooks for m in net.modules())
    with pytest.raises(ValueError, match="no part of TextCNN was called"):
        draw_network(net, words, call=lambda m, w: None)


class ReadsFromBothEnds(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.there, self.back = (torch.nn.LSTM(3, 8, batch_first=True) for _ in range(2))
        self.decide = torch.nn.Linear(16, 1)

    def forward(self, x):
        return self.decide(torch.cat([self.there(x)[0], self.back(x.flip(1))[0].flip(1)], 2))


def test_branches_stand_side_by_side_and_are_joined():
    letters, songs = {"B": 5, "T": 7}, torch.zeros(5, 7, 3)
    drawn = draw_network(ReadsFromBothEnds(), songs, letters=letters, beside=[("there", "back")])
    assert drawn.words == (
        "(B, T, 3), then there gives (B, T, 8) beside back gives (B, T, 8), then joined to (B, T, 16), "
        "then decide gives (B, T, 1)"
    )
    svg = ET.fromstring(re.search(r"<svg.*</svg>", drawn._repr_html_(), re.DOTALL)[0])
    there, back, decide = (
        {k: float(e.get(k)) for k in ("x", "y", "width", "height")} for e in svg.iter("rect")
    )
    assert there["y"] == back["y"] and there["x"] + there["width"] < back["x"]
    assert decide["y"] > there["y"] + there["height"]
    for wrong in (
        ("there", "decide"),
        ("there", "nobody"),
    ):  # one reads what the others made; one is not there
        with pytest.raises(ValueError, match=wrong[1]):
            draw_network(ReadsFromBothEnds(), songs, letters=letters, beside=[wrong])


def test_a_loop_is_drawn_in_its_order():
    told = [("G", "D", "tunes"), ("D", "G", "one reward"), ("D", "D", "a <step>")]
    drawn = draw_loop(told, caption="One round.", times="30 times")
    assert (
        drawn.words
        == "1. G gives D: tunes; 2. D gives G: one reward; 3. D gives D: a <step>. 30 times"
    )
    svg = ET.fromstring(re.search(r"<svg.*</svg>", drawn._repr_html_(), re.DOTALL)[0])
    words = [e.text for e in svg.iter("text")]
    assert words == ["G", "D", "1. tunes", "2. one reward", "3. a <step>", "30 times"]
    heights = [float(e.get("y")) for e in svg.iter("text")][2:5]
    assert heights == sorted(heights)
    long = draw_loop([("G", "D", "tunes"), ("D", "D", "says how real each of the tunes is")])
    own = [
        e
        for e in ET.fromstring(re.search(r"<svg.*</svg>", long._repr_html_(), re.DOTALL)[0]).iter(
            "text"
        )
    ][-1]
    assert (
        long.size[0] > float(own.get("x")) + 6 * len(own.text) > 300
    )  # wider than two lifelines: not cut off
    assert draw_loop(told[:2]).size[0] == 300
    with pytest.raises(ValueError, match="5 take part"):
        draw_loop([(a, b, "x") for a, b in zip("ABCD", "BCDE")])


def test_what_stands_in_a_figure_is_seen_by_its_numbers():
    """The dots are in the picture: their places in the SVG are those of the numbers."""
    ax = dots.draw_dots({"a": [0.0, 0.5, 1.0]})
    svg = show_figure(ax, "Three dots.").svg
    row = re.search(r'<g style="fill:#d55e00[^<>]*>((?:<use[^<>]*>)+)</g>', svg, re.IGNORECASE)[1]
    xs = sorted(map(float, re.findall(r' x="([\d.]+)"', row)))
    assert len(xs) == 3 and np.isclose(xs[1] - xs[0], xs[2] - xs[1], atol=0.01)


def test_a_figure_takes_few_letters_and_says_the_same():
    svg = '<svg><path d="M 1.23456 -0.0049 \n L 10.999 7"/>\n <text style="font-size: 9px; font-family: \'A\', b" '
    svg += 'transform="rotate(-0 1 2)">two  words</text></svg>'
    short = shorten(svg)
    assert (
        short
        == '<svg><path d="M 1.2 -0 L 11 7"/><text style="font-size:9px;">two  words</text></svg>'
    )
    assert len(show_figure(make_figure(), "A line.").svg) < 12_000


def test_a_line_keeps_its_corners_and_loses_what_lies_between():
    flat = "".join(f"L {x / 2:g} 3 " for x in range(100))
    assert thin(flat + "L 50 9 L 20 9 ") == "L 0 3 L 49.5 3 L 50 9 L 20 9 "
    assert thin("L 0 0 L 5 0 L 2 0 L 9 0 ") == "L 0 0 L 5 0 L 2 0 L 9 0 "  # there and back
    turn = np.exp(1j * np.linspace(0, 6, 2000)) * 50
    kept = re.findall(
        r"L (\S+) (\S+)", thin("".join(f"L {z.real:.1f} {z.imag:.1f} " for z in turn))
    )
    left = np.array([complex(float(x), float(y)) for x, y in kept])
    middle = (left[1:] + left[:-1]) / 2  # where a chord is farthest from its arc
    assert 20 < len(left) < 200 and np.abs(np.abs(middle) - 50).max() < 0.2


def test_a_number_that_a_figure_says_keeps_its_digits():
    fig, ax = plt.subplots()
    ax.text(0.5, 0.5, "p = -0.0366")
    ax.set_title("0.998 and 1.000")
    shown = show_figure(fig, "Numbers.")._repr_html_()
    assert "p = -0.0366" in shown and "0.998" in shown and "1.000" in shown
    drawn = re.sub(r">[^<>]*</(?:text|tspan)>", "", shown)
    assert re.search(r"\d\.\d", drawn) and not re.search(r"\d\.\d{3}", drawn)


def make_crowd():
    """All that our pages draw: grids, dots, lines, bands, bars, a legend, a picture, two axes side by side."""
    fig, axes = plt.subplots(1, 3, figsize=(7, 2.4))
    x = np.linspace(0, 6, 300)
    axes[0].plot(x, np.sin(x), label="sine")
    axes[0].plot(x[::60], np.cos(x[::60]), "o", color=COLOURS["control"], label="points")
    axes[0].fill_between(x, np.sin(x) - 0.3, np.sin(x) + 0.3, alpha=0.3)
    axes[0].axhline(0.5, ls="--", color="0.5")
    axes[0].legend()
    axes[1].bar([0, 0.2, 0.4, 0.6], [3, 3, 2, 4], color="#301008", alpha=0.4)  # on one another
    axes[1].plot([-9, 9], [-1, 6], color=figures.GUIDE)  # cut off by its axes
    axes[1].set_ylim(0, 5)
    axes[2].imshow(np.arange(12).reshape(3, 4), aspect="auto")
    axes[2].grid(False)
    for k in range(3):  # marks that one can see through, on top of one another
        axes[2].plot([1, 1.1, 1.2], [1 + k / 20] * 3, "s", ms=14, alpha=0.4, color="#804020")
    return fig


GUIDE = 'style="fill: none; stroke: currentColor; stroke-opacity: 0.15"/>'


def test_a_grid_is_one_path_unless_something_lies_between():
    lines = [f'<path d="M {x} 0 L {x} 9" {GUIDE}' for x in range(3)]
    tick, bar = (
        '<use href="#m1" x="1" y="9"/>',
        '<path d="M 0 0 L 1 1 L 1 0" style="fill: #ff0000"/>',
    )
    joined = shorten(f"<svg>{lines[0]}{tick}{lines[1]}<text>1</text>{lines[2]}</svg>")
    assert joined.count("<path") == 1 and 'd="M0 0L0 9M1 0L1 9M2 0L2 9"' in joined
    assert joined.index("<path") < joined.index("<use") < joined.index("<text")
    apart = shorten(f"<svg>{lines[0]}{bar}{lines[1]}</svg>")
    assert apart.count("<path") == 3 and apart.index("#ff0000") < apart.index("M1 0L1 9")


def test_groups_that_say_nothing_go_and_words_stay():
    words = '<text style="x: 1">3 "z " </text>'
    svg = f'<svg><g><g clip-path="url(#a)"><g>{words}</g></g></g></svg>'
    kept = '<g clip-path="url(#a)"><text style="x:1">3 "z " </text></g></svg>'
    assert shorten(svg) == f"<svg>{kept}"


@pytest.mark.browser
def test_fewer_letters_draw_the_same_picture(browser, monkeypatch):
    """Chromium paints the shortened figure as it paints the whole one: tenths of a point are all that differs."""
    short = show_figure(make_crowd(), "All at once.").svg
    with monkeypatch.context() as plain:
        plain.setattr(figures, "shorten", lambda svg: re.sub(r"font-family: [^;\"]*;? ?", "", svg))
        whole = show_figure(make_crowd(), "All at once.").svg
    pictures = []
    for svg in (whole, short):
        page = browser.new_page(viewport={"width": 800, "height": 400})
        page.set_content(
            f'<body style="margin:8px;color:#207040;font-family:sans-serif">{svg}</body>'
        )
        pictures.append(plt.imread(io.BytesIO(page.screenshot()))[..., :3])
        page.close()
    apart = np.abs(pictures[0] - pictures[1]).max(-1)
    assert (pictures[0].min(-1) < 0.9).mean() > 0.1, "nothing was painted"
    assert (apart > 0.3).mean() < 0.0005, f"{(apart > 0.3).sum()} pixels are others"
    assert len(short) < 0.45 * len(whole)
