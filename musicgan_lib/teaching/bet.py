"""Bet first: the reader says what a result will be before the page shows it, and learns how well such bets hold."""

import json
import math
import re
from collections.abc import Mapping
from html import escape
from importlib import resources

#: How often an interval of the reader's should hold the truth.
LEVEL = 0.8
#: Marks along a scale: as near to this many as round numbers allow.
MARKS = 5
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOT_RUN = "– not run, so there is nothing to bet on yet."


class Bet:
    """What :func:`bet` gives: one output of HTML, with the ``truth`` that it was told."""

    def __init__(self, html: str, question: str, truth: float | None):
        self.html, self.question, self.truth = html, question, truth

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"Bet first: {self.question}"


class Calibration(Bet):
    """What :func:`show_calibration` gives: one output of HTML."""

    def __repr__(self) -> str:
        return "Your bets, beside what came out"


def bet(question, unit, low, high, *, slug, results, control=None, truth=None, digits=2) -> Bet:
    """Ask for a number before it is shown: the reader drags a marker, and only then sees the runs.

    Parameters
    ----------
    question : one sentence, of which the answer is a number.
    unit : of that number, such as ``"nats per note"``.
    low, high : the ends of the scale on which the reader bets; all runs lie between them.
    slug : the name of this bet in the reader's browser, the same for ever: small letters, digits, hyphens.
    results : what was run -> one number a seed, from records. The first row is the one that is bet on.
    control : the same for what the result is compared with.
    truth : the number that is bet on; the mean of the first row by default.
    digits : behind the point, of all numbers that are told.

    On a page, what follows in the section of this bet is hidden until then; without scripts, and on paper, all is
    shown. In a notebook the cells below are run later, so nothing is hidden. A result that nobody has run yet says
    so. Raises ValueError with a sentence for a bet that cannot be made. Source: ours.
    """
    rows = {name: _read(name, numbers) for name, numbers in dict(results).items()}
    others = {name: _read(name, numbers) for name, numbers in dict(control or {}).items()}
    _check_words(question, unit, slug)
    _check_scale(low, high, digits)
    if not rows or not next(iter(rows.values())):
        return Bet(f'<p class="mg-note" role="note"><em>{_NOT_RUN}</em></p>', question, None)
    first = next(iter(rows.values()))
    truth = sum(first) / len(first) if truth is None else float(truth)
    _check_truth(truth, first)
    for name, numbers in (rows | others).items():
        for number in numbers:
            if not low <= number <= high:
                raise ValueError(
                    f"{name} has {number:g}, outside of the scale from {low:g} to {high:g}: nobody could bet on it"
                )
    about = {"slug": slug, "question": question, "unit": unit, "low": low, "high": high}
    about |= {"truth": truth, "digits": digits, "level": LEVEL}
    drawn = [
        _draw_row(name, numbers, low, high, digits, "result") for name, numbers in rows.items()
    ]
    drawn += [
        _draw_row(name, numbers, low, high, digits, "control") for name, numbers in others.items()
    ]
    page = (
        f'<p data-role="question"><strong>Bet first.</strong> {escape(question)}</p><div data-role="ask"></div>'
        f'<div data-role="answer">{"".join(drawn)}{_draw_marks(low, high, unit)}'
        f"<p>{_tell(rows, others, unit, digits)}</p></div>"
    )
    return Bet(_wrap("bet", f"bet-{slug}", about, page), question, truth)


def show_calibration(bets: Mapping[str, tuple[str, str]], base: str = "../") -> Calibration:
    """Draw how well the reader's bets hold: how many intervals held the truth, how far the numbers were off.

    Parameters
    ----------
    bets : slug -> ``(page, what it is about)``, all bets that there are, in reading order; a page is named by its
        folder and file, such as ``"foundations/policy_gradient"``.
    base : what leads from the page that this stands on to ``book/``.

    The bets are read from the reader's browser, and nothing is sent anywhere; they can be kept as a file, read from
    one, and forgotten. ValueError for a slug or a page that is none. Source: ours.
    """
    lines = []
    for slug, (page, what) in bets.items():
        _check_slug(slug)
        if not re.fullmatch(r"\w+(/\w+)*", page):
            raise ValueError(
                f"the page of {slug!r} is {page!r}: name a page of this book, such as 'lab/claims'"
            )
        lines.append(
            f'<li data-slug="{slug}"><a href="{escape(base)}{page}.html#bet-{slug}">{escape(what)}</a> '
            '<span data-role="of"></span></li>'
        )
    page = f'<div data-role="told"></div><ol data-role="list">{"".join(lines)}</ol><div data-role="file"></div>'
    return Calibration(_wrap("calibration", "bets", {"level": LEVEL}, page), "your bets", None)


def _check_words(question, unit, slug) -> None:
    _check_slug(slug)
    for name, text in (("question", question), ("unit", unit)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"the {name} of the bet {slug!r} is {text!r}: say it in words")


