"""Likelihood in two parts: first on much music of another kind, then on the little that is meant."""

from dataclasses import dataclass

from ..data.transfer import BEFORE, encode_transfer, shuffle_rows
from ..learning.schedules import step_schedule
from ..learning.team import update
from . import likelihood
from .game import device_of
from .settings import check_least, check_name, refuse
from .token_material import Batches

FIRST = ("in_order", "shuffled", "none")


@dataclass(frozen=True)
class Config(likelihood.Config):
    """As of :class:`~musicgan_lib.games.likelihood.LikelihoodGame`, and what comes first."""

    source: str = "palestrina"  # a corpus of four voices, learned from first
    pretrain: int = 500  # updates on it, the first ones of all; as many as steps: on nothing else
    few: int = 50  # training pieces of the music that is meant
    first: str = "in_order"  # how it is read; shuffled: sixteenths in random order; none: the music that is meant

    def __post_init__(self):
        super().__post_init__()
        check_least(self, pretrain=1, few=1)
        check_name("first", self.first, FIRST)
        refuse(
            self.pretrain > self.steps > 0,
            f"pretrain is {self.pretrain} of {self.steps} steps: there are not so many",
        )
        refuse(self.keys, "keys moves nothing here: both collections stand in their own keys")
        refuse(self.tokens != "grid", f"tokens is {self.tokens!r}; two collections share a grid")


class TransferGame(likelihood.LikelihoodGame):
    """``pretrain`` of the ``steps`` read ``source``, the others ``few`` training pieces; the rate falls in each part.

    The weights that are kept are those that were best on validation pieces of the music that is meant.
    A card's controls shuffle the first music, or spend its updates on the music that is meant.
    """

    controls = ()
    Base = Config

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.transfer.encode_transfer`."""
        return encode_transfer(corpus, config.source, config.few, config.scheme)

    def learns_from(self, config: Config, corpus: str) -> tuple[str, ...]:
        """What comes first, too."""
        return (corpus, config.source)

    def scale_rate(self, config: Config, step: int) -> float:
        """A rise and fall for each part."""
        if step < config.pretrain:
            return likelihood.scale_rate(config, step, config.pretrain)
        left = config.steps - config.pretrain
        return likelihood.scale_rate(config, step - config.pretrain, left)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random windows of the music whose turn it is."""
        self.check_control(config, control)
        first = shuffle_rows(data) if config.first == "shuffled" else data
        before = Batches(first, "train" if config.first == "none" else BEFORE, config.length)
        meant = Batches(data, "train", config.length)

        def step(state) -> dict:
            network, optimiser = state.modules["network"].train(), state.optimisers["network"]
            turn = before if state.step < config.pretrain else meant
            tokens = turn.draw(config.batch, state.generator)
            loss = network.nll(tokens.to(device_of(network)))
            update(loss, network, optimiser, config.clip)
            step_schedule(state, "network")
            return {"nll_batch": loss.item()}

        return step
