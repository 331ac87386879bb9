"""Hashes of what every variant of every system becomes in three steps a phase: two commits that agree train alike.

    python tools/fingerprints.py OUT.json [--systems NAME …]   one line a variant: weights, samples and metrics
    python tools/fingerprints.py OUT.json --controls           and of each of its controls: weights alone
    python tools/fingerprints.py --compare BEFORE.json AFTER.json   what differs; exit status 1 where anything does

Compare files of one machine, one thread and one version of PyTorch alone: other processors round otherwise.
"""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
os.environ.setdefault("OMP_NUM_THREADS", "1")

SEED = 3


def fingerprint(name: str, variant: str, control: str | None = None) -> dict:
    """Three steps of each phase of a variant, then its samples and its metrics, each as a hash.

    With a control the weights alone; ``refused``, where the game says that it takes nothing away.
    """
    import families
    import torch

    from musicgan_lib import systems
    from musicgan_lib.learning import fit

    system = systems.find(name)
    game, corpus = system.game, families.choose_corpus(system)
    for larger in ({}, {"length": 64, "bars": 4}, {"length": 128, "bars": 6}):
        try:
            _, config = families.cut(system, variant, corpus=corpus, **larger)
            try:
                game.check_control(config, control)
            except ValueError:
                return {"weights": "refused"}
            data = game.encode(config, corpus)
            state = game.build(config, data, SEED, "cpu")
            fit.fit(state, game.make_step(config, data, control), config.steps, log_every=1)
            trained = _hash(state.modules[k].state_dict() for k in sorted(state.modules))
            if control is not None:
                return {"weights": trained}
            metrics, samples = game.measure(state, config, data, torch.Generator().manual_seed(0))
            break
        except (ValueError, RuntimeError) as reason:  # too short for this variant's networks
            refused = reason
    else:
        raise refused
    told = json.dumps({k: float(v) for k, v in sorted(metrics.items())})
    return {
        "weights": trained,
        "samples": hashlib.sha256(torch.as_tensor(samples).cpu().numpy().tobytes()).hexdigest()[
            :16
        ],
        "metrics": hashlib.sha256(told.encode()).hexdigest()[:16],
    }


def _hash(tables) -> str:
    seen = hashlib.sha256()
    for table in tables:
        for key in sorted(table):
            seen.update(table[key].detach().cpu().contiguous().numpy().tobytes())
    return seen.hexdigest()[:16]


def compare(before: dict, after: dict) -> list[str]:
    """A sentence for each variant that is another one now, or is in one file alone."""
    told = [f"{name}: gone" for name in before.keys() - after.keys()]
    told += [f"{name}: new" for name in after.keys() - before.keys()]
    for name in before.keys() & after.keys():
        moved = [k for k in before[name] if before[name][k] != after[name].get(k)]
        told += [f"{name}: other {', '.join(moved)}"] if moved else []
    return sorted(told)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", nargs="?", type=Path)
    parser.add_argument("--systems", nargs="+")
    parser.add_argument("--controls", action="store_true")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("BEFORE", "AFTER"))
    given = parser.parse_args()
    if given.compare:
        told = compare(*(json.loads(path.read_text()) for path in given.compare))
        print("\n".join(told) or "all alike")
        return int(bool(told))
    if given.out is None:
        parser.error("name a file to write, or --compare two of them")
    import torch

    from musicgan_lib import systems

    torch.set_num_threads(1)
    found = json.loads(given.out.read_text()) if given.out.is_file() else {}
    for name in given.systems or systems.names():
        system = systems.find(name)
        for variant in system.variants:
            for control in (None, *(system.game.controls if given.controls else ())):
                key = f"{name} {variant}" + (f" {control}" if control else "")
                if key not in found:
                    found[key] = fingerprint(name, variant, control)
                    given.out.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
