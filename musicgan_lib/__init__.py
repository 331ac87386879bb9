"""Music with adversarial networks and reinforcement learning: the library under the book.

Importing this package is cheap on purpose: it pulls in neither torch nor music21.
Rooms are imported by name, e.g. ``from musicgan_lib import corpora`` or
``from musicgan_lib.listening import player``.
"""

__version__ = "0.1.0"
