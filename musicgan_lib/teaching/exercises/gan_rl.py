"""Judges of the exercises in ``papers/gan_rl``."""

import numpy as np

from ..exercise import checker
