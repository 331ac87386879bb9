"""What a pool of answers says: scores with exact intervals, strengths over listeners, and whether listeners agree."""

from collections.abc import Callable

import numpy as np

from .listening_pool import REAL, SIDES, Answer, Heard, Session
from .preferences import clopper_pearson, fit_bradley_terry


def by_system(heard: Heard) -> str:
    """What an answer is counted for: the system."""
    return heard.system


def by_variant(heard: Heard) -> str:
    """What an answer is counted for: the system and its variant; real music is one."""
    return REAL if heard.system == REAL else f"{heard.system} {heard.variant}"


def count_found(sessions) -> tuple[int, int]:
    """In how many of the pairs that held real music it was taken for the person's: ``(right, trials)``."""
    told = [_name_person(a, by_system) for s in sessions for a in s.answers if _holds_real(a)]
    return told.count(REAL), len(told)


def count_taken(sessions, name: Callable = by_system) -> dict[str, tuple[int, int]]:
    """System -> how often it was taken for the person's in pairs with real music: ``(times, trials)``."""
    found: dict[str, list[bool]] = {}
    for session in sessions:
        for answer in session.answers:
            if _holds_real(answer):
                other = answer.second if answer.first.system == REAL else answer.first
                found.setdefault(name(other), []).append(_name_person(answer, by_system) != REAL)
    return {system: (sum(took), len(took)) for system, took in sorted(found.items())}


def count_wins(sessions, name: Callable = by_system) -> tuple[list[str], np.ndarray]:
    """Names with real music first, and how often each was preferred to each, ``(K, K)``."""
    answers = [a for s in sessions for a in s.answers]
    names = {name(h) for a in answers for h in (a.first, a.second)} - {REAL}
    names = [REAL, *sorted(names)]
    wins = np.zeros((len(names), len(names)))
    for a in answers:
        sides = [name(a.first), name(a.second)]
        winner, loser = sides if a.prefers == "first" else sides[::-1]
        wins[names.index(winner), names.index(loser)] += winner != loser
    return names, wins


def compare_systems(
    sessions, rng, name: Callable = by_system, times: int = 400, level: float = 0.95
) -> dict[str, dict]:
    """System -> how much stronger it is than real music, by Bradley and Terry's model, over all listeners.

    Each has ``strength`` (natural logarithm of the odds to be preferred to real music), ``low`` and ``high``, which
    hold the middle ``level`` of the strengths when the *listeners* are drawn again, and ``answers``. A system that no
    chain of answers joins with real music has NaN. ValueError for no session. Source: Efron's bootstrap (1979),
    percentile.
    """
    if not sessions:
        raise ValueError("nobody has answered yet: there is no session")
    names, wins = count_wins(sessions, name)
    strengths = _against_real(wins)
    each = np.array([_wins_among(names, s, name) for s in sessions])
    drawn = np.array(
        [_against_real(each[rng.integers(len(each), size=len(each))].sum(0)) for _ in range(times)]
    )
    tails = [(1 - level) / 2, (1 + level) / 2]
    found = {}
    for i, system in enumerate(names[1:], 1):
        seen = drawn[:, i][np.isfinite(drawn[:, i])]
        low, high = np.quantile(seen, tails) if len(seen) else (np.nan, np.nan)
        answers = int(wins[i].sum() + wins[:, i].sum())
        found[system] = {"strength": strengths[i], "low": low, "high": high, "answers": answers}
    return found


def _against_real(wins) -> np.ndarray:
    strengths = fit_bradley_terry(wins)
    return strengths - strengths[0]


def _wins_among(names, session, name) -> np.ndarray:
    mine, own = count_wins([session], name)
    places = [names.index(n) for n in mine]
    wins = np.zeros((len(names), len(names)))
    wins[np.ix_(places, places)] = own
    return wins


def measure_agreement(
    sessions, rng, name: Callable = by_system, times: int = 1000
) -> dict[str, float]:
    """How often two listeners who compared the same two systems preferred the same one.

    ``agreement`` is the share among all pairs of answers by different listeners to the same two systems (NaN without
    any), ``pairs`` their number, and ``luck`` how often listeners who toss a coin agree at least as much. By hand:
    one listener prefers A twice, another A once and B once: two of four pairs agree. Source: ours; luck by simulation.
    """
    each = [count_wins([s], name) for s in sessions]
    names = sorted({n for own, _ in each for n in own})
    wins = np.zeros((len(each), len(names), len(names)))
    for k, (own, table) in enumerate(each):
        places = [names.index(n) for n in own]
        wins[k][np.ix_(places, places)] = table
    upper = np.triu_indices(len(names), 1)
    won = wins[:, upper[0], upper[1]]
    games = won + wins[:, upper[1], upper[0]]
    agreed, pairs = _count_agreed(won, games)
    if not pairs:
        return {"agreement": np.nan, "pairs": 0, "luck": np.nan}
    luck = [
        _count_agreed(rng.binomial(games.astype(int), 0.5), games)[0] >= agreed
        for _ in range(times)
    ]
    return {"agreement": agreed / pairs, "pairs": int(pairs), "luck": float(np.mean(luck))}


def _count_agreed(won, games) -> tuple[float, float]:
    """Pairs of answers by different listeners that agree, and all of them; ``(listeners, pairs of systems)`` each."""
    lost = games - won

    def across(a):
        return float((a.sum(0) ** 2 - (a**2).sum(0)).sum() / 2)

    return across(won) + across(lost), across(games)


def simulate_class(
    rng, strengths: dict[str, float], listeners: int, answers: int, finds: float
) -> list[Session]:
    """A class whose ears are known, to try an analysis on before anybody was asked.

    Each listener hears ``answers`` pairs of two systems of ``strengths`` (logarithms, with ``real`` among them),
    prefers by Bradley and Terry's model, and finds real music with probability ``finds``. ValueError for fewer than
    two systems.
    """
    names = list(strengths)
    if REAL not in names or len(names) < 2:
        raise ValueError(f"strengths has {', '.join(names) or 'nothing'}: give {REAL} and another")

    def answer() -> Answer:
        pair = [names[i] for i in rng.choice(len(names), 2, replace=False)]
        first, second = (Heard(name, name, "simulated", 0) for name in pair)
        chance = 1 / (1 + np.exp(strengths[pair[1]] - strengths[pair[0]]))
        likes = SIDES[int(rng.random() >= chance)]
        right = SIDES[pair.index(REAL)] if REAL in pair else SIDES[int(rng.integers(2))]
        wrong = SIDES[1 - SIDES.index(right)]
        return Answer(first, second, likes, right if rng.random() < finds else wrong)

    return [
        Session(f"simulated-{k}", tuple(answer() for _ in range(answers))) for k in range(listeners)
    ]


def show_share(right: int, trials: int) -> str:
    """A share with its exact interval, as it is read: ``7 of 10: 70 % (35 to 93 %)``."""
    if not trials:
        return "0 of 0"
    low, high = clopper_pearson(right, trials)
    return f"{right} of {trials}: {right / trials:.0%} ({100 * low:.0f} to {high:.0%})".replace(
        "%", " %"
    )


def _holds_real(answer: Answer) -> bool:
    return REAL in (answer.first.system, answer.second.system)


def _name_person(answer: Answer, name: Callable) -> str:
    return name(answer.first if answer.person == "first" else answer.second)
