"""Write into the pages of ``book/teach`` what is computed of the others: verbs, minutes by activity, sums of a week.

Between ``<!-- teach:NAME -->`` and ``<!-- /teach -->`` a Markdown page holds what is computed here; ``make stamp``
writes it, and its check tells where the two differ. ``python tools/teach.py --record`` first takes the seconds of
music from the book as it was built last, and keeps them in ``results/about/listening_times.json``.
"""

import argparse
import re
from dataclasses import fields
from pathlib import Path

from page_minutes import (
    EQUATION,
    LINES,
    NOTHING,
    QUIZ,
    RUN_TIMES,
    STARS,
    TEACH,
    WORDS,
    Minutes,
    Page,
    list_links,
    read_book,
    read_json,
    record_listening,
)

BLOCK = re.compile(r"(<!-- teach:(\w+)([^>]*?) -->\n).*?(<!-- /teach -->)", re.S)
CHAPTERS_OF = re.compile(r"^\*\*Chapters\.\*\* .*(?:\n(?!\n).*)*", re.M)


def tell(minutes: float) -> str:
    """Minutes as a table has them: whole, a dash for none."""
    return "–" if minutes == 0 else "<1" if minutes < 0.5 else f"{round(minutes)}"


def tell_verbs(book: dict[str, Page]) -> str:
    lines, part = [], ""
    for page in book.values():
        if page.part != part:
            part = page.part
            lines += ["", f"**{part}**", ""]
        lines.append(f"- {page.link()}: {'; '.join(page.verbs)}.")
    return "\n".join(lines[1:])


def tell_minutes(book: dict[str, Page]) -> str:
    head = "| Page | read | hear | run | quiz | ★ ★★ | all |\n|---|---|---|---|---|---|---|"
    lines, part = [], ""
    for page in [*book.values(), None]:
        if part and (page is None or page.part != part):
            own = [p.minutes for p in book.values() if p.part == part]
            lines.append(f"| **{part}** | {_cells(sum(own, NOTHING), '**')} |")
        if page:
            part = page.part
            lines.append(f"| {page.link()} | {_cells(page.minutes)} |")
    return "\n".join([head, *lines])


def _cells(minutes: Minutes, around: str = "") -> str:
    numbers = [getattr(minutes, field.name) for field in fields(minutes)] + [minutes.total]
    return " | ".join(f"{around}{tell(n)}{around}" for n in numbers)


def tell_rates(book: dict[str, Page]) -> str:
    unrun = [p.title for name, p in book.items() if Path(name).name not in read_json(RUN_TIMES)]
    rows = [
        (
            "read",
            "words, lines of open code and labelled equations are counted",
            f"{WORDS} words or {LINES} lines a minute, {EQUATION} minute more for an equation",
        ),
        ("hear", "every take of every player on the executed page, in full", "each take once"),
        ("run", "the seconds of a recorded run at `smoke`, on two cores", "none"),
        ("quiz", "questions are counted", f"{QUIZ} minute each"),
        (
            "★ ★★",
            "exercises are counted",
            " and ".join(f"{m} minutes for {s}" for s, m in STARS.items())
            + "; ★★★ is a project and not counted",
        ),
    ]
    lines = ["| | measured | assumed |", "|---|---|---|"]
    lines += [f"| {a} | {b} | {c} |" for a, b, c in rows]
    if unrun:
        lines += ["", f"Run times are not recorded yet of: {', '.join(unrun)}."]
    return "\n".join(lines)


def tell_research(book: dict[str, Page]) -> str:
    return "\n".join(f"- {p.link()}: {asked}" for p in book.values() for asked in p.research)


def list_weeks(text: str) -> list[tuple[str, tuple[str, ...], dict[str, int]]]:
    """(heading, chapters, other minutes by name) of each section of a plan that holds a ``week`` block."""
    found = []
    for section in re.split(r"^(?=## )", text, flags=re.M)[1:]:
        if block := re.search(r"<!-- teach:week([^>]*?) -->", section):
            named = CHAPTERS_OF.search(section)
            links = list_links(named[0], TEACH) if named else ()
            more = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", block[1])}
            found.append((section.split("\n")[0].removeprefix("## "), links, more))
    return found


def sum_week(chapters, more: dict[str, int], book: dict[str, Page]) -> tuple[Minutes, float]:
    """The minutes of a week's chapters, and those of the whole week."""
    own = sum((book[name].minutes for name in chapters), NOTHING)
    return own, own.total + sum(more.values())


def tell_week(week, book: dict[str, Page]) -> str:
    _, chapters, more = week
    own, total = sum_week(chapters, more, book)
    parts = {"reading": own.reading, "listening": own.listening, "running": own.running}
    parts |= {"quizzes": own.quiz, "exercises": own.exercises} | more
    said = ", ".join(f"{name} {tell(minutes)}" for name, minutes in parts.items() if minutes)
    return f"**Minutes.** {said}: {round(total)} in all ({total / 60:.1f} hours)."


def tell_plan(weeks, book: dict[str, Page]) -> str:
    lines = ["| Week | chapters | hours |", "|---|---|---|"]
    hours = [sum_week(chapters, more, book)[1] / 60 for _, chapters, more in weeks]
    for (heading, chapters, _), of_week in zip(weeks, hours):
        titles = " · ".join(book[name].title for name in chapters) or "–"
        lines.append(f"| {heading} | {titles} | {of_week:.1f} |")
    apart = {}
    for name, minutes in (pair for _, _, more in weeks for pair in more.items()):
        apart[name] = apart.get(name, 0) + minutes
    told = ", ".join(f"{name} {minutes / 60:.0f}" for name, minutes in apart.items())
    return "\n".join(
        [*lines, f"| **all** | | **{sum(hours):.0f}** |", "", f"Of these hours: {told}."]
    )


def stamp_page(text: str, book: dict[str, Page]) -> str:
    """A page with every block as it should be; ValueError for a block that nobody knows."""
    weeks = list_weeks(text)
    waiting = iter(weeks)
    told = {
        "verbs": tell_verbs,
        "minutes": tell_minutes,
        "rates": tell_rates,
        "research": tell_research,
    }

    def fill(block: re.Match) -> str:
        name = block[2]
        if name == "week":
            inside = tell_week(next(waiting), book)
        elif name == "plan":
            inside = tell_plan(weeks, book)
        elif name in told:
            inside = told[name](book)
        else:
            raise ValueError(f"teach:{name} is no block; there are week, plan, {', '.join(told)}")
        return f"{block[1]}{inside}\n{block[4]}"

    return BLOCK.sub(fill, text)


def stamped_pages() -> dict[Path, str]:
    """Every Markdown page for teachers, and what it should hold."""
    book = read_book()
    return {page: stamp_page(page.read_text(), book) for page in sorted(TEACH.glob("*.md"))}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--record", action="store_true", help="take the seconds of music from the built book"
    )
    if options.parse_args().record:
        record_listening()
    for page, text in stamped_pages().items():
        page.write_text(text)


if __name__ == "__main__":
    main()
