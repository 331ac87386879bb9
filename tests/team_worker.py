"""One of some processes that train a few steps together; the first one writes the curves. Run by test_team.py.

    python team_worker.py FOLDER RUNS

``RUNS`` is a JSON list of what the processes keep to themselves (of ``BROKEN``, or null) and the cases that they then
run: name -> [preset, variant, changes, steps], or null for the exact gradient of matched moments.
"""

import json
import sys
from pathlib import Path

import torch

from musicgan_lib import systems
from musicgan_lib.learning import fit, losses, team
from musicgan_lib.models import draws

BROKEN = {
    "slopes": ("average_slopes", lambda module: None),
    "rows": ("gather_rows", lambda rows: rows),
    "over all": ("over_all", lambda fn, rows: fn(rows)),
    "draws": ("share", lambda generator: generator),
}


def run(cases: dict, folder, broken=None) -> dict:
    """Name -> the numbers of each step and the hashes of the weights, as this process sees them; or why it stopped."""
    torch.nn.Dropout.forward = lambda self, x: x  # each process has its own
    name_of, instead = BROKEN.get(broken, ("size", team.size))
    whole = getattr(team, name_of)
    setattr(team, name_of, instead)
    found = {}
    for name, case in cases.items():
        if case is None:
            found[name] = slope_of_moments()
            continue
        preset, variant, changes, steps = case
        system = systems.find(preset)
        config = system.configure(variant, "smoke", "chorales", **changes)
        data = system.game.encode(config, "chorales")
        with team.working():
            state = system.game.build(config, data, 5)
            state.generator = team.share(state.generator)
            step = system.game.make_step(system.game.share(config, team.size()), data)
            try:
                report = fit.fit(state, step, steps, folder=Path(folder) / name, log_every=1)
            except fit.TrainingStopped as reason:
                found[name] = {"stopped": str(reason)}
                continue
        hashes = {k: fit.weights_hash(m) for k, m in state.modules.items()}
        losses_of_all = state.memory.get("losses", [])
        found[name] = {"curve": report.history, "weights": hashes, "losses": losses_of_all}
    setattr(team, name_of, whole)
    return found


def slope_of_moments() -> list[float]:
    """The gradient of a loss that takes the means of all rows: matched moments of a small network's features."""
    net = torch.nn.Linear(3, 2, bias=False)
    net.weight.data = torch.arange(6.0).view(2, 3) / 6
    with team.working():
        own = team.share(torch.Generator().manual_seed(1))
        real, made = (draws.rand(12 // team.size(), 3, generator=own) for _ in range(2))
        both = (team.gather_rows(net(rows).tanh()) for rows in (real, made))
        losses.feature_matching_moments(*both).backward()
        team.average_slopes(net)
    return net.weight.grad.flatten().tolist()


if __name__ == "__main__":
    team.join("cpu")
    folder, runs = Path(sys.argv[1]), json.loads(sys.argv[2])
    found = [run(cases, folder / str(broken), broken) for broken, cases in runs]
    with team.working():
        (folder / f"found-{team.rank()}.json").write_text(json.dumps(found))
