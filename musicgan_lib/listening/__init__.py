"""Music that can be heard and seen: the player, the synth behind it, piano rolls, blind tests."""

from . import style
from .blind_test import answers_needed, blind_test, guessing_tail
from .explore import explore
from .figures import show_figure
from .player import Player, player
from .rolls import piano_roll, pitch_name
from .score import score
from .style import COLOURS, use_style
from .synth import LOUDNESS, measure_loudness, render, to_wav

__all__ = [
    "COLOURS",
    "LOUDNESS",
    "Player",
    "answers_needed",
    "blind_test",
    "explore",
    "guessing_tail",
    "measure_loudness",
    "piano_roll",
    "pitch_name",
    "player",
    "render",
    "score",
    "show_figure",
    "style",
    "to_wav",
    "use_style",
]
