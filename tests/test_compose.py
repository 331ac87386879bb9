"""Generators as files for the page: what is written, what is refused, and what may travel."""

import html
import json
import re

import numpy as np
import pytest
import torch

from musicgan_lib import corpora
from musicgan_lib.experiments import page_codecs, page_models, records
from musicgan_lib.listening.compose import LARGEST, export, panel, write_static
from musicgan_lib.listening.compose.model_files import PageModel, pack, quantise
from musicgan_lib.listening.compose.panel import script
from musicgan_lib.models import biaxial, graph
from musicgan_lib.models.anokhin_nuzhin import build_generator
from musicgan_lib.models.attention import Transformer
from musicgan_lib.models.note_features import JohnsonFeatures
from musicgan_lib.models.seqgan import TextCNN, WordPolicy


def model(name="probe", travels=True, shape=(3, 4), **more) -> PageModel:
    tensors = {"w": np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)}
    music = {"unit": "words", "lengths": (8,), "tokens": 1, "codec": {"kind": "words"}}
    about = {"label": name, "about": "a probe", "corpus": "chorales", "graph": {"reads": "fields"}}
    return PageModel(name=name, may_travel=travels, tensors=tensors, **{**about, **music, **more})


def read(text: str) -> dict:
    return json.loads(re.fullmatch(r"\(window.*?\)\[\".*?\"\] = (.*);\n", text, re.S).group(1))


def shown(output) -> dict:
    found = re.search(r"data-compose='([^']*)'", output._repr_html_()).group(1)
    return json.loads(html.unescape(found))


@pytest.fixture(autouse=True)
def in_a_notebook(monkeypatch):
    monkeypatch.delenv("MUSICGAN_STATIC", raising=False)


@pytest.fixture
def on_a_page(monkeypatch, in_a_notebook):
    monkeypatch.setenv("MUSICGAN_STATIC", "1")


# --- numbers


@pytest.mark.parametrize("shape", [(5,), (3, 7), (2, 3, 4)])
def test_sixteen_bits_keep_what_is_recorded(shape):
    recorded = np.random.default_rng(0).normal(size=shape).astype(np.float16)
    kind, content, known = quantise(recorded.astype(np.float32), 16)
    assert kind == "half" and len(content) == 2 * recorded.size
    assert known.shape == shape and (known == recorded).all()


@pytest.mark.parametrize("shape", [(5,), (3, 7), (2, 3, 4)])
def test_eight_bits_keep_each_row_within_half_a_step_of_its_own_scale(shape):
    array = np.random.default_rng(0).normal(size=shape) * 10.0 ** np.arange(shape[0]).reshape(
        -1, *[1] * (len(shape) - 1)
    )
    kind, content, known = quantise(array, 8)
    assert kind == "byte" and len(content) == 4 * shape[0] + array.size
    steps = np.abs(array.reshape(shape[0], -1)).max(1) / 127
    wrong = np.abs(known - array).reshape(shape[0], -1).max(1)
    assert (wrong <= 0.5001 * steps).all() and known.shape == shape


def test_a_row_of_zeros_stays_one():
    assert not quantise(np.zeros((2, 3)), 8)[2].any()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e6])
def test_numbers_that_sixteen_bits_cannot_hold_are_refused(value):
    with pytest.raises(ValueError, match="not finite in 16 bits"), np.errstate(over="ignore"):
        quantise([[1.0, value]], 16)


def test_other_bits_are_refused():
    with pytest.raises(ValueError, match="must be 16 or 8"):
        quantise([[1.0]], 4)


# --- files


def test_a_file_says_what_it_holds(tmp_path):
    path = export(model(codec={"kind": "words", "evil": "</script><b>"}), tmp_path)
    assert path == tmp_path / "probe.js" and "<" not in path.read_text()
    data = read(path.read_text())
    assert data["tensors"] == [{"name": "w", "shape": [3, 4], "kind": "half"}]
    assert data["codec"]["evil"] == "</script><b>" and data["graph"] == {"reads": "fields"}


