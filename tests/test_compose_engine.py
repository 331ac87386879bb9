"""The engine in a real browser says what PyTorch says: layer by layer, and model by model, step by step."""

import numpy as np
import pytest
import torch
from compose_page import load, make_model, open_engine
from torch import nn

from musicgan_lib import systems
from musicgan_lib.experiments import page_models
from musicgan_lib.listening.compose.model_files import pack as pack_model
from musicgan_lib.models import graph
from musicgan_lib.models.anokhin_nuzhin import build_generator
from musicgan_lib.models.attention import Transformer
from musicgan_lib.models.marked import MarkedModel
from musicgan_lib.models.recurrent import RecurrentModel
from musicgan_lib.models.seqgan import WordPolicy
from musicgan_lib.models.words import pack

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
CLOSE = 1e-4


@pytest.fixture
def page(browser):
    page, context = open_engine(browser)
    yield page
    context.close()


def seeded(make, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make().eval()


def given(*shape, seed=1) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def run(page, module, nodes, moments, bits=16):
    """What the nodes make of the inputs of each moment,
    with the weights that the page has, which the module gets, too.
    """
    tensors = {k: v.detach().numpy() for k, v in module.state_dict().items()}
    known = load(page, make_model({"reads": "fields"}, tensors), bits)
    module.load_state_dict({k: torch.as_tensor(v) for k, v in known.items()})
    plain = [
        {k: v if isinstance(v, int) else v.tolist() for k, v in inputs.items()}
        for inputs in moments
    ]
    return [
        np.array(v) for v in page.evaluate("([nodes, x]) => runLayers(nodes, x)", [nodes, plain])
    ]


def same(found, wanted):
    wanted = wanted.detach().numpy()
    assert found.shape == wanted.shape and np.abs(wanted).max() > 0.01
    assert np.abs(found - wanted).max() < CLOSE


@pytest.mark.parametrize("bits", [16, 8])
def test_linear(page, bits):
    module, x = seeded(lambda: nn.Linear(13, 5)), given(3, 13)
    node = graph.node("linear", "y", "x", weights=["weight", "bias"])
    (found,) = run(page, module, [node], [{"x": x}], bits)
    same(found, module(x))


@pytest.mark.parametrize("index", [0, 6])
def test_embedding(page, index):
    module = seeded(lambda: nn.Embedding(7, 4))
    node = graph.node("embedding", "y", weights=["weight"], index="word")
    (found,) = run(page, module, [node], [{"word": index}])
    same(found, module(torch.tensor([index])))
    several = graph.node("embedding", "y", weights=["weight"], rows=[3, 3, 0])
    (found,) = run(page, module, [several], [{}])
    same(found, module(torch.tensor([3, 3, 0])))


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_memory_over_several_rows_and_moments(page, kind):
    module, x = seeded(lambda: kind(6, 9, 2, batch_first=True)), given(4, 7, 6)  # rows, moments
    nodes = []
    for layer, names in enumerate((("x", "low"), ("low", "high"))):
        parts = [f"{p}_l{layer}" for p in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        op = kind.__name__.lower()
        nodes.append(graph.node(op, names[1], names[0], weights=parts, state=f"layer{layer}"))
    found = run(page, module, nodes, [{"x": x[:, t]} for t in range(7)])
    same(np.stack(found, 1), module(x)[0])


def attention_nodes(**settings):
    project = [
        graph.node(
            "linear", "all", "x", weights=["in_proj_weight", "in_proj_bias"]
        ),
        *(
            graph.node("columns", name, "all", **{"from": 8 * i, "to": 8 * i + 8})
            for i, name in enumerate("qkv")
        ),
    ]  # fmt: skip
    looked = graph.node("attention", "looked", "q", "k", "v", heads=2, **settings)
    out = graph.node("linear", "y", "looked", weights=["out_proj.weight", "out_proj.bias"])
    return [*project, looked, out]


def test_attention_among_rows(page):
    module, x = seeded(lambda: nn.MultiheadAttention(8, 2, batch_first=True)), given(5, 8)
    (found,) = run(page, module, attention_nodes(), [{"x": x}])
    same(found, module(x[None], x[None], x[None])[0][0])


def test_attention_over_moments_remembers_those_before_and_knows_none_after(page):
    module, x = seeded(lambda: nn.MultiheadAttention(8, 2, batch_first=True)), given(6, 8)
    found = run(page, module, attention_nodes(state="past"), [{"x": x[t, None]} for t in range(6)])
    later = torch.ones(6, 6).triu(1).bool()
    same(np.concatenate(found), module(x[None], x[None], x[None], attn_mask=later)[0][0])


def test_a_transformer_block_step_by_step(page):
    def make():
        return nn.TransformerEncoderLayer(8, 2, 16, 0.0, "gelu", batch_first=True, norm_first=True)

    module, x = seeded(make), given(6, 8)
    with torch.no_grad():  # else the norms would be the identity
        for p in module.parameters():
            p.add_(given(*p.shape) * 0.2)
    nodes = attention_nodes(state="past")
    for node in nodes:
        node["in"] = ["first" if name == "x" else name for name in node["in"]]
        node["weights"] = [f"self_attn.{w}" for w in node.get("weights", ())]
    nodes = [
        graph.node("layer_norm", "first", "x", weights=["norm1.weight", "norm1.bias"]),
        *nodes,
        graph.node("add", "sum", "x", "y"),
        graph.node("layer_norm", "second", "sum", weights=["norm2.weight", "norm2.bias"]),
        graph.linear("wide", "second", "linear1"),
        graph.node("activate", "bent", "wide", kind="gelu"),
        graph.linear("narrow", "bent", "linear2"),
        graph.node("add", "out", "sum", "narrow"),
    ]
    found = run(page, module, nodes, [{"x": x[t, None]} for t in range(6)])
    later = torch.ones(6, 6).triu(1).bool()
    same(np.concatenate(found), module(x[None], src_mask=later)[0])


def test_a_convolution_along_rows(page):
    module, x = seeded(lambda: nn.Conv1d(3, 5, 4)), given(9, 3)
    node = graph.node("conv1d", "y", "x", weights=["weight", "bias"], pad=[1, 2])
    (found,) = run(page, module, [node], [{"x": x}])
    same(found, module(nn.functional.pad(x.T[None], (1, 2)))[0].T)


def test_a_convolution_over_moments_sees_the_past_alone(page):
    module, x = seeded(lambda: nn.Conv1d(3, 5, 3, dilation=2)), given(8, 3)
    node = graph.node("conv1d", "y", "x", weights=["weight", "bias"], state="past", dilation=2)
    found = run(page, module, [node], [{"x": x[t, None]} for t in range(8)])
    same(np.concatenate(found), module(nn.functional.pad(x.T[None], (4, 0)))[0].T)


def test_a_convolution_over_pictures(page):
    module, x = seeded(lambda: nn.Conv2d(2, 3, (4, 5), stride=(2, 1))), given(2, 10, 7)
    node = graph.node("conv2d", "y", "x", weights=["weight", "bias"], stride=[2, 1])
    (found,) = run(page, module, [node], [{"x": x.reshape(20, 7)}])
    same(found, module(x[None])[0].reshape(-1, 3))


@pytest.mark.parametrize("kind", ["tanh", "sigmoid", "relu", "gelu", "leaky_relu"])
def test_activations_far_and_near(page, kind):
    x = torch.cat([torch.linspace(-40, 40, 161), torch.tensor([0.0, 1e-6, -1e-6, 300, -300])])
    node = graph.node("activate", "y", "x", kind=kind, slope=0.1)
    more = (0.1,) if kind == "leaky_relu" else ()
    (found,) = run(page, nn.Linear(1, 1), [node], [{"x": x[None]}])
    wanted = getattr(nn.functional, kind)(x.double(), *more)
    assert np.abs(found[0] - wanted.numpy()).max() < 1e-9


def test_rows_that_meet(page):
    x, one = given(3, 4), given(1, 4, seed=2)
    cases = {"add": x + one, "multiply": x * one, "concat": torch.cat([x, one.expand(3, -1)], 1)}
    for op, wanted in cases.items():
        (found,) = run(
            page, nn.Linear(1, 1), [graph.node(op, "y", "x", "one")], [{"x": x, "one": one}]
        )
        same(found, wanted)
    (found,) = run(page, nn.Linear(1, 1), [graph.node("softmax", "y", "x")], [{"x": x}])
    same(found, x.softmax(1))


def test_layers_that_do_not_fit_are_refused(page):
    nodes = [graph.node("linear", "y", "x", weights=["weight", "bias"])]
    with pytest.raises(Exception, match="4 inputs meets 3"):
        run(page, nn.Linear(4, 2), nodes, [{"x": given(1, 3)}])


# --- whole models


def load_module(page, module, bits=16):
    """Hand a generator to the page, and give it the weights that the page has."""
    layers, tensors = graph.describe(module)
    known = load(page, make_model(layers, tensors), bits)
    own = module.state_dict()
    module.load_state_dict(own | {k: torch.as_tensor(v) for k, v in known.items() if k in own})
    return layers


@torch.no_grad()
def check_words(page, module, words):
    """The logits of every field of every word, given all before it."""
    sizes = module.sizes
    fields = np.stack(np.unravel_index(words.numpy(), sizes), -1)
    said = page.evaluate("tokens => trace(tokens)", fields.tolist())
    memory = module.states(words[None])[0]
    parts = torch.as_tensor(fields).T
    for i in range(len(sizes)):
        wanted = module.logits(i, memory, parts[:i]).numpy()
        found = np.array([step[i] for step in said])
        assert found.shape == wanted.shape == (len(words), sizes[i])
        assert np.abs(found - wanted).max() < CLOSE
    return memory


@torch.no_grad()
def check_roll(page, module, roll):
    """The logits of every cell of every step, given all before it and the keys below it."""
    said = page.evaluate("tokens => trace(tokens)", roll.flatten(1).tolist())
    wanted = module.logits(roll[None])[0].numpy()  # (T, N, C)
    found = np.array(said)
    assert found.shape == wanted.shape and wanted.std() > 0.05
    assert np.abs(found - wanted).max() < CLOSE


@pytest.mark.parametrize("sizes", [(11,), (3, 5, 7)])
@pytest.mark.parametrize("bits", [16, 8])
def test_a_policy_over_words(page, sizes, bits):
    module = seeded(lambda: WordPolicy(sizes, 8, 12))
    load_module(page, module, bits)
    draws = torch.Generator().manual_seed(2)
    fields = [torch.randint(n, (20,), generator=draws) for n in sizes]
    check_words(page, module, pack(fields, sizes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"attention": False, "global_structure": False, "copy": True},
        {"attention": False, "windows": 2, "bars_back": (1, 2), "copy": True},
        {"scaled": True, "channels": 3},
    ],
)
def test_a_biaxial_generator(page, changes):
    settings = {"keys": 13, "time_units": (10, 8), "note_units": (7,), "filters": 4} | changes
    module = seeded(lambda: build_generator(settings.pop("keys"), 50, **settings))
    with torch.no_grad():  # as if it had learned something
        for p in module.parameters():
            p.mul_(2).add_(given(*p.shape) * 0.1)
    load_module(page, module)
    roll = (given(50, 13, module.channels) > 0.7).float()
    check_roll(page, module, roll)


TOKEN_MODELS = {
    "lstm": lambda: RecurrentModel((9,), 3, cell="lstm", width=10, layers=2, embedding=6),
    "gru": lambda: RecurrentModel((9,), 3, cell="gru", width=10, layers=2, embedding=6),
    "marked": lambda: MarkedModel((9,), 3, width=10, layers=2, embedding=6),
    # 25 tokens, of which distances up to 11 are known
    "relative": lambda: Transformer((9,), 12, 3, width=8, heads=2, layers=2),
    "none": lambda: Transformer((9,), 12, 3, "none", width=8, heads=2, layers=2),
}


@pytest.mark.parametrize("name", TOKEN_MODELS)
@torch.no_grad()
def test_a_model_of_tokens(page, name):
    module = seeded(TOKEN_MODELS[name])
    for p in module.parameters():
        p.mul_(2).add_(given(*p.shape) * 0.1)
    load_module(page, module)
    tokens = torch.randint(9, (25,), generator=torch.Generator().manual_seed(2))
    check_tokens(page, module, tokens)


@torch.no_grad()
def check_tokens(page, module, tokens):
    """The logits of every token, given all before it."""
    said = page.evaluate("tokens => trace(tokens)", tokens[:, None].tolist())
    wanted = module(tokens[None])[0].numpy()
    assert np.abs(np.array(said)[:, 0] - wanted).max() < CLOSE and wanted.std() > 0.1


RECORDED = page_models.RECORDED


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda r: r.name)
def test_a_recorded_generator_on_held_out_music(page, recorded):
    system = systems.find(recorded.system)
    config = system.configure(recorded.variant, "cpu", recorded.corpus)
    data = system.game.encode(config, recorded.corpus)
    module = system.game.build(config, data, 0).modules[system.game.generator].eval()
    model = page_models.find(f"{recorded.system}/{recorded.variant}")
    known = load(page, model)
    own = module.state_dict()
    assert own.keys() - known.keys() <= {"features.attend"}
    module.load_state_dict({k: torch.as_tensor(known[k]) for k in own})
    if recorded.system == "anokhin2018":
        roll = torch.as_tensor(data.pieces["test"][0][:40, :, :2].astype(np.float32))
        check_roll(page, module, roll)
    elif recorded.system == "liang2017":
        check_tokens(page, module, torch.as_tensor(data.windows("test", 160)[0]))
    elif recorded.system == "mogren2016":
        from musicgan_lib.data.tone_tokens import tone_tokens

        check_words(page, module, torch.as_tensor(tone_tokens(data).windows("test", 48)[0]))
    else:
        check_words(page, module, torch.as_tensor(data.windows("test", config.length)[0]))


