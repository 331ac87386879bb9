"""The same drawing in fewer letters: SVG as matplotlib writes it, and as a page carries it."""

import re

#: An element that draws: its name, what stands before its style, the style, what stands behind it, its words.
_DRAWN = re.compile(r'<(use|path|text)([^<>]*?) style="([^"]*)"([^<>]*?)(/>|>[^<>]*</text>)')
_STROKE = "stroke: currentColor; stroke-width: 0.8"
#: A straight line of a grid: its ends, and all that it shares with the others of its axes.
_GUIDE = re.compile(
    r'<path d="M (\S+) (\S+) L (\S+) ([^\s"]+)"((?: clip-path="[^"]*")?'
    r' style="(?:fill: none; )?stroke: currentColor; stroke-opacity: [^"]*")/>'
)
#: What may stand between two lines of a grid: ticks, and their numbers.
_LABEL = re.compile(r"<use [^<>]*/>|<text[^<>]*>[^<>]*</text>|<defs>.*?</defs>", re.DOTALL)


def shorten(svg: str) -> str:
    """The same drawing in a quarter of the letters: tenths of a point, the page's own font and colour, no idle turns,
    points or groups, the lines of a grid as one, and the style of a row of equal marks said once.
    """
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", svg)
    parts = re.split(r"(>[^<>]*</(?:text|tspan)>)", svg)  # words keep their digits and their spaces
    parts[::2] = [_inherit(_shorten_drawing(part)) for part in parts[::2]]
    parts = re.split(
        r"(>[^<>]*</(?:text|tspan)>)", _join_styles(_join_guides(_drop_groups("".join(parts))))
    )
    parts[::2] = [_abbreviate(part) for part in parts[::2]]
    return "".join(parts)


def _inherit(svg: str) -> str:
    """Without what an element has from around it, and without what nobody sees. Where no colour is said, which to
    matplotlib is black, it is the page's.
    """
    svg = re.sub(r'<path [^<>]*style="fill: none"/>', "", svg)
    svg = re.sub(rf'(<use [^<>]*) style="fill: currentColor; {_STROKE}"', r"\1", svg)  # a tick
    svg = svg.replace(f"{_STROKE}; stroke-linejoin: miter", _STROKE)
    svg = svg.replace('; fill: currentColor"', '"').replace("<svg ", '<svg fill="currentColor" ', 1)
    return re.sub(r"(?<=\d) (z )?(?=\")", lambda found: (found[1] or "").strip(), svg)


def _abbreviate(svg: str) -> str:
    """Names by seven letters of their hash, links without their old prefix, styles without spaces."""
    svg = re.sub(r'((?:id="|"#|url\(#)[mpC][0-9a-f]{6})[0-9a-f_]+', r"\1", svg)
    svg = re.sub(
        r' (?:xmlns:xlink|version|data-height)="[^"]*"', "", svg.replace("xlink:href", "href")
    )
    return re.sub(r' style="[^"]*"', lambda found: re.sub(r"([:;]) ", r"\1", found[0]), svg)


def _drop_groups(svg: str) -> str:
    """Without groups that say nothing of what is in them."""
    kept, told = [], []
    for part in re.split(r"(<g(?: [^<>]*)?>|</g>)", svg):
        if part.startswith("<g"):
            told.append(part != "<g>")
            part = part if told[-1] else ""
        elif part == "</g>":
            part = part if told.pop() else ""
        kept.append(part)
    return "".join(kept)


def _join_guides(svg: str) -> str:
    """The lines of a grid in one path, where the first of them stands, if only ticks and numbers lie between them."""
    kept, lines, first, shared, end = [], [], 0, "", 0
    for found in [*_GUIDE.finditer(svg), None]:
        between = svg[end : found.start() if found else len(svg)]
        if lines and (found is None or found[5] != shared or _LABEL.sub("", between)):
            kept[first] = f'<path d="{"".join(lines)}"{shared}/>'
            lines = []
        kept.append(between)
        if found is None:
            break
        if not lines:
            first, shared = len(kept), found[5]
            kept.append("")
        lines.append("M{} {}L{} {}".format(*found.group(1, 2, 3, 4)))
        end = found.end()
    return "".join(kept)


def _join_styles(svg: str) -> str:
    """The style of three neighbours or more that have the same, on a group around them."""
    kept, row, end = [], [], 0
    for found in [*_DRAWN.finditer(svg), None]:
        between = svg[end : found.start() if found else len(svg)]
        if row and (found is None or between or found[3] != row[0][3]):
            kept += _group(row)
            row = []
        kept.append(between)
        if found is None:
            break
        row.append(found)
        end = found.end()
    return "".join(kept)


def _group(row: list[re.Match]) -> list[str]:
    """Elements of one style as they stand, or in a group. See-through ones would mix otherwise in a group."""
    style = row[0][3]
    if len(row) < 3 or re.search(r"(?<!-)opacity", style):
        return [found[0] for found in row]
    inside = (
        f"<{name}{before}{behind}{words}"
        for name, before, _, behind, words in map(re.Match.groups, row)
    )
    return [f'<g style="{style}">', *inside, "</g>"]


def _shorten_drawing(svg: str) -> str:
    """What is not a word: numbers to tenths, straight lines by their ends, no space between the elements, no names
    that nothing asks for.
    """
    svg = re.sub(r' id="[\w.]*_\d+"', "", svg)
    svg = re.sub(r"; stroke-linecap: square|(?<=fill: none); (?=\")", "", svg)
    svg = re.sub(r"-?\d+\.\d{2,}", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), svg)
    svg = re.sub(r"(?:L -?[\d.]+ -?[\d.]+\s+){3,}", lambda found: thin(found[0]), svg)
    return re.sub(r"\s*(^|[<>]|$)\s*", r"\1", re.sub(r"\s+", " ", svg))


def thin(line: str) -> str:
    """A run of ``L x y`` without the points that lie within .08 of the straight line between those that stay."""
    points = [complex(*map(float, found)) for found in re.findall(r"L (\S+) (\S+)", line)]
    kept, passed = points[:1], []
    for at, after in zip(points[1:], points[2:]):
        passed.append(at)
        if not all(_lies_between(point, kept[-1], after) for point in passed):
            kept.append(at)
            passed = []
    kept += points[1:][-1:]
    return "".join(f"L {point.real:g} {point.imag:g} " for point in kept)


def _lies_between(point: complex, first: complex, last: complex) -> bool:
    """Whether a point is near the line from one point to another, and not beyond its ends."""
    way = last - first
    along = (point - first) * way.conjugate()
    return 0 <= along.real <= abs(way) ** 2 and abs(along.imag) <= 0.08 * abs(way)
