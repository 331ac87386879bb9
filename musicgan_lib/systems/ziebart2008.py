"""Maximum entropy inverse RL (Ziebart et al. 2008): from melodies, the reward under which they are likely.

Its control draws each note by its own reward, and does not look ahead. That it fails is claimed of melodies whose
reward looks far: on the ends of folk tunes a trial run saw no difference.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {"steps": 150, "check_every": 50, "measure": 64},
    "cpu": {"steps": 800, "measure": 512},
    "gpu": {"steps": 800, "measure": 512},
}
_MUSIC = {"tokens": "endings", "length": 16, "batch": 128, "lr": 0.1}

CARD = System(
    id="ziebart2008",
    name="Maximum entropy inverse RL",
    year=2008,
    family="G",
    listed="nearby",
    mechanism=(
        "Finds a reward under which what experts did is likely, and otherwise assumes as little as possible."
    ),
    citation="B. Ziebart et al., AAAI 2008",
    claim=Claim(
        "nll_test",
        "lower",
        told="Trial runs on the ends of folk tunes saw no gain from looking ahead; folk is not among its corpora.",
    ),
    plays="likelihood.LikelihoodGame",
    network="reward_chain.RewardChain",
    controls={"no_look_ahead": {"looks_ahead": False}},
    corpora=("planted", "chorales"),
    variants={"reward": {}},
    profiles={name: _MUSIC | sizes for name, sizes in PROFILES.items()},
)