# --- draws


def xoshiro(seed):
    """xoshiro128** after splitmix32, by Python's whole numbers."""
    mask, state = 2**32 - 1, []
    for _ in range(4):
        seed = (seed + 0x9E3779B9) & mask
        z = seed
        z = ((z ^ z >> 16) * 0x85EBCA6B) & mask
        z = ((z ^ z >> 13) * 0xC2B2AE35) & mask
        state.append(z ^ z >> 16)

    def turn(x, by):
        return (x << by | x >> 32 - by) & mask

    while True:
        yield turn(state[1] * 5 & mask, 7) * 9 & mask
        shifted = state[1] << 9 & mask
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= shifted
        state[3] = turn(state[3], 11)


@pytest.mark.parametrize("seed", [0, 21, 2**32 - 1])
def test_the_random_numbers_are_xoshiro(page, seed):
    found = page.evaluate(
        "s => {const r = engine.seedRandom(s); return Array.from({length: 50}, r);}", seed
    )
    wanted = xoshiro(seed)
    assert [x * 2**32 for x in found] == [next(wanted) for _ in range(50)]


WRITE = """([n, seed, temperature]) => {
  const stepper = engine.makeStepper(model);
  const random = engine.seedRandom(seed);
  let memory = stepper.begin();
  return Array.from({length: n}, () => {
    const token = stepper.draw(memory, random, temperature);
    memory = stepper.advance(memory, token);
    return token;
  });
}"""


