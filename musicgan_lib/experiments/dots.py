"""Recorded runs as dots: one dot a seed, a system above its controls, what real music gives as a line."""

import textwrap

import numpy as np

from ..listening.style import COLOURS
from .tables import NOT_RUN, by_seed, differences

#: Characters of a line below the axes, which long names of rows make narrow.
WIDEST = 40


def draw_runs(records, rows, metric: str, **options):
    """The runs of a metric, one line of dots a row.

    Parameters
    ----------
    records : see ``experiments.records``.
    rows : row -> ``(name, kind)``; a row is a variant or ``"variant + control"``, a kind one of
        ``listening.style.COLOURS``.
    options : as :func:`draw_dots` takes them.

    A row that was not run says so.
    """
    values = {name: list(by_seed(records, row, metric).values()) for row, (name, _) in rows.items()}
    return draw_dots(values, kinds=dict(rows.values()), **options)


def draw_pairs(records, pairs, metric: str, **options):
    """What a change does to a metric: one dot for two runs of the same seed, with it minus without it.

    Parameters
    ----------
    records : see ``experiments.records``.
    pairs : name -> ``(row with it, row without it)``.
    options : as :func:`draw_dots` takes them; a dashed line stands at 0.

    Pairs that were not run say so. Source: ours.
    """
    values = {name: differences(records, *rows, metric) for name, rows in pairs.items()}
    return draw_dots(values, **({"lines": {"no change": 0.0}} | options))


def draw_dots(values, *, kinds=None, lines=None, label="", better="", digits=2, ax=None):
    """Draw one dot a seed, its row's mean as a stroke and as a number at the right; gives the matplotlib axes.

    Parameters
    ----------
    values : name of a row -> its numbers, one a seed, from the top down.
    kinds : name -> one of ``listening.style.COLOURS``; ``"generated"`` by default.
    lines : name -> number: a dashed line across all rows, such as what real music gives.
    label : what is drawn, with its unit.
    better : ``"lower"`` or ``"higher"``, said beside the label; empty where neither is.
    digits : of the means.

    ValueError for a kind or direction that there is not. Source: ours.
    """
    import matplotlib.pyplot as plt

    if better not in ("", "lower", "higher"):
        raise ValueError(f"better is {better!r}; choose 'lower', 'higher' or nothing")
    kinds = {name: (kinds or {}).get(name, "generated") for name in values}
    if unknown := set(kinds.values()) - COLOURS.keys():
        raise ValueError(f"no kind {', '.join(sorted(unknown))}; all: {', '.join(COLOURS)}")
    if ax is None:
        _, ax = plt.subplots(figsize=(5.4, 0.75 + 0.3 * len(values)))
    places = range(len(values) - 1, -1, -1)
    for place, (name, numbers) in zip(places, values.items()):
        _draw_row(ax, place, np.asarray(numbers, float), COLOURS[kinds[name]], digits)
    for name, number in (lines or {}).items():
        ax.axvline(number, color=COLOURS["real"], linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
        ax.annotate(
            name, (number, 1), xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points",
            ha="center", va="bottom", fontsize=9, color=COLOURS["real"],
        )  # fmt: skip
    ax.set_yticks(list(places), list(values))
    ax.set_ylim(-0.6, len(values) - 0.4)
    ax.grid(False, axis="y")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    told = f"{label} ({better} is better)" if better else label
    ax.set_xlabel(textwrap.fill(told, WIDEST))
    return ax


def _draw_row(ax, place: int, numbers, colour: str, digits: int) -> None:
    at_right = {
        "xycoords": ("axes fraction", "data"),
        "va": "center",
        "fontsize": 9,
        "annotation_clip": False,
    }
    if not len(numbers):
        ax.annotate(NOT_RUN, (1.02, place), **at_right)
        return
    mean = numbers.mean()
    ax.plot(
        numbers, np.full(len(numbers), place), "o", color=colour, alpha=0.75, markersize=6, zorder=3
    )
    ax.plot([mean, mean], [place - 0.28, place + 0.28], color=colour, linewidth=2.4, zorder=2)
    ax.annotate(f"{mean:.{digits}f}", (1.02, place), **at_right)
