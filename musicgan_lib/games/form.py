"""Likelihood, and then the long run: a network that learned twelve-bar blues plays twenty choruses by itself."""

import torch

from ..data import blues
from ..metrics import forms
from .game import device_of
from .likelihood import LikelihoodGame

CHORUSES, PLAYERS = 20, 8


class FormGame(LikelihoodGame):
    """As :class:`LikelihoodGame`; its music is that of :mod:`musicgan_lib.data.blues`.

    ``form_kept`` is the share of eighths whose chord is the form's, in 20 choruses that go on from one real bar, by 8
    players (fewer where ``measure`` is less); ``form_kept_last`` that of the last chorus alone; ``in_scale`` the share
    of their notes that belong to the scale of their chord. The samples of a run are these choruses.
    """

    def configure(self, request):
        """As :class:`LikelihoodGame`; ValueError for windows that are not two whole choruses or more."""
        config = super().configure(request)
        if config.length < 2 * blues.CHORUS or config.length % blues.CHORUS:
            raise ValueError(
                f"length is {config.length}: windows are two whole choruses or more, a multiple of {blues.CHORUS}"
            )
        return config

    def measure(self, state, config, data, generator):
        found, _ = super().measure(state, config, data, generator)
        players = min(PLAYERS, config.measure)
        played = play_on(state.modules["network"], data, generator, players=players)
        return found | measure_form(played), played


def play_on(network, data, generator, choruses: int = CHORUSES, players: int = PLAYERS):
    """``(players, choruses * CHORUS) int64``: what a network plays after one bar of test music each."""
    bars = [torch.as_tensor(p[: 2 * blues.STEPS]) for p in data.pieces["test"][:players]]
    opening = torch.stack(bars).to(device_of(network))
    return (
        network.sample(len(opening), choruses * blues.CHORUS, generator, prefix=opening)
        .actions.cpu()
        .numpy()
    )


def measure_form(played) -> dict:
    """``form_kept``, ``form_kept_last`` and ``in_scale`` of tokens ``(n, T * 2)`` whose first bar was given."""
    chords, notes = played.reshape(len(played), -1, 2).transpose(2, 0, 1)  # (n, T) each
    form = [chord for chord in blues.FORM for _ in range(blues.STEPS)]
    return {
        "form_kept": forms.share_in_form(chords, form, blues.STEPS),
        "form_kept_last": forms.share_in_form(chords, form, chords.shape[1] - len(form)),
        "in_scale": forms.share_in_scale(chords, notes - len(blues.ROOTS), blues.list_scales()),
    }