def shares(seed):
    """Random numbers as the page has them."""
    for whole in xoshiro(seed):
        yield whole / 2**32


def draw_symbol(logits, share, temperature) -> int:
    weights = np.exp((logits - logits.max()) / temperature)
    return int(np.searchsorted(weights.cumsum(), share * weights.sum(), side="right"))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7])
@torch.no_grad()
def test_the_page_writes_the_words_that_pytorch_would(page, temperature):
    module = seeded(lambda: WordPolicy((3, 5, 7), 8, 12, init_std=0.8))
    load_module(page, module)
    found = page.evaluate(WRITE, [60, 21, temperature])
    draws, memory, wanted = shares(21), module.begin(1), []
    for _ in range(60):
        token = []
        for i in range(3):
            logits = module.logits(i, memory[0], [torch.tensor([f]) for f in token])
            token.append(draw_symbol(logits[0].double().numpy(), next(draws), temperature))
        wanted.append(token)
        memory = module.advance(memory, pack([torch.tensor([f]) for f in token], module.sizes))
    assert found == wanted
    assert len({tuple(t) for t in wanted}) > 3


@pytest.mark.parametrize("channels", [2, 3])
@torch.no_grad()
def test_the_page_writes_the_roll_that_pytorch_would(page, channels):
    settings = {"time_units": (10,), "note_units": (7,), "filters": 4, "attention": False}
    module = seeded(lambda: build_generator(6, 50, channels=channels, copy=True, **settings))
    for p in module.parameters():
        p.mul_(2).add_(given(*p.shape) * 0.2)
    module.copy.weight[0, 0] = 2.0  # notes last
    load_module(page, module)
    steps, draws = 20, shares(3)
    found = np.array(page.evaluate(WRITE, [steps, 3, 1.3])).reshape(steps, 6, channels)
    roll = torch.zeros(1, steps, 6, channels)
    for t in range(steps):
        for key in range(6):
            logits = module.logits(roll)[0, t, key]
            chance = torch.sigmoid(logits / 1.3)
            roll[0, t, key, 0] = float(next(draws) < chance[0])
            again = float(next(draws) < chance[1])
            before = float(roll[0, t - 1, key, 0]) if t else 0.0
            roll[0, t, key, 1] = again * before * roll[0, t, key, 0]
            if channels > 2:
                roll[0, t, key, 2] = roll[0, t, key, 0] * torch.sigmoid(logits[2])
    assert np.abs(found - roll[0].numpy()).max() < CLOSE
    assert 0.1 < roll[..., 0].mean() < 0.9 and roll[..., 1].sum() > 3


