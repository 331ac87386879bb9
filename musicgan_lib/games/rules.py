"""Rules instead of learning: a table is filled once, and lines are drawn that keep the rules."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ..data.cantus import DORIAN, make_cantus, to_pitch
from ..learning.fit import TrainingState
from ..metrics import counterpoint as checker
from ..models.counterpoint import BUDGET, count_back, make_four_voices, make_two_voices
from ..models.counterpoint_rules import check_rules
from .game import Game
from .settings import check_least, check_name, refuse

DRAWS = ("note_by_note", "counted")
#: So many lines at most are listed, to see which of them are reached.
LISTED = 100_000


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but its seed."""

    steps: int = 1  # the table is filled in one
    cantus_notes: int = len(DORIAN)  # that are set, the last ones of the cantus
    voices: int = 2  # with the cantus: 2, or 4
    draw: str = "note_by_note"  # among what may follow just now, or counted: each line as likely
    without: str = ""  # a rule that is not asked, or all
    measure: int = 1000  # lines that are drawn to be measured
    budget: int = BUDGET  # beginnings that may be thrown away, note by note

    def __post_init__(self):
        check_least(self, steps=0, cantus_notes=2, measure=1, budget=1)
        refuse(
            self.steps > 1, f"steps is {self.steps}, and the table is filled in one: leave it at 1"
        )
        refuse(
            self.cantus_notes > len(DORIAN),
            f"cantus_notes is {self.cantus_notes}, and the cantus has {len(DORIAN)}: set as many or fewer",
        )
        check_name("voices", self.voices, (2, 4))
        check_name("draw", self.draw, DRAWS)
        check_rules(self.without or (), self.voices)
        refuse(
            self.draw == "counted" and self.budget != BUDGET,
            f"budget is {self.budget}, and counted draws throw nothing away: leave it, or draw=note_by_note",
        )


class LineTable(nn.Module):
    """For each place of a line and each state there, one number: what the draw asks before it moves on.

    ``places[t]`` is ``(S_t,) float64``: in how many ways the line goes on to its end (counted), or how many notes may
    follow just now (note by note), 0 for what may not begin; 1 where nothing was counted yet. A file of weights keeps
    whole numbers below 2**24 exactly.
    """

    def __init__(self, sizes):
        super().__init__()
        self.places = nn.ParameterList(
            nn.Parameter(torch.ones(n, dtype=torch.float64), requires_grad=False) for n in sizes
        )


class RuleGame(Game):
    """Lines above a cantus that keep rules of counterpoint. Nothing is learnt: the one step fills a table.

    A seed is that of what is drawn. A card's controls do not ask a rule, or any.
    """

    Config = Config
    generator = "table"

    def encode(self, config: Config, corpus: str):
        return make_cantus(corpus)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        table = LineTable([len(notes) for notes in make_graph(config).notes]).to(device)
        return TrainingState({"table": table}, {}, torch.Generator().manual_seed(seed))

    def make_step(self, config: Config, data, control: str | None = None):
        """Fill the table from the last place back."""
        self.check_control(config, control)
        graph = make_graph(config)

        def step(state: TrainingState) -> dict:
            places = state.modules["table"].places
            with torch.no_grad():
                for place, found in zip(places, fill_table(graph, config.draw)):
                    place.copy_(torch.as_tensor(found))
            return {"log_beginnings": math.log1p(float(places[0].sum()))}

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """What lines that were drawn are worth, by a checker that asks all rules and shares nothing with the draw.

        ``no_fault``: the share of lines that break no rule. ``lines_reached``: of all lines without fault the share
        that came at least once; it is left out where they are more than can be listed. ``lines``: how many the rules
        that are asked leave, as a power of ten.
        """
        drawn = self.draw(state.modules["table"], config, config.measure, generator)
        cantus, pitches = to_pitch(drawn[0, :, 0]), to_pitch(drawn)
        if config.voices == 2:
            good = checker.share_without_fault(cantus, pitches[:, :, 1])
        else:
            good = np.mean([not checker.list_faults_of_four(line) for line in pitches])
        graph = make_graph(config)
        found = {"no_fault": float(good), "lines": math.log10(graph.total)}
        whole = make_graph(config, ask_all=True)
        if whole.total <= LISTED:
            known = whole.list_all().reshape(whole.total, -1)
            found["lines_reached"] = checker.share_reached(drawn[:, :, 1], known)
        return found, drawn

    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, T, voices) int64`` white keys, the cantus first.

        ValueError for a temperature other than 1, where no line keeps the rules, and where the budget is spent.
        """
        refuse(
            temperature != 1, f"temperature is {temperature}, and rules have none: leave it at 1"
        )
        graph = make_graph(config)
        rng = np.random.default_rng(int(torch.randint(2**62, (1,), generator=generator)))
        if config.draw == "counted":
            lines = graph.draw(n, rng, [place.cpu().numpy() for place in module.places])
        else:
            lines, _ = graph.draw_note_by_note(n, rng, config.budget)
        if config.voices == 4:
            return lines
        low = np.broadcast_to(cut_cantus(config)[None, :, None], lines.shape)
        return np.concatenate([low, lines], 2)


def fill_table(graph, draw: str) -> list[np.ndarray]:
    """What :class:`LineTable` holds of a graph, ``(S_t,) float64`` a place."""
    table = [np.ones(len(graph.notes[-1]))]
    for edges in reversed(graph.edges):
        after = table[-1] if draw == "counted" else np.ones(edges.shape[1])
        table.append(count_back(edges, after))
    table[-1] = table[-1] * graph.begins
    return table[::-1]


def cut_cantus(config: Config) -> np.ndarray:
    """The notes of the cantus that are set, ``(cantus_notes,) int64``."""
    return np.array(DORIAN[len(DORIAN) - config.cantus_notes :])


def make_graph(config: Config, ask_all: bool = False):
    """The lines that the rules leave; ``ask_all``: that all rules leave."""
    make = make_two_voices if config.voices == 2 else make_four_voices
    return make(cut_cantus(config), () if ask_all else config.without or ())