def test_weights_that_may_not_travel_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="lets no weights trained on it be published"):
        export(model(travels=False, corpus="nottingham"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_not_written_and_eight_bits_help(tmp_path):
    large = model(shape=(1000, 1600))
    with pytest.raises(ValueError, match="write 8 bits a number"):
        export(large, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert export(large, tmp_path, bits=8).stat().st_size <= LARGEST


@pytest.mark.parametrize("name", ["../up", 'a"b', "", "a b"])
def test_a_name_is_a_file_s(name):
    with pytest.raises(ValueError, match="is no name"):
        pack(model(name))


# --- the panel


def test_a_published_page_carries_no_weights_and_a_notebook_does(monkeypatch):
    inside = panel([model()])._repr_html_()
    assert "musicganModels" in inside
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    outside = panel([model()])._repr_html_()
    assert "musicganModels" not in outside and len(outside) < 3000
    assert "_static/compose.js" in outside and "_static/compose.js" not in inside


def test_a_published_page_leaves_out_what_may_not_travel_and_says_so(on_a_page):
    kept = model("kept", travels=False, corpus="nottingham", label="Nottingham <words>")
    both = panel([kept, model(), model("other")], beside=True)
    assert [m["name"] for m in shown(both)["models"]] == ["probe", "other"]
    assert "Not in this page: Nottingham &lt;words&gt;. The licence of nottingham" in both.html
    alone = panel([kept])
    assert "data-compose" not in alone.html and "Not in this page" in alone.html


def test_a_notebook_shows_what_may_not_travel():
    kept = model("kept", travels=False)
    assert [m["name"] for m in shown(panel([kept]))["models"]] == ["kept"]


def test_names_cannot_break_the_page(on_a_page):
    evil = "</script><img src=x onerror=alert(1)>'\"&"
    output = panel([model(label=evil, about=evil, openings={evil: evil})], opening=evil)
    assert "<img" not in output.html
    assert shown(output)["models"][0]["label"] == shown(output)["opening"] == evil


@pytest.mark.parametrize(
    ("models", "beside", "why"),
    [
        ([], False, "one or more models"),
        ([model(), model()], False, "different names"),
        ([model()], True, "needs a second model"),
    ],
)
def test_panels_that_make_no_sense_are_refused(models, beside, why):
    with pytest.raises(ValueError, match=why):
        panel(models, beside=beside)


def test_the_script_asks_nobody_for_anything():
    assert not re.search(r"https?://|import\(|fetch\(|XMLHttpRequest|sendBeacon", script())
    marks = re.findall(r"innerHTML|insertAdjacentHTML|outerHTML|document\.write", script())
    assert len(marks) == 2  # the layout and the two icons, which hold nothing of the reader's


def test_static_files_are_the_script_and_the_models(tmp_path):
    written = write_static(tmp_path / "_static", [model(), model("other")])
    names = [p.relative_to(tmp_path / "_static").as_posix() for p in written]
    assert names == ["compose.js", "player.js", "models/probe.js", "models/other.js"]
    assert written[0].read_text() == script()


# --- graphs


def test_a_graph_names_every_weight_that_the_network_has():
    for module in (WordPolicy((3, 5, 7), 4, 6), build_generator(13, 50, filters=4, copy=True)):
        layers, tensors = graph.describe(module)
        assert set(module.state_dict()) <= set(tensors) and json.dumps(layers)
        for name, value in module.state_dict().items():
            assert np.array_equal(tensors[name], value.numpy())


def test_networks_without_a_graph_are_refused():
    with pytest.raises(
        TypeError, match="only WordPolicy, RecurrentModel, MarkedModel, Transformer, Biaxial"
    ):
        graph.describe(TextCNN((5,)))
    with pytest.raises(TypeError, match="JohnsonFeatures has no graph"):
        graph.describe(biaxial.Biaxial(JohnsonFeatures(13, 50)))
    with pytest.raises(ValueError, match="trained on the notes to be predicted"):
        graph.describe(build_generator(13, 50, filters=4, causal=False))
    styled = biaxial.Biaxial(build_generator(13, 50, filters=4).features, styles=3)
    with pytest.raises(ValueError, match="sines and cosines"):
        graph.describe(Transformer((9,), 12, 3, "absolute", width=8, heads=2, layers=1))
    with pytest.raises(ValueError, match="styles"):
        graph.describe(styled)


# --- recorded generators


def test_what_the_book_offers_is_recorded_may_travel_and_is_small():
    composing = {"mogren2016", "anokhin2018", "bjare2020", "liang2017"}
    assert {r.system for r in page_models.RECORDED} == composing
    for recorded in page_models.RECORDED:
        assert records.exists(recorded.artifact)
        assert corpora.SOURCES[recorded.corpus].weights == "publish"
        found = page_models.find(f"{recorded.system}/{recorded.variant}")
        assert found.may_travel and len(pack(found)) <= LARGEST
        assert found.tell()["file"] == f"models/{found.name}.js"


def test_its_weights_are_the_recorded_ones_to_the_bit():
    from safetensors.torch import load_file

    recorded = page_models.RECORDED[0]
    found = page_models.from_run(recorded)
    for name, value in load_file(records.open(recorded.artifact)).items():
        assert np.array_equal(quantise(found.tensors[name], 16)[2], value.float().numpy())


def test_weights_that_no_record_names_are_refused():
    nobody = page_models.Recorded("bjare2020", "nll", "nobody", "nobody", seed=99)
    with pytest.raises(records.ResultUnavailable, match="chorales-nll-99"):
        page_models.from_run(nobody)


def test_an_unknown_generator_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="there are mogren2016/density"):
        page_models.find("bjare2020/nothing")


def test_openings_are_music_that_may_be_published():
    codec = page_models.find("bjare2020/nll").codec
    assert page_models.list_openings("nottingham", codec) == {}
    ((title, text),) = page_models.list_openings("chorales", codec).items()
    withheld = corpora.SOURCES["chorales"].withheld
    assert title.startswith("BWV") and title not in withheld and "+" not in text


def test_of_somebody_s_own_corpus_nothing_travels():
    system_row = page_models.RECORDED[5]
    from musicgan_lib import systems

    system = systems.find("bjare2020")
    config = system.configure("nll", "smoke", "tunes")
    data = system.game.encode(config, "tunes")
    with torch.random.fork_rng():
        module = WordPolicy(data.sizes, 4, 6)
    own = page_models.Recorded("bjare2020", "nll", "mine", "mine", corpus="my_folder")
    assert not page_models.from_module(module, data, config, own).may_travel
    tunes = page_models.Recorded("bjare2020", "nll", "tunes", "tunes", corpus="tunes")
    assert page_models.from_module(module, data, config, tunes).may_travel
    assert system_row.name == "bjare2020-chorales-nll-21"


def test_rows_of_real_numbers_are_no_tokens():
    from musicgan_lib import systems

    system = systems.find("mogren2016")
    config = system.configure("adversarial", "smoke", "tunes")
    with pytest.raises(TypeError, match="rows of real numbers"):
        page_codecs.tell_tones(system.game.encode(config, "tunes"), config)


def test_a_panel_of_the_book_may_begin_with_an_opening(on_a_page):
    output = page_models.compose(
        "page", "anokhin2018/likelihood", "anokhin2018/repaired", beside=True, opening=True
    )
    data = shown(output)
    assert data["opening"].count("+") > 3 and data["id"] == "page"
    assert data["beside"] == data["models"][1]["name"]
    assert re.findall(r'data-source="(.*?)"', output.html) == ["chorales"]
