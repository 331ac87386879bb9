"""The game on ends of melodies as a dialogue: half of a melody is given, the other half is the answer (REGS)."""

from dataclasses import dataclass, replace

import torch

from ..evaluation import nll as measures
from ..learning import melody_rules, prefixes, team
from ..metrics.text import distinct_n
from ..metrics.tones import bigram_distance
from ..models.draws import rand
from . import word_settings
from .ending_words import EndingGame
from .game import device_of
from .signals.every_step import EveryStep
from .token_material import DISCRIMINATOR_LOSSES, Tokens
from .word_measures import spread_evenly


@dataclass(frozen=True)
class Config(word_settings.Config):
    """The settings of the game on words, and of its dialogue."""

    opening: int = 8  # notes that are given
    paid: str = "steps"  # when a note is paid: after itself (steps), or for the whole (end)
    reward: str = "prefix"  # by a discriminator of beginnings


class Dialogues(Tokens):
    """Windows of which the policy draws the second part; the discriminator learns from beginnings, cut at random."""

    def draw(self, state, n: int) -> torch.Tensor:
        """``n`` answers to real openings, with these."""
        policy = state.modules["policy"].eval()
        asked = self.real(n, state.generator)[:, : self.config.opening].to(device_of(policy))
        return answer(policy, self.config, asked, state.generator)

    def lesson(self, discriminator, real, fake, generator):
        first, length = self.config.opening + 1, self.config.length
        said = []
        for batch in (real, fake):
            cuts = prefixes.draw_cuts(
                len(batch), first, length, rand(len(batch), generator=generator)
            )
            device = device_of(discriminator)
            logits = discriminator.step_logits(batch.to(device))
            said.append(prefixes.read_at(logits, cuts.to(device)))
        loss = DISCRIMINATOR_LOSSES[self.config.discriminator_loss](*said)
        return loss, {"d_loss": loss.item()}

    def likelihood(self, state, weight):
        """Teacher forcing: of the true answers, summed as the signal's loss is."""
        policy = state.modules["policy"]
        words = self.real(self.config.batch, state.generator).to(device_of(policy))
        log_prob = policy.log_prob(words, entropy=False).log_prob[:, self.config.opening :]
        return -weight * team.size() * log_prob.sum()


class DialogueGame(EndingGame):
    """A policy answers real openings, and is paid for every note of its answers."""

    Config = Config

    def choose_material(self, config: Config, data) -> Dialogues:
        return Dialogues(config, data)

    def choose_signal(self, config: Config):
        return EveryStep

    def shared_phase(self, config: Config) -> Config:
        """The settings of the pre-training alone."""
        plain = Config()
        return replace(
            word_settings.shared_phase(config),
            opening=plain.opening,
            paid=plain.paid,
            reward=plain.reward,
        )

    def measure(self, state, config: Config, data, generator):
        """As the game on words; and of answers to openings of the validation music, ``_answer`` for the answer alone.

        ``pairs_apart``: how differently answers and those of the test music follow one note by another, 0 to 1.
        ``nll_answer``: nats a note of true answers. ``distinct_answer``: different runs of four notes in answers, as a
        share of all. ``unique``: different answers, as a share of all. ``steps`` and ``fines``: what
        the whole melodies have of steps, and what rules charge. ``log_p``: nats a note of the answers under the policy
        as it was before the game.
        """
        found, _ = super().measure(state, config, data, generator)
        policy = state.modules["policy"].eval()
        test = torch.as_tensor(data.windows("test", config.length))
        found["nll_answer"] = measures.nll(policy, test, first=config.opening)
        asked = torch.as_tensor(data.windows("valid", config.length))[:, : config.opening]
        asked = torch.as_tensor(spread_evenly(asked.numpy(), config.measure))
        asked = asked.repeat(-(-config.measure // len(asked)), 1)[: config.measure]
        samples = answer(policy, config, asked.to(device_of(policy)), generator)
        answers = samples[:, config.opening :]
        true = test[:, config.opening :].numpy()
        found["pairs_apart"] = bigram_distance(answers.cpu().numpy(), true)
        found["distinct_answer"] = distinct_n(list(answers.cpu().numpy()), 4)
        found["unique"] = len(torch.unique(answers, dim=0)) / len(answers)
        found["steps"] = melody_rules.share_steps(samples).mean().item()
        found["fines"] = -melody_rules.charge(samples).sum(1).mean().item()
        before = "reference" if config.adversarial else self.generator
        found["log_p"] = -measures.nll(state.modules[before], samples, first=config.opening)
        return found, samples


def answer(policy, config: Config, asked: torch.Tensor, generator) -> torch.Tensor:
    """Openings ``(B, opening)`` and what the policy goes on with, ``(B, length)``."""
    return policy.sample(len(asked), config.length, generator, prefix=asked).actions
