"""The bank of projects is what records leave open, and each project can be begun."""

import re

import pytest
from chapters import ROOT

from musicgan_lib import systems
from musicgan_lib.experiments import claims
from musicgan_lib.lab import landscape, projects


def test_the_bank_is_what_records_leave_open():
    rows = claims.read_all_records()
    recorded = {row["system"] for row in rows}
    states = landscape.list_states(rows)
    left = {s for s, state in states.items() if state in ("VOID", "PARTIAL") and s in recorded}
    bank = projects.list_unsettled(rows)
    assert {p.slug for p in bank} == left and len(left) >= 3
    assert len(bank) == len(left)
    gone = next(p.slug for p in bank)
    fewer = projects.list_unsettled([row for row in rows if row["system"] != gone])
    assert {p.slug for p in fewer} == left - {gone}
    assert projects.list_unsettled([]) == []


def test_a_project_can_be_begun_tonight():
    rows = claims.read_all_records()
    every = [*projects.list_unsettled(rows), *projects.list_questions(rows)]
    assert len({p.slug for p in every}) == len(every) >= 15
    for project in every:
        if project.first.startswith("musicgan"):
            projects.check_command(project.first)
        else:
            file = project.first.split()[1]
            assert project.first.startswith("papermill book/") and (ROOT / file).is_file()
        assert project.level in (1, 2, 3) and project.pages and project.question.endswith("?")
        for page in project.pages:
            assert (ROOT / "book" / f"{page}.ipynb").is_file(), page
        assert (project.runs == 0) == ("no training run" in project.tell_compute())


def test_a_project_begins_with_what_decided():
    """The control, or the variant that the system goes on from; and its question names it."""
    seen = set()
    unsettled = {p.slug: p for p in projects.list_unsettled()}
    for name, (_, why) in landscape.explain_states().items():
        if name not in unsettled or " of " not in why or "no better" not in why:
            continue
        project = unsettled[name]
        start = projects.find_start(systems.find(name), why)
        option, kind = ("--variant", "starting point") if start else ("--control", "control")
        decided = project.first.split(f"{option} ")[1].split()[0]
        assert f" of {decided} " in why and (not start or decided == start), (name, why)
        assert f"its {kind} *{decided.replace('_', ' ')}*" in project.question
        assert project.runs >= 6 and ("--control" in project.first) != bool(start)
        seen.add(kind)
    assert "control" in seen


def test_a_start_is_found_where_it_decided():
    card = systems.find("mogren2016_3tones")
    start = card.claim.start["adversarial"]
    assert projects.find_start(card, f"no better than 3 of {start} (1 to 1)") == start
    assert projects.find_start(card, "no better than 3 of one_tone (0 to 1)") == ""


def test_only_controls_that_take_something_away_are_offered():
    """A variant without a discriminator has none that could stand still."""
    card = systems.find("mogren2016")
    offered = projects.name_controls(card, "squared_error", "")
    assert offered and "frozen_discriminator" in card.list_controls()
    for control in set(card.list_controls()) - set(offered):
        with pytest.raises(ValueError):
            card.configure_control(control, "squared_error", "smoke", "chorales")
    assert "frozen_discriminator" not in offered


@pytest.mark.parametrize(
    "command, why",
    [
        ("musicgan train nobody --variant x --profile smoke", "no system 'nobody'"),
        ("musicgan train neo2024 --variant x --profile smoke", "variant"),
        ("musicgan train neo2024 --variant repaired --profile smoke --control x", "control"),
        ("musicgan train neo2024 --variant repaired --profile smoke --corpus lakh", "lakh"),
        ("musicgan systems neo2024", "trains nothing"),
    ],
)
def test_a_command_that_would_be_refused_is_refused(command, why):
    with pytest.raises(ValueError, match=re.escape(why)):
        projects.check_command(command)