def _check_slug(slug) -> None:
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise ValueError(f"slug {slug!r} is no name: take small letters, digits and hyphens")


def _check_scale(low, high, digits) -> None:
    if not (_is_number(low) and _is_number(high) and low < high):
        raise ValueError(
            f"the scale from {low!r} to {high!r} is none: give two numbers, the lower one first"
        )
    if isinstance(digits, bool) or digits not in range(7):
        raise ValueError(f"digits is {digits!r}: a whole number from 0 to 6")
    if (high - low) * 10**digits < 10:
        raise ValueError(
            f"from {low:g} to {high:g} there are too few numbers of {digits} digits to choose from"
        )


def _check_truth(truth: float, results: list[float]) -> None:
    lowest, highest, hair = min(results), max(results), 1e-9 * max(map(abs, results))
    if not lowest - hair <= truth <= highest + hair:
        raise ValueError(
            f"the truth {truth:g} is not among its runs, which go from {lowest:g} to {highest:g}: compute it from them"
        )


def _read(name: str, numbers) -> list[float]:
    found = [float(x) for x in numbers]
    if bad := [x for x in found if not math.isfinite(x)]:
        raise ValueError(f"{name} has a run with {bad[0]}, which is no number")
    return found


def _is_number(x) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x)


def tell_number(x: float, digits: int) -> str:
    """A number as a reader sees it: so many digits, a real minus, no minus before a zero.

    >>> tell_number(-0.126, 2), tell_number(-0.001, 2)
    ('−0.13', '0.00')
    """
    text = f"{x:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def _tell(rows: dict, others: dict, unit: str, digits: int) -> str:
    """The result and its controls in words, as HTML."""
    said = []
    for name, numbers in (rows | others).items():
        mean = tell_number(sum(numbers) / len(numbers), digits) if numbers else "not run"
        runs = f" ({len(numbers)} run{'s' if len(numbers) > 1 else ''})" if numbers else ""
        said.append(f"<em>{escape(name)}</em> <strong>{mean}</strong>{runs}")
    return f"Means, in {escape(unit)}: {', '.join(said)}. A dot is a run, a stroke their mean."


def _place(x: float, low: float, high: float) -> str:
    return f"{100 * (x - low) / (high - low):.2f}%"


def _draw_row(name, numbers, low, high, digits, kind) -> str:
    dots = "".join(f'<i style="left:{_place(x, low, high)}"></i>' for x in numbers)
    mean = sum(numbers) / len(numbers) if numbers else None
    dots += f'<b style="left:{_place(mean, low, high)}"></b>' if numbers else ""
    told = tell_number(mean, digits) if numbers else "– not run"
    each = ", ".join(tell_number(x, digits) for x in numbers) or "not run"
    return (
        f'<div class="mg-bet-row" data-kind="{kind}"><span>{escape(name)}</span><span>{told}</span>'
        f'<div class="mg-bet-line" role="img" aria-label="{escape(name)}: {each}">{dots}</div></div>'
    )


def _draw_marks(low: float, high: float, unit: str) -> str:
    marks = "".join(
        f'<span style="left:{_place(x, low, high)}">{tell_number(x, places)}</span>'
        for x, places in list_marks(low, high)
    )
    drawn = f'<div class="mg-bet-marks" aria-hidden="true">{marks}</div>'
    return drawn + f'<p class="mg-bet-unit" aria-hidden="true">{escape(unit)}</p>'


def list_marks(low: float, high: float) -> list[tuple[float, int]]:
    """Round numbers along a scale, each with how many digits it needs: ``(number, digits)``.

    >>> list_marks(0, 1)
    [(0.0, 1), (0.2, 1), (0.4, 1), (0.6, 1), (0.8, 1), (1.0, 1)]
    """
    rough = (high - low) / MARKS
    power = 10 ** math.floor(math.log10(rough))
    step = power * next(x for x in (1, 2, 2.5, 5, 10) if x * power >= rough * (1 - 1e-9))
    places = next(n for n in range(9) if abs(round(step, n) - step) < 1e-9 * step)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [(round(k * step, places), places) for k in range(first, last + 1)]


def _wrap(kind: str, name: str, about: dict, page: str) -> str:
    folder = resources.files(__package__)
    style, store, script = (
        folder.joinpath(file).read_text("utf-8")
        for file in ("bet.css", "bet_store.js", f"{kind}.js")
    )
    lines = [line.strip() for line in f"{store}\n{script}".splitlines()]
    script = "\n".join(line for line in lines if line and not line.startswith("//"))
    style = "".join(line.strip() for line in style.splitlines())
    told = escape(json.dumps(about, ensure_ascii=False, allow_nan=False))
    return (
        f'<div class="mg-bet" id="{name}" data-musicgan-{kind} data-lm-suppress-shortcuts="true" data-about="{told}">'
        f"<style>{style}</style>{page}<script>(() => {{\n{script}\n}})();</script></div>"
    )
