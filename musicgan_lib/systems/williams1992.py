"""REINFORCE (Williams 1992): what was rewarded becomes likelier, along the gradient of its log-probability.

Its controls are paid by dice, or keep the planted rewards and deal them to other tunes. What a network earns is summed
over all tunes by the planted reward, whatever it was paid.
"""

from .system import Claim, System

CARD = System(
    id="williams1992",
    name="REINFORCE",
    year=1992,
    family="G",
    listed="papers",
    mechanism=(
        "Makes what was rewarded more likely by following the gradient of its log-probability; subtracting a baseline "
        "removes noise and no truth."
    ),
    citation="R. Williams, Machine Learning, 1992",
    claim=Claim("expected_reward", "higher"),
    plays="reinforce.ReinforceGame",
    controls={"dealt_reward": {"dealt": True}},
    corpora=("chorales", "tunes"),
    variants={"plain": {}, "baseline": {"baseline": "others"}},
    profiles={"smoke": {"steps": 60}, "cpu": {}, "gpu": {}},
)
