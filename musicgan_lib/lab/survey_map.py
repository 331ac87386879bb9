"""The map of systems: time goes right, a lane is a family, a mark's shape and colour say what records show of it."""

import json
from html import escape
from importlib import resources

from ..systems import System, list_families
from .landscape import STATES

#: What a state means, for somebody who meets it on the map.
MEANING = {
    "WORKS": "In recorded runs every seed beats every seed of each control.",
    "PARTIAL": "It was run here, and its claim is not settled.",
    "VOID": "It was run here, and a control does as well.",
    "ABSENT": "No run of it, as a system of its own, is recorded here.",
}
#: Before this year time is squeezed, because few systems are so old.
DENSE = 2015
#: Marks of one lane are at least so far apart, as a share of its width; nearer ones go one level down.
APART = 0.035
_FIRST, _LAST = 1957, 2025


class SurveyMap:
    """What :func:`draw_map` gives: one output of HTML that needs no kernel."""

    def __init__(self, html: str, marks: int):
        self.html, self.marks = html, marks

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"SurveyMap({self.marks} systems)"


def draw_map(
    systems: tuple[System, ...],
    states: dict[str, str],
    depth: int = 0,
    reasons: dict[str, str] | None = None,
) -> SurveyMap:
    """Systems as marks that can be asked: hover, tap or Tab to one, and two sentences and its page stand below.

    Parameters
    ----------
    systems : cards, such as ``systems.list_systems()``; one without a year stands at the right, under "any year".
    states : id -> one of ``landscape.STATES``.
    depth : how many folders below ``book/`` the page lies that the map is on, for links to systems' own pages.
    reasons : id -> a sentence, why a system is in its state.

    Four filters (words, family, state, data) fade what does not fit. ValueError for a state that there is not.
    Source: ours.
    """
    if unknown := set(states.values()) - set(STATES):
        raise ValueError(f"no state {', '.join(sorted(unknown))}; all: {', '.join(STATES)}")
    families = list_families()
    known = [_describe(card, states[card.id], families, "../" * depth) for card in systems]
    for one in known:
        one["meaning"] += f" {reasons[one['id']]}" if reasons else ""
    lanes = [_draw_lane(letter, name, known) for letter, name in families.items()]
    folder = resources.files(__package__)
    style, script = (
        folder.joinpath(f"survey_map.{end}").read_text("utf-8") for end in ("css", "js")
    )
    data = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
    years = "".join(
        f'<span style="left:{100 * place(y):.1f}%">{y}</span>'
        for y in (1960, 1985, 2015, 2018, 2021, 2024)
    )
    html = (
        f'<div class="mg-map" data-musicgan-map><style>{style}</style>{_draw_filters(families, known)}'
        f'{"".join(lanes)}<div class="mg-years" aria-hidden="true">{years}</div>'
        '<div class="mg-card" role="status"><em>Choose a mark.</em></div>'
        f'<script type="application/json">{data}</script><script>{script}</script></div>'
    )
    return SurveyMap(html, len(known))


def place(year: int | None) -> float:
    """Where a year stands in its lane, 0 to 1; the years before ``DENSE`` share a fifth of it."""
    if year is None:
        return 0.98
    if year < DENSE:
        return 0.2 * (year - _FIRST) / (DENSE - _FIRST)
    return 0.2 + 0.76 * (year - DENSE) / (_LAST - DENSE)


def _describe(card: System, state: str, families, base: str) -> dict:
    page = f"{base}{card.page}.html" if card.page else ""
    data = ", ".join(card.corpora)
    return {
        "id": card.id,
        "name": card.name,
        "year": card.year or "any year",
        "family": card.family,
        "kind": families[card.family],
        "mechanism": card.mechanism,
        "citation": card.citation,
        "state": state,
        "meaning": MEANING[state],
        "page": page,
        "data": data,
        "at": place(card.year),
    }


def _draw_lane(letter: str, name: str, known) -> str:
    mine = sorted((k for k in known if k["family"] == letter), key=lambda k: k["at"])
    ends: list[float] = []  # where the last mark of each level is
    marks = []
    for one in mine:
        level = next((i for i, end in enumerate(ends) if one["at"] - end >= APART), len(ends))
        ends[level : level + 1] = [one["at"]]
        said = escape(f"{one['name']}, {one['year']}: {one['state']}")
        marks.append(
            f'<button type="button" class="mg-{one["state"].lower()}" '
            f'data-id="{escape(one["id"])}" aria-label="{said}" '
            f'title="{said}" style="left:{100 * one["at"]:.1f}%;top:{1.45 * level:.2f}rem"></button>'
        )
    height = 1.45 * max(len(ends), 1) + 0.2
    return (
        f'<div class="mg-lane"><span>{letter} · {escape(name)}</span>'
        f'<div style="height:{height:.2f}rem">{"".join(marks)}</div></div>'
    )


def _draw_filters(families, known) -> str:
    corpora = sorted({name for one in known for name in one["data"].split(", ") if name})
    count = {state: sum(one["state"] == state for one in known) for state in STATES}
    choices = {
        "family": {letter: f"{letter} · {name}" for letter, name in families.items()},
        "state": {state: f"{state} ({n})" for state, n in count.items()},
        "data": {name: name for name in corpora},
    }
    parts = [
        '<input type="search" data-filter="words" aria-label="Words" placeholder="name, author, word">'
    ]
    for what, options in choices.items():
        told = "".join(
            f'<option value="{escape(k)}">{escape(v)}</option>' for k, v in options.items()
        )
        parts.append(
            f'<select data-filter="{what}" aria-label="{what}"><option value="">any {what}</option>{told}</select>'
        )
    key = "".join(
        f'<span><i class="mg-{state.lower()}"></i>{state}: {MEANING[state]}</span>'
        for state in STATES
    )
    return f'<div class="mg-filters">{"".join(parts)}</div><div class="mg-key">{key}</div>'