def test_a_seed_and_its_neighbour_write_other_words(page):
    load_module(page, seeded(lambda: WordPolicy((11,), 8, 12)))
    first, again, other = (page.evaluate(WRITE, [30, seed, 1]) for seed in (5, 5, 6))
    assert first == again != other


def test_a_piece_that_is_asked_for_while_weights_are_unpacked_waits_for_them(page):
    module = seeded(lambda: WordPolicy((11,), 8, 12))
    layers, tensors = graph.describe(module)
    page.evaluate("text => (0, eval)(text)", pack_model(make_model(layers, tensors)))
    told = page.evaluate(
        """async () => {
          const told = [];
          const answer = engine.serve(m => told.push(m));
          const model = window.musicganModels.probe;
          const asked = {opening: [], length: 9, seed: 1, temperature: 1};
          const first = answer({job: 1, model, ...asked});
          answer({stop: true});
          const second = answer({job: 2, model: {name: "probe"}, ...asked});
          await Promise.all([first, second]);
          return told;
        }"""
    )
    assert {m["job"] for m in told} == {2} and told[-1]["done"]  # nothing of what was stopped
    assert sum(len(m.get("tokens", ())) for m in told) == 9


@pytest.mark.parametrize("change", ["weights.slice(0, -8)", "weights.slice(0, -4) + 'AAAAAAAA'"])
def test_a_file_whose_weights_are_not_whole_is_refused(page, change):
    layers, tensors = graph.describe(seeded(lambda: WordPolicy((11,), 8, 12)))
    page.evaluate("text => (0, eval)(text)", pack_model(make_model(layers, tensors)))
    with pytest.raises(Exception, match="the weights of probe are"):
        page.evaluate(
            "() => {const m = window.musicganModels.probe; "
            f"return engine.unpackModel({{...m, weights: m.{change}}});}}"
        )
