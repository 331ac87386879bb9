"""Chapters run away from home: from the built wheel, in an empty folder, with other parameters.

Three chapters a push, chosen by the commit; all of them where MUSICGAN_WEEKLY is set. Where
MUSICGAN_COLAB is set too, music21 and ipywidgets are the versions that Colab has.
"""

import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading

import pytest
import rotation
from chapters import CHAPTERS, ROOT, code_cells, kinds, name, read
from packaging.requirements import Requirement

from musicgan_lib.experiments import records
from musicgan_lib.files import cache_folder

COLAB = ("music21==9.9.2", "ipywidgets==7.7.1", "widgetsnbextension~=3.6")
pytestmark = pytest.mark.filterwarnings("default")


def chosen():
    return rotation.pick([path for path in CHAPTERS if kinds()[path] != "cover"], 2)


def pip(*words):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", ".", "--no-deps", "--no-build-isolation", "-w", str(folder))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory):
    """A folder of packages that holds the wheel alone, or with what Colab has."""
    folder = tmp_path_factory.mktemp("site")
    others = COLAB if os.environ.get("MUSICGAN_COLAB") else ()
    pip("install", "--no-deps", "--target", str(folder), str(wheel), *others)
    return folder


@pytest.fixture(scope="module")
def results_address():
    """A local copy of results/, served as the published one would be."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(ROOT / "results"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def papermill(path, folder, environment, **parameters):
    words = [w for k, v in parameters.items() for w in ("-p", k, str(v))]
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(path),
        str(folder / "out.ipynb"),
        "-k",
        "python3",
    ]
    return subprocess.run(
        [*command, *words, "--no-progress-bar"], cwd=folder, env=os.environ | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def has_one_corpus(path) -> bool:
    """Whether a page takes its own music alone, as some of the atlas do."""
    named = re.search(r"corpora=\(([^)]*)\)", "".join(c.source for c in code_cells(path)))
    return named is not None and len(re.findall(r'"\w+"', named[1])) == 1


def test_a_page_of_one_corpus_is_known():
    alone = {path.stem for path in CHAPTERS if has_one_corpus(path)}
    assert {"energy", "early_networks"} <= alone and "crnn_gan" not in alone


@pytest.mark.parametrize("path", chosen(), ids=name)
def test_other_parameters_give_other_rows(path, site, results_address, tmp_path):
    environment = {
        "PYTHONPATH": str(site),
        "MUSICGAN_RESULTS_URL": results_address,
        "MUSICGAN_STATIC": "1",
        "OMP_NUM_THREADS": "1",
    }
    (tmp_path / "empty").mkdir()
    corpus = {} if has_one_corpus(path) else {"CORPUS": "tunes"}
    reply = papermill(
        path, tmp_path / "empty", environment, SEED=1, OUT=tmp_path / "rows", **corpus
    )
    assert reply.returncode == 0, reply.stderr[-3000:]
    other = records.read(tmp_path / "rows" / f"{path.stem}.json")
    usual = records.read(ROOT / "_build" / "rows" / f"{path.stem}.json")
    differs = "corpus" if corpus else "seed"
    assert {r[differs] for r in other} != {r[differs] for r in usual} or path.stem == "landscape"
    assert [r["metrics"] for r in other] != [r["metrics"] for r in usual]


def test_an_unknown_parameter_stops_the_chapter(tmp_path):
    path = next(p for p in CHAPTERS if p.stem == "midi_as_data")
    reply = papermill(path, tmp_path, {"MUSICGAN_STATIC": "1"}, PROFILE="enormous")
    assert reply.returncode != 0 and "smoke, cpu, gpu" in reply.stderr


def test_a_chapter_whose_time_is_up_says_so_and_ends(tmp_path):
    """On a small GPU, after MUSICGAN_BUDGET_MIN: what there is gets measured, and nothing is claimed of it."""
    path = next(p for p in CHAPTERS if p.stem == "seqgan_three_generators")
    environment = {"MUSICGAN_STATIC": "1", "MUSICGAN_BUDGET_MIN": "0.0001"}
    environment["MUSICGAN_CACHE"] = str(tmp_path)  # the music that was read before, and no training
    for part in ("corpora", "words"):
        (cache_folder() / part).mkdir(parents=True, exist_ok=True)
        (tmp_path / part).symlink_to(cache_folder() / part)
    reply = papermill(path, tmp_path, environment, OUT=tmp_path / "rows")
    assert reply.returncode == 0, reply.stderr[-3000:]
    rows = records.read(tmp_path / "rows" / f"{path.stem}.json")
    assert all(0 <= r["metrics"]["share"] < 1 for r in rows)
    said = (tmp_path / "out.ipynb").read_text().count("the same call goes on from there")
    assert said >= len(rows)


def test_the_wheel_carries_what_a_chapter_needs(site):
    code = (
        "from musicgan_lib import checkout; from musicgan_lib.experiments import records; import musicgan_lib, json;"
        "print(json.dumps([musicgan_lib.__file__, checkout.root() is None, len(records.index())]))"
    )
    reply = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True, text=True, check=True, cwd=site,
    )  # fmt: skip
    file, alone, known = json.loads(reply.stdout)
    assert file.startswith(str(site)) and alone
    assert known == len(records.index())


def test_installing_it_leaves_torch_and_numpy_alone(wheel):
    """What the bootstrap cell's pip would do here: nothing but the library itself."""
    report = json.loads(
        pip("install", "--dry-run", "--report", "-", "--upgrade-strategy", "only-if-needed",
            "--force-reinstall", "--no-deps", str(wheel))
    )  # fmt: skip
    assert [i["metadata"]["name"] for i in report["install"]] == ["musicgan_lib"]
    needs = report["install"][0]["metadata"]["requires_dist"]
    assert "torch>=2.6" in needs and "numpy>=1.26" in needs
    for need in needs:
        operators = {s.operator for s in Requirement(need).specifier}
        assert operators == {">="}, f"{need}: anything but >= would replace what Colab has"


def test_the_bootstrap_cell_installs_only_where_the_library_is_missing(monkeypatch):
    cells = {
        read(p)[[("bootstrap" in c.metadata.get("tags", [])) for c in read(p)].index(True)].source
        for p in CHAPTERS
    }
    assert len(cells) == 1, "the bootstrap cell differs between chapters"
    source = cells.pop()
    calls = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: calls.append(command))
    exec(source, {})
    assert calls == []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("MUSICGAN_INSTALL", "/somewhere.whl")
    exec(source, {})
    assert calls[0][-1] == "musicgan_lib @ /somewhere.whl" and "only-if-needed" in calls[0]
