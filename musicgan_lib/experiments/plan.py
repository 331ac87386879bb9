"""What a call of training is to do: everything that was asked for, checked, before anything is changed."""

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from .. import systems
from ..files import cache_folder
from ..games.settings import check_name
from ..learning import fit as loop
from ..reach import list_reached
from . import machine
from .settings import check_seed, choose_corpus, choose_variant, command

#: What these rooms make has names of its own: a hash of the music.
READERS = ("notes", "corpora", "listening")


@dataclass(frozen=True)
class Plan:
    """What is trained, and where: all that was asked for, checked. ``about`` names it, ``code`` its program, too."""

    system: systems.System
    config: object
    data: object
    about: dict
    command: str
    code: str
    folder: Path
    device: object
    precision: str
    seconds: float
    began: float

    @property
    def game(self):
        return self.system.game


def make_plan(
    system, variant, profile, seed, corpus, control, folder, changes, data, device, seconds, precision
) -> Plan:  # fmt: skip
    """The plan of a call of :func:`train`, whose arguments these are; ValueError for one that does not exist."""
    card, changes = systems.find(system), changes or {}
    check_seed(seed)
    variant = variant or choose_variant(card)
    corpus = corpus or choose_corpus(card)
    if corpus not in card.corpora and card.game.reads_folders and Path(corpus).exists():
        corpus = str(Path(corpus).resolve())
    else:
        check_name("corpus", corpus, card.corpora)
    device = machine.choose_device(profile, device)
    seconds = machine.choose_seconds(profile, seconds)
    precision = machine.choose_precision(profile, device, precision)
    config = card.configure_control(control, variant, profile, corpus, **changes)
    data = data or card.game.encode(config, corpus)
    about = {
        "system": system, "variant": ",".join([variant, *(f"{k}={v}" for k, v in sorted(changes.items()))]),
        "control": control, "profile": profile, "seed": seed, "corpus": corpus, "config": asdict(config),
        "data_hash": data.data_hash,
    }  # fmt: skip
    code, words = (
        hash_code(about),
        command(system, variant, profile, seed, corpus, control, changes),
    )
    folder = Path(folder) if folder else default_folder(about, code)
    began = time.perf_counter()
    return Plan(card, config, data, about, words, code, folder, device, precision, seconds, began)


def default_folder(about: dict, code: str) -> Path:
    """Where a run is kept when nobody says: after a change of the library, a new place."""
    corpus = Path(about["corpus"]).name
    parts = [about["variant"], about["control"], about["profile"], corpus, about["seed"]]
    name = "-".join(str(p) for p in [*parts, code[:8]] if p is not None)
    return cache_folder() / "training" / about["system"] / name


def hash_code(about) -> str:
    """A name of the settings and of the program: a checkpoint of another one is not resumed."""
    seen = hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode())
    card = systems.find(about["system"])
    own = [f"{systems.__name__}.{card.id}", type(card.game).__module__, loop.__name__]
    if card.network:
        own.append(f"musicgan_lib.models.{card.network.rpartition('.')[0]}")
    here = [Path(__file__), Path(__file__).with_name("training.py")]
    for file in here + list_reached(own, READERS, by_name=False):
        seen.update(file.read_bytes())
    return seen.hexdigest()[:16]
