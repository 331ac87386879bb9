"""A convolutional Boltzmann machine learns chorales; its samples are pushed to repeat where a template does."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..data import frames as music
from ..data.frames import encode_frames
from ..data.windows import WindowCutter
from ..learning import constraints
from ..learning.fit import TrainingState
from ..models.conv_rbm import ConvRBM
from ..models.draws import Dice
from ..models.rbm import draw_states
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_length, check_name
from .word_measures import spread_evenly

TEMPLATES = ("own", "other")
FORM = "AABA"  # of what is drawn without a template
WARM = 50  # sweeps from noise before a piece is composed


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = (
        3  # semitones up and down into which training music is moved, another number in each window
    )
    filters: int = 64  # feature maps
    width: int = 4  # frames that a filter sees
    sweeps: int = 2  # of the chains that go on from update to update
    length: int = 32  # frames of a window, and of a piece
    batch: int = 16  # windows, and chains
    steps: int = 1500
    lr: float = 0.005
    clip: float = 5.0
    template: str = "own"  # or "other": composed after another template than it is measured by
    rounds: int = 1500  # the budget of composing
    strength: float = 300.0  # of the constraint, for each frame, where nothing is cooled yet
    push: float = 20.0  # of the constraint's gradient in what is proposed
    block: int = 2  # frames that a proposal may change
    measure: int = 32  # templates: stretches of test music, spread over all

    def __post_init__(self):
        check_name("template", self.template, TEMPLATES)
        check_least(
            self,
            keys=0,
            filters=1,
            width=1,
            sweeps=1,
            length=2,
            batch=1,
            steps=0,
            rounds=0,
            block=1,
        )
        check_least(self, strength=0, push=0, measure=2)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        if self.width > self.length:
            raise ValueError(
                f"a filter of {self.width} frames does not fit into {self.length}: choose a smaller width"
            )
        if self.template == "other" and not (self.strength or self.push):
            raise ValueError("without a constraint no template is asked: template moves nothing")


class StructureGame(OneNetworkGame):
    """Persistent contrastive divergence for a :class:`~musicgan_lib.models.conv_rbm.ConvRBM`, then music to a template.

    See :func:`~musicgan_lib.learning.constraints.compose`.
    """

    Config = Config

    def encode(self, config: Config, corpus: str):
        return encode_frames(corpus, spare=config.keys)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """The machine at step 0, and its chains: each pitch sounds as often as in training."""
        often = np.concatenate(data.pieces["train"]).mean(0).clip(1e-3, 1 - 1e-3)
        often = torch.as_tensor(often, dtype=torch.float32)

        def make():
            network = ConvRBM(data.width, config.filters, config.width)
            with torch.no_grad():
                network.b.copy_(torch.logit(often))
            return network

        state = self.begin(make, config, seed, device)
        chains = often.expand(config.batch, config.length, -1)
        state.memory["chain"] = draw_states(chains, state.generator)
        return state

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random windows in random keys, against chains that never begin anew."""
        self.check_control(config, control)
        check_length(data, config.length)
        cutter = WindowCutter(data.pieces["train"], config.length)

        def step(state: TrainingState) -> dict:
            network, dice = state.modules["network"].train(), Dice(state.generator)
            moved = music.draw_in_keys(cutter, config.batch, config.keys, dice)
            frames = torch.as_tensor(moved, dtype=torch.float32, device=device_of(network))
            chain = network.gibbs(state.memory["chain"].to(frames), config.sweeps, state.generator)
            state.memory["chain"] = chain.cpu()
            loss = network.contrast(frames, chain)
            self.learn(state, loss, config)
            return {"contrast": loss.item()}

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """Pieces composed after the likeness of frames in stretches of test music, a piece each.

        ``template_likeness``: the correlation of a piece's likeness of frames with its template's, over all pairs.
        ``constraint_loss``: the mean squared distance of the two, and ``constraint_start`` where composing began.
        ``energy_gap``: free energy of the pieces less that of the templates' own music, nats a frame; near 0 they are
        as likely to the machine as Bach is. ``sounding``: pitches a frame.
        """
        network = state.modules["network"].eval()
        found = spread_evenly(data.windows("test", config.length), config.measure)
        real = torch.as_tensor(found, dtype=torch.float32, device=device_of(network))
        target = constraints.compare_frames(real)
        asked = target.roll(1, 0) if config.template == "other" else target
        composed = self.compose(network, config, asked, generator)
        frames = composed.frames
        with torch.no_grad():
            gap = network.free_energy(frames) - network.free_energy(real)
        metrics = {
            "template_likeness": constraints.correlate_likeness(frames, target).mean(),
            "constraint_loss": constraints.price_likeness(frames, asked).mean(),
            "constraint_start": composed.loss[0].mean(),
            "energy_gap": gap.mean() / config.length,
            "accepted": composed.accepted,
            "sounding": frames.sum(-1).mean(),
            "parameters": sum(p.numel() for p in network.parameters()),
        }
        return {k: float(v) for k, v in metrics.items()}, frames.cpu().numpy().astype(np.uint8)

    def compose(self, network, config: Config, target, generator) -> constraints.Composed:
        """Pieces for templates ``(n, T, T)``, each from a chain that began with noise."""
        noise = network.b.sigmoid().detach().expand(*target.shape[:2], -1)
        start = network.gibbs(draw_states(noise, generator), WARM, generator)
        return constraints.compose(
            network,
            start,
            target,
            config.rounds,
            config.strength,
            config.push,
            generator,
            config.block,
        )

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length, P) uint8``: pieces in the form AABA. ValueError for a temperature other than 1."""
        if temperature != 1:
            raise ValueError(
                f"temperature is {temperature}, and composing cools by itself: leave it at 1"
            )
        form = constraints.make_form(FORM[: config.length], config.length).to(device_of(module))
        made = self.compose(module, config, form.expand(n, -1, -1), generator)
        return made.frames.cpu().numpy().astype(np.uint8)
