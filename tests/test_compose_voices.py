"""A melody that a reader gives is kept, and three voices are written under it: in the page as in the library."""

import numpy as np
import pytest
import torch
from compose_page import open_engine
from test_compose_codecs import DECODE, ENCODE, Q, as_ticks, spelled, told
from test_compose_codecs import page as codecs  # noqa: F401 - a fixture

from musicgan_lib import systems
from musicgan_lib.experiments import page_codecs, page_models, records, training
from musicgan_lib.games.harmonising import fill_voices
from musicgan_lib.listening.compose.model_files import pack
from musicgan_lib.models import graph
from musicgan_lib.models.marked import MarkedModel
from musicgan_lib.notes import Piece

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
LOWER = (1, 2, 3)
#: A temperature at which the likeliest token alone is drawn
COLD = 1e-4
WRITE = """([opening, length, seed, temperature]) => new Promise((done, fail) => {
  const tokens = [];
  engine.serve(told => {
    tokens.push(...told.tokens || []);
    if (told.failed) fail(new Error(told.failed));
    if (told.done) done(tokens.flat());
  })({job: 1, model: packed, opening, length, seed, temperature});
})"""


@pytest.fixture(scope="module")
def rows():
    card = systems.find("liang2017")
    return card.game.encode(card.configure("bachbot", "cpu"), "chorales")


@pytest.fixture(scope="module")
def codec(rows):
    return page_codecs.tell_voices(rows, None)["codec"]


@pytest.fixture(scope="module")
def bachbot(rows):
    card = systems.find("liang2017")
    network = card.game.build(card.configure("bachbot", "cpu"), rows, 0).modules["network"]
    training.load_weights(network, records.open("papers/liang2017/chorales-bachbot-21.safetensors"))
    return network.eval()


@pytest.fixture
def write(browser):
    """Let BachBot write in a page: an opening in which None is open, how many tokens, the seed, the temperature."""
    page, context = open_engine(browser)
    packed = pack(page_models.find("liang2017/bachbot"))
    page.evaluate("text => { (0, eval)(text); }", packed)
    page.evaluate("window.packed = Object.values(window.musicganModels)[0]")
    yield lambda opening, length, seed=1, temperature=1.0: page.evaluate(
        WRITE, [opening, length, seed, temperature]
    )
    context.close()


def test_voices_are_read_as_the_library_reads_them(codecs, codec, rows):  # noqa: F811
    for tokens in rows.pieces["test"][:12]:
        tokens = tokens[:400]
        found = codecs.evaluate(DECODE, [codec, tokens[:, None].tolist(), 0])
        wanted = spelled(rows.decode(tokens), track=True)
        assert told(found, "track") == wanted != []
        assert all(n.get("given", True) == (n["track"] == 0) for n in found)


def test_ties_of_what_never_began_are_read_alike(codecs, codec, rows):  # noqa: F811
    dice, marks = np.random.default_rng(0), rows.sizes[0] - 2
    few = [*(k + rows.pitches * tied for k in (20, 21) for tied in (0, 1)), rows.rest]
    frames = np.column_stack([dice.integers(marks, marks + 2, 200), dice.choice(few, (200, 4))])
    found = codecs.evaluate(DECODE, [codec, frames.reshape(-1, 1).tolist(), 0])
    wanted = spelled(rows.decode(frames.ravel()), track=True)
    assert told(found, "track") == wanted != []


def test_a_soprano_becomes_the_tokens_that_the_library_makes_of_it(codecs, codec, rows):  # noqa: F811
    for tokens in rows.pieces["test"][:20]:
        tokens = tokens[: len(tokens) // 20 * 20]  # whole quarters
        soprano = rows.decode(tokens).select(0)
        reply = codecs.evaluate(ENCODE, [codec, as_ticks(soprano)])
        assert reply["said"] == []
        found = reply["tokens"]
        frames = tokens.reshape(-1, 5)
        sung = len(found) // 5
        assert [found[5 * t + 1][0] for t in range(sung)] == frames[:sung, 1].tolist()
        assert {found[5 * t + v + 1] is None for t in range(sung) for v in LOWER} == {True}


def test_a_mark_stands_where_the_melody_stops(codecs, codec):  # noqa: F811
    melody = Piece([(0, 1, 67), (1, 1, 69), (3, 1, 71), (4, 2, 72)])  # a rest from 2 to 3
    tokens = codecs.evaluate(ENCODE, [codec, as_ticks(melody)])["tokens"]
    rest = 2 * codec["pitches"]
    marks = [token[0] - rest - 1 for token in tokens[::5]]
    assert marks == [0] * 4 + [1] * 4 + [0] * 8 + [1] * 8


@pytest.mark.parametrize(
    ("notes", "sentence", "kept"),
    [
        ([(0, 1, 43), (1, 1, 45)], "2 octaves up", [67, 69]),
        ([(0, 1, 67), (1, 1, 100), (2, 1, 69)], "1 note left out: no soprano", [67, None, 69]),
        ([(0, 1, 67), (0, 1, 60)], "1 note below the highest left out", [67]),
        ([(0.1, 0.9, 67)], "1 note moved to the nearest sixteenth", [67]),
        ([], "There is no melody yet", []),
    ],
)
def test_what_becomes_of_a_melody_is_told(codecs, codec, notes, sentence, kept):  # noqa: F811
    reply = codecs.evaluate(ENCODE, [codec, as_ticks(Piece(notes))])
    assert sentence in " ".join(reply["said"])
    sung = [token[0] for token in reply["tokens"][1::5]][1::4]
    rest = 2 * codec["pitches"]
    assert [None if s == rest else codec["lowest"] + s % codec["pitches"] for s in sung] == kept


@torch.no_grad()
def test_the_page_harmonises_as_the_library_does(codecs, codec, rows, bachbot, write):  # noqa: F811
    same = []
    for tokens in rows.pieces["test"][:3]:
        soprano = rows.decode(tokens[:320]).select(0)
        asked = codecs.evaluate(ENCODE, [codec, as_ticks(soprano)])["tokens"]
        found = np.array(write(asked, len(asked), temperature=COLD))
        given = np.array([token[0] if token else 0 for token in asked])
        (wanted,) = fill_voices(bachbot, rows, [given], LOWER)
        kept = np.array([token is not None for token in asked])
        assert (found[kept] == given[kept]).all() and 0 < kept.mean() < 0.5
        same.append(found == wanted)
    assert np.concatenate(same).mean() > 0.99  # but for ties of rounding


def test_each_place_gets_a_token_of_its_own(rows, write):
    found = np.array(write([], 5 * 64, temperature=1.7)).reshape(-1, 5)
    marks = rows.sizes[0] - 2
    assert (found[:, 0] >= marks).all() and (found[:, 1:] < marks).all()
    others = np.array(write([], 5 * 64, seed=2, temperature=1.7)).reshape(-1, 5)
    assert (others != found).any()


def test_voices_without_ties_and_networks_without_ears_are_refused():
    card = systems.find("peracha2019")
    plain = card.game.encode(card.configure("tonicnet", "smoke"), "chorales")
    with pytest.raises(TypeError, match="no page plays yet"):
        page_codecs.tell_voices(plain, None)
    network = MarkedModel((9,), 5, "silent", width=4, layers=1, embedding=2)
    with pytest.raises(ValueError, match="must not hear marks"):
        graph.describe(network)


def test_a_quarter_has_four_sixteenths(codecs, codec):  # noqa: F811
    reply = codecs.evaluate(ENCODE, [codec, [{"tick": 0, "ticks": Q, "pitch": 67}]])
    assert len(reply["tokens"]) == 4 * 5
