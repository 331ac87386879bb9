"""The cells of chapters that would train on a GPU, at the gpu profile,
on a stand-in for one: three steps of each phase.
"""

import functools
import re
from types import SimpleNamespace

import families
import pytest
import standin
import training_cells
from chapters import CHAPTERS, name

from musicgan_lib import systems
from musicgan_lib.experiments import machine, records, runs, training
from musicgan_lib.files import cache_folder

FOUND = {name(path): cells for path in CHAPTERS if (cells := training_cells.find_cells(path))}
#: Of a chapter's own sizes, where it measures a device
SIZES = {"batches": (1, 64), "repeats": 1, "turns": 1}
RUNS = 2  # of one chapter


class Enough(Exception):
    """A chapter has trained as often as is asked here."""


@pytest.fixture
def gpu(monkeypatch, tmp_path):
    """The stand-in where a GPU would be taken, small games, and the run folders of what was trained."""
    (tmp_path / "cache").mkdir()
    for part in ("corpora", "words"):  # the music that was read before, and no training
        (cache_folder() / part).mkdir(parents=True, exist_ok=True)
        (tmp_path / "cache" / part).symlink_to(cache_folder() / part)
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(
        machine, "choose_device",
        lambda profile, device=None: device or (standin.NAME if profile == "gpu" else "cpu"),
    )  # fmt: skip
    for system in map(systems.find, systems.names()):
        cut = functools.partial(configure, system, system.configure)
        monkeypatch.setitem(vars(system), "configure", cut)
    monkeypatch.setattr(runs, "begin", functools.partial(begin, runs.begin))
    folders, train = [], training.train

    def train_and_count(*words, **options):
        if len(folders) == RUNS:
            raise Enough
        folders.append(train(*words, **options))
        return folders[-1]

    monkeypatch.setattr(training, "train", train_and_count)
    with standin.StandIn():
        yield folders


def configure(system, own, variant, profile, corpus=None, **changes):
    if profile != "gpu":  # of a recorded run
        return own(variant, profile, corpus, **changes)
    corpus = corpus or families.choose_corpus(system)
    whole = own(variant, profile, corpus, **changes)
    # a chapter speaks of the words of a melody; of bars there are as many as the music here has
    kept = {} if hasattr(whole, "bars") else {"length": whole.length}
    return families.cut(system, variant, profile, corpus, own, **kept | changes)[1]


def begin(own, slug, **options):
    run = own(slug, **options)
    run.sizes = SimpleNamespace(
        **vars(run.sizes) | {k: v for k, v in SIZES.items() if hasattr(run.sizes, k)}
    )
    return run


@pytest.mark.parametrize("chapter", FOUND)
def test_what_a_chapter_trains_on_a_gpu_trains(chapter, gpu, tmp_path):
    names: dict = {"__name__": "chapter"}
    try:
        for source in FOUND[chapter]:
            exec(compile(source, chapter, "exec"), names)
            if "PROFILE = " in source:
                names |= {"PROFILE": "gpu", "CORPUS": "tunes", "OUT": str(tmp_path / "rows")}
    except Enough:
        pass
    if chapter == "lab/gpu_training.ipynb":
        assert next(names["state"].modules["policy"].parameters()).device.type == standin.NAME
        return
    rows = [row for folder in gpu for row in records.read(folder / "record.json")]
    assert rows and {row["device"].split(",")[0] for row in rows} == {standin.NAME}


def test_chapters_that_train_are_found():
    """All that call the library's ``train`` where a reader's profile chooses the device, and no other."""
    call = re.compile(r"training\.train\((?![^)]*device=)")
    known = {name(p) for p in CHAPTERS if call.search(p.read_text())}
    assert known <= set(FOUND) and "lab/gpu_training.ipynb" in FOUND and len(FOUND) < len(CHAPTERS)
