"""A figure of a page: drawn in the page's own colours, crisp at any width, with a caption that says what to look at."""

import colorsys
import io
import re
from html import escape

from .svg import shorten

#: The colour of words and axes while matplotlib draws; on the page it becomes that of the text around.
INK = "#1A1D21"
#: Of lines that only guide the eye.
GUIDE = "#E3E6EA"
#: Of bar lines.
BAR = "#C9CED6"
#: A point of matplotlib, in the pixels of a page: text of 10 points is as large as the page's small print.
PIXELS_PER_POINT = 1.45


#: A filled shape with matplotlib's own black edge: a box around words.
_BOX = re.compile(r"fill: (#[0-9a-f]{6})(?=; stroke: #000000)", re.IGNORECASE)
#: Lightness from which on a filling is pale: words in the light colour of a dark page would be lost on it.
PALE = 0.8


class Figure:
    """An SVG with a caption below; a notebook shows it. ``alt`` is what somebody hears who cannot see it."""

    def __init__(self, svg: str, caption: str, alt: str = ""):
        self.svg, self.caption, self.alt = svg, caption, alt or caption

    def _repr_html_(self) -> str:
        return (
            f'<figure class="musicgan-figure" style="margin:1rem 0"><div role="img" aria-label="{escape(self.alt)}">'
            f"{self.svg}</div><figcaption>{escape(self.caption, quote=False)}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        return f"Figure: {self.caption}"


def show_figure(figure, caption: str, alt: str = "") -> Figure:
    """A matplotlib figure (or axes) as it stands on a page; it is closed, so that no notebook shows it twice.

    Parameters
    ----------
    figure : a matplotlib figure, or any axes of one.
    caption : one or two sentences: what is drawn, and what to look at. A figure without one is refused (ValueError).
    alt : the same for somebody who cannot see it, where the caption does not say it.

    Text stays text, so that it is read, searched, and drawn in the page's colour in the light and in the dark. The same
    figure gives the same bytes. Source: ours.
    """
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    if not caption.strip():
        raise ValueError("a figure needs a caption: what is drawn, and what to look at")
    figure = getattr(figure, "figure", figure)
    held = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "musicgan"}):
        figure.savefig(held, format="svg", transparent=True, metadata={"Date": None})
    width = figure.get_size_inches()[0] * 72 * PIXELS_PER_POINT
    plt.close(figure)
    return Figure(adapt_svg(held.getvalue(), width), caption, alt)


def adapt_svg(svg: str, width: float) -> str:
    """An SVG file as part of a page, at most ``width`` pixels wide:
    no header, no styles that reach the page around it.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    fit = f'style="width:100%;max-width:{width:.0f}px;height:auto" stroke-linejoin="round"'
    svg = re.sub(
        r'<svg ([^>]*?)width="[^"]*"',
        rf"<svg {fit} \1",
        svg.replace(' height="', ' data-height="', 1),
        count=1,
    )
    svg = _BOX.sub(_tint, svg).replace("stroke: #000000", "stroke: currentColor")
    svg = re.sub(INK, "currentColor", svg, flags=re.IGNORECASE)
    for colour, strength in ((GUIDE, 0.15), (BAR, 0.35)):
        faint = f"stroke: currentColor; stroke-opacity: {strength}"
        svg = re.sub(f"stroke: {colour}", faint, svg, flags=re.IGNORECASE)
    return shorten(re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg))


def _tint(found: re.Match) -> str:
    """A pale filling as a veil of the same hue, through which a light and a dark page are seen; others as they are."""
    hue, lightness, saturation = colorsys.rgb_to_hls(
        *(int(found[1][i : i + 2], 16) / 255 for i in (1, 3, 5))
    )
    if lightness < PALE:
        return found[0]
    veil = colorsys.hls_to_rgb(hue, 0.5, saturation)
    return "fill: #{:02x}{:02x}{:02x}; fill-opacity: 0.2".format(*(round(255 * c) for c in veil))
