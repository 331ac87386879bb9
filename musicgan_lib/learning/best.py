"""The weights that were best so far by some number, kept beside those that go on learning."""

from .fit import TrainingState


def keep_best(state: TrainingState, name: str, value: float, better: str = "lower") -> bool:
    """Remember the weights of a network if ``value`` beats every one before it; returns whether it did.

    A tie does not. The weights lie in the state's memory, so they travel with its checkpoint.
    """
    sign = {"lower": 1, "higher": -1}[better]
    before = state.memory.get(f"best_value_{name}")
    if before is not None and not sign * value < sign * before:
        return False
    state.memory[f"best_value_{name}"] = float(value)
    weights = state.modules[name].state_dict()
    state.memory[f"best_{name}"] = {k: v.detach().clone() for k, v in weights.items()}
    return True


def restore_best(state: TrainingState, name: str) -> float | None:
    """Put the best weights back and return their number; None where none were kept."""
    weights = state.memory.get(f"best_{name}")
    if weights is None:
        return None
    state.modules[name].load_state_dict(weights)
    return state.memory[f"best_value_{name}"]
