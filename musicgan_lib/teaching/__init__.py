"""What a chapter uses to teach: equality checks, exercises that grade themselves,
quizzes, bets, what a reader has passed, source beside prose.
"""

from .bet import bet, show_calibration
from .check import check_same, check_shape
from .diagrams import draw_loop, draw_network
from .exercise import checker, exercise
from .passed import show_progress
from .quiz import quiz
from .show import show_source
from .work import check_work

__all__ = [
    "bet",
    "check_same",
    "check_shape",
    "check_work",
    "checker",
    "draw_loop",
    "draw_network",
    "exercise",
    "quiz",
    "show_calibration",
    "show_progress",
    "show_source",
]
