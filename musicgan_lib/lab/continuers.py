"""Recorded systems that can go on from music which they are given, in the order of their years."""

from dataclasses import dataclass

from .. import systems


@dataclass(frozen=True)
class Continuer:
    """A recorded system that goes on: what it hears of the opening, and which function here lets it write.

    ``says``: one sentence on how it decides what comes next.
    """

    system: str
    variant: str
    hears: str
    how: str
    says: str

    @property
    def year(self) -> int | None:
        """The year that its card is listed under."""
        return systems.find(self.system).year

    @property
    def name(self) -> str:
        """What a player calls it."""
        year = f"{self.year}, " if self.year else ""
        return f"{year}{systems.find(self.system).name} ({self.hears})"


_VOICES, _MELODY = "four voices", "the melody"
CONTINUERS = (
    Continuer(
        "backoff", "fourth_order", _MELODY, "counts",
        "looks up what followed the last notes in other chorales, and the last fewer where these are new.",
    ),
    Continuer(
        "hadjeres2016", "deepbach", _VOICES, "sweeps",
        "begins with noise and draws each cell again and again, given all cells around it.",
    ),
    Continuer(
        "liang2016", "bachbot", _VOICES, "tokens",
        "reads the notes of each sixteenth one after the other, with an LSTM, and writes the next.",
    ),
    Continuer(
        "mogren2016", "repaired", _VOICES, "tones",
        "writes a tone at a time as symbols; likelihood taught it, and an adversary beside.",
    ),
    Continuer(
        "waite2016", "lookback", _MELODY, "tokens",
        "is told what was played one and two bars ago, and whether it is repeating it.",
    ),
    Continuer(
        "yang2017", "gan", _MELODY, "bars",
        "paints a bar at once after the bar before and a chord a quarter; it is given the opening's chords again.",
    ),
    Continuer(
        "anokhin2018", "likelihood", _VOICES, "rolls",
        "plays each key or not, from its neighbours in pitch and in time.",
    ),
    Continuer(
        "anokhin2018", "repaired", _VOICES, "rolls",
        "is the same network after a game with an adversary that paid it.",
    ),
    Continuer(
        "colombo2018", "bachprop", _VOICES, "tokens",
        "says of each note when, how long and which, each given the one said before.",
    ),
    Continuer(
        "oore2018", "performance", _VOICES, "tokens",
        "writes events of a keyboard: press, release, wait, how loud.",
    ),
    Continuer(
        "huang2019", "coconet", _VOICES, "masks",
        "completes a score with holes, half a bar at a time, and redraws ever fewer of its cells.",
    ),
    Continuer(
        "peracha2019", "tonicnet", _VOICES, "tokens",
        "names the chord first and then the voices that sing it.",
    ),
    Continuer(
        "wang2019", "window", _VOICES, "tokens",
        "reads a short window with a recurrent network and the rest with attention.",
    ),
    Continuer(
        "bjare2020", "nll", _MELODY, "tokens",
        "writes a word, a pitch and its length at once; likelihood alone taught it.",
    ),
    Continuer(
        "bjare2020", "merl", _MELODY, "tokens",
        "is the same network after a game that pays for what a discriminator believes, and for surprise.",
    ),
)  # fmt: skip


def list_continuers() -> tuple[Continuer, ...]:
    """All of them in the order of their years; the table of counts, which has none, first."""
    return tuple(sorted(CONTINUERS, key=lambda c: c.year or 0))
