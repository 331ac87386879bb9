"""The games on tones: every signal's gradient against one made by hand, and every setting moves something or is
refused.

Plain gradient descent at rate 1 (``optimiser="sgd"``) tells the gradient that a turn used, with its sign and its scale.
"""

import copy

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.windows import WindowCutter
from musicgan_lib.games import tone_material
from musicgan_lib.games import tones as tone_game
from musicgan_lib.games.published import neo2024 as program
from musicgan_lib.learning import fit as loop
from musicgan_lib.learning import relaxations

mogren2016 = systems.find("mogren2016")
neo2024 = systems.find("neo2024")

TINY = {
    "hidden": 6, "length": 6, "batch": 4, "pretrain": 0, "pretrain_discriminator": 0, "adversarial": 1,
    "check_every": 50,
    "checked": 4, "measure": 4, "curriculum": 0,
}  # fmt: skip
DESCENT = {"optimiser": "sgd", "g_lr": 1.0, "d_lr": 1.0, "clip": 1e9}


@pytest.fixture(scope="module")
def music():
    """What each form of tones reads, once."""
    kept = {}

    def read(config):
        form = (config.symbols, config.tones, config.shared_time, config.scale, config.one_key)
        if form not in kept:
            kept[form] = mogren2016.game.encode(config, "tunes")
        return kept[form]

    return read


def begin(music, variant, changes):
    config = mogren2016.configure(variant, "smoke", "tunes", **TINY | DESCENT | changes)
    data = music(config)
    state = mogren2016.game.build(config, data, 2)
    for module in state.modules.values():
        for part in module.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
        with torch.no_grad():  # a fresh network says nearly the same of everything
            for weight in module.parameters():
                weight.mul_(3)
    return config, data, state


def turn(config, data, state, monkeypatch, control=None):
    """One turn: networks before, real windows and a generator's random numbers in the order drawn,
    what each was moved by.
    """
    before = {k: copy.deepcopy(m) for k, m in state.modules.items()}
    drawn = {"windows": [], "numbers": []}

    def listen(module, name, kept):
        own = getattr(module, name)

        def spy(*args, **options):
            kept.append(own(*args, **options))
            return kept[-1]

        monkeypatch.setattr(module, name, spy)

    listen(WindowCutter, "cut", drawn["windows"])
    listen(tone_material, "rand", drawn["numbers"])
    listen(relaxations, "rand", drawn["numbers"])
    monkeypatch.setattr(tone_game, "check_generator", lambda *_: {})
    step = mogren2016.game.make_step(config, data, control)
    drawn["windows"].clear()  # those that a yardstick measures by
    step(state)
    drawn["windows"][:] = map(torch.as_tensor, drawn["windows"])
    moved = {
        k: [(a - b).detach() for a, b in zip(before[k].parameters(), state.modules[k].parameters())]
        for k in ("player", "discriminator")
    }
    return before, drawn["windows"], drawn["numbers"], moved


def assert_same_slopes(found, wanted):
    largest = max(w.abs().max().item() for w in wanted)
    assert largest > 1e-4 and len(found) == len(wanted)
    for a, b in zip(found, wanted):
        assert torch.allclose(a, b, rtol=1e-3, atol=1e-4 * largest + 1e-7)


def slopes(loss, module):
    given = list(module.parameters())
    found = torch.autograd.grad(loss, given, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(p) if g is None else g for p, g in zip(given, found)]


def step_by_step(player, noise):
    """A generator's song, each cell predicted by plain PyTorch from those made before it."""
    made = torch.zeros(len(noise), 0, player.width)
    for t in range(noise.shape[1]):
        past = torch.cat([made, torch.zeros(len(noise), 1, player.width)], 1)
        made = torch.cat([made, player.predict(past, noise[:, : t + 1])[:, t:]], 1)
    return made


def signal_of(config, judge, features, n):
    """The generator's loss from the discriminator's reading of real and made songs, as the papers print it."""
    real, made = features[:n].detach(), features[n:]
    if config.matching == "paired":
        return ((real - made) ** 2).sum() / made.numel()
    if config.matching == "moments":
        apart = real.sum(0) / n - made.sum(0) / n
        return (apart**2).sum() / apart.numel()
    d = 1 / (1 + torch.exp(-judge.score_features(made)))
    return -torch.log(d).sum() / n


NUMBERS = {
    "adversarial": {},
    "paired": {"matching": "paired"},
    "moments": {"matching": "moments"},
    "a minibatch": {"kernels": 3},
    "likelihood": {"likelihood": 0.5},
    "weight decay": {"l2": 0.1},
    "no adversary": {},
    "no adversary, weighed": {"likelihood": 0.5},
}


def discriminator_by_hand(judge, features, n):
    d_real, d_made = (1 / (1 + torch.exp(-judge.score_features(f))) for f in features.split(n))
    return -torch.log(d_real).sum() / n - torch.log(1 - d_made).sum() / n


@pytest.mark.parametrize("name", NUMBERS)
def test_a_turn_moves_a_generator_of_numbers_by_the_gradient_made_by_hand(name, music, monkeypatch):
    config, data, state = begin(music, "adversarial", NUMBERS[name])
    control = "no_adversary" if name.startswith("no adversary") else None
    before, windows, numbers, moved = turn(config, data, state, monkeypatch, control)
    player, judge, n = before["player"], before["discriminator"].train(), config.batch
    features = judge.features(torch.cat([windows[0], step_by_step(player, numbers[0])]))
    loss = 0.0 if control else signal_of(config, judge, features, n)
    if config.likelihood or control:
        apart = player.predict(windows[1], numbers[-1]) - windows[1]
        loss = loss + (config.likelihood or 1.0) * (apart**2).sum() / apart.numel()
    wanted = [g + config.l2 * w for g, w in zip(slopes(loss, player), player.parameters())]
    assert_same_slopes(moved["player"], wanted)
    lesson = slopes(discriminator_by_hand(judge, features, n), judge)
    wanted = [g + config.l2 * w for g, w in zip(lesson, judge.parameters())]
    assert_same_slopes(moved["discriminator"], wanted)


def relaxed_by_hand(policy, numbers, n, length):
    """One-hot rows that were drawn, with the slope of the softmax of logits and noise: straight through."""
    m, numbers, steps = policy.memory, iter(numbers), []
    h = c = torch.zeros(n, policy.hidden)
    x = sum(t.weight[-1] for t in policy.embed.tables).expand(n, -1)
    for _ in range(length):
        gates = x @ m.weight_ih_l0.T + m.bias_ih_l0 + h @ m.weight_hh_l0.T + m.bias_hh_l0
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        rows = []
        for k, head in enumerate(policy.heads):
            memory = h
            if k:
                seen = policy.mixes[k - 1](h)
                for row, table in zip(rows, policy.given[k - 1]):
                    seen = seen + row @ table.weight
                memory = torch.nn.functional.gelu(seen)
            noisy = memory @ head.weight.T + head.bias - torch.log(-torch.log(next(numbers)))
            soft = torch.exp(noisy) / torch.exp(noisy).sum(1, keepdim=True)
            hard = (noisy == noisy.amax(1, keepdim=True)).float()
            rows.append(soft + (hard - soft).detach())
        x = sum(row @ t.weight[:-1] for row, t in zip(rows, policy.embed.tables))
        steps.append(rows)
    return [torch.stack([rows[k] for rows in steps], 1) for k in range(len(policy.heads))]


SYMBOLS = {
    "straight through": {"likelihood": 0.0},
    "and likelihood": {"likelihood": 0.5},
    "by moments": {"likelihood": 0.0, "matching": "moments"},
    "no adversary": {"likelihood": 0.0},
}


@pytest.mark.parametrize("name", SYMBOLS)
def test_a_turn_moves_a_generator_of_symbols_by_the_gradient_made_by_hand(name, music, monkeypatch):
    changes = {"average": 0.0, "batch": 4} | SYMBOLS[name]
    config, data, state = begin(music, "repaired", changes)
    control = "no_adversary" if name == "no adversary" else None
    before, windows, numbers, moved = turn(config, data, state, monkeypatch, control)
    player, judge, n = before["player"], before["discriminator"].train(), config.batch
    made = relaxed_by_hand(player, numbers, n, config.length)
    words = torch.stack([w for w in windows[0]])
    fields, real = [], []
    for size in reversed(player.sizes[1:]):
        fields.insert(0, words % size)
        words = words // size
    for field, size in zip([words, *fields], player.sizes):
        real.append((field[..., None] == torch.arange(size)).float())
    features = judge.features([torch.cat(both) for both in zip(real, made)])
    loss = 0.0 if control else signal_of(config, judge, features, n)
    if config.likelihood or control:
        surprise = -player.log_prob(windows[1]).log_prob
        loss = loss + (config.likelihood or 1.0) * surprise.sum() / surprise.numel()
    assert_same_slopes(moved["player"], slopes(loss, player))
    assert_same_slopes(
        moved["discriminator"], slopes(discriminator_by_hand(judge, features, n), judge)
    )


def test_a_penalty_is_the_mean_squared_slope_of_the_discriminator_at_real_songs(music, monkeypatch):
    config, data, state = begin(music, "adversarial", {"penalty": 0.5})
    before, windows, numbers, moved = turn(config, data, state, monkeypatch)
    judge, n = before["discriminator"].train(), config.batch
    real = windows[1].clone().requires_grad_()  # a penalised lesson has a reading of its own
    score = judge.score(real)
    (slope,) = torch.autograd.grad(score.sum(), real, create_graph=True)
    noise = numbers[1]
    fake = step_by_step(before["player"], noise).detach()
    d_real, d_made = (1 / (1 + torch.exp(-judge.score(x))) for x in (real, fake))
    lesson = -torch.log(d_real).mean() - torch.log(1 - d_made).mean()
    lesson = lesson + 0.5 * (slope**2).sum() / n
    assert_same_slopes(moved["discriminator"], slopes(lesson, judge))


@pytest.mark.parametrize("matching", ["off", "paired", "moments"])
def test_a_step_of_the_generator_is_taken_for_real_more_or_comes_nearer(matching, music):
    """With a discriminator that stands still, on the same noise and the same real windows as in the turn."""
    config, data, state = begin(
        music, "adversarial", {"matching": matching, "g_lr": 1e-3, "batch": 64}
    )
    player, judge = state.modules["player"], state.modules["discriminator"]
    table = tone_material.Numbers(config, data)
    generator = torch.Generator().set_state(state.generator.get_state())
    noise = torch.rand(64, config.length, player.width, generator=generator)
    (real,) = table.real(64, generator)

    def measure():
        made = player.free_run(noise)
        if matching == "off":
            return -judge.score(made).mean().item()
        features = judge.features(torch.cat([real, made]))
        return signal_of(config, judge, features, 64).item()

    before = measure()
    mogren2016.game.make_step(config, data, "frozen_discriminator")(state)
    assert measure() < before


# -- every setting moves something, or is refused -----------------------------------------------------

SMALL = TINY | {"pretrain": 3, "pretrain_discriminator": 1, "adversarial": 3, "check_every": 2}
ADAM = {"variant": "adversarial"}
#: Setting -> another value, and the variant and settings beside which it has something to do
SETTINGS = {
    "symbols": (False, {"variant": "repaired"}),
    "tones": (3, ADAM),
    "shared_time": (True, ADAM | {"tones": 3}),
    "scale": ("raw", ADAM),
    "one_key": (True, ADAM),
    "hidden": (7, ADAM),
    "layers": (1, ADAM),
    "kernels": (2, ADAM),
    "spectral": (True, ADAM),
    "length": (7, ADAM),
    "batch": (5, ADAM),
    "pretrain": (4, ADAM),
    "pretrain_lr": (0.1, ADAM),
    "curriculum": (3, ADAM),
    "pretrain_discriminator": (2, ADAM),
    "adversarial": (4, ADAM),
    "discriminator_steps": (2, ADAM),
    "g_lr": (0.1, ADAM),
    "d_lr": (0.1, ADAM),
    "optimiser": ("sgd", ADAM),
    "clip": (1e-4, {"variant": "faithful"}),
    "matching": ("moments", ADAM),
    "freezing": ("as_printed", ADAM),
    "l2": (0.1, ADAM),
    "penalty": (0.5, ADAM),
    "likelihood": (0.5, ADAM),
    "average": (0.5, ADAM),
    "check_every": (4, ADAM),
    "checked": (5, {"variant": "repaired"}),
    "measure": (5, ADAM),
}


def fingerprint(music, changes):
    """Everything that a run leaves behind: weights, what is remembered, what is measured."""
    variant, changes = changes["variant"], {k: v for k, v in changes.items() if k != "variant"}
    config = mogren2016.configure(variant, "smoke", "tunes", **SMALL | changes)
    data = music(config)
    state = mogren2016.game.build(config, data, 3)
    loop.fit(state, mogren2016.game.make_step(config, data), config.steps)
    found, _ = mogren2016.game.measure(state, config, data, torch.Generator().manual_seed(0))
    hashes = [loop.weights_hash(m) for _, m in sorted(state.modules.items())]
    return hashes, repr(sorted(found.items())), state.memory["checks"]


def test_every_setting_is_tried():
    assert SETTINGS.keys() == mogren2016.game.Config.__dataclass_fields__.keys()


@pytest.fixture(scope="module")
def bases():
    return {}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_changes_what_a_run_leaves(name, music, bases):
    value, beside = SETTINGS[name]
    key = str(beside)
    bases[key] = bases.get(key) or fingerprint(music, beside)
    assert fingerprint(music, beside | {name: value}) != bases[key]


SEQUENCES = {"variant": "repaired"}
SINGLE = {"variant": "as_published"}
NEO = {
    "normalised": (True, SINGLE),
    "sequences": (True, SINGLE),
    "rounded": (False, SEQUENCES),
    "matching": (0.0, SEQUENCES),
    "penalty": (0.0, SEQUENCES),
    "average": (0.5, SEQUENCES),
    "beta1": (0.1, SINGLE),
    "beta2": (0.1, SINGLE),
    "rate": (0.1, SINGLE),
    "discriminator_rate": (0.1, SINGLE),
    "batch": (6, SINGLE),
    "length": (7, SEQUENCES),
    "hidden": (5, SINGLE),
    "width": (5, SEQUENCES),
    "notes": (3, SINGLE),
    "windows": (3, SEQUENCES),
    "measure": (5, SINGLE),
}
NEO_TINY = {
    "hidden": 4,
    "width": 4,
    "notes": 2,
    "windows": 2,
    "measure": 4,
    "batch": 8,
    "length": 6,
}


@pytest.fixture(scope="module")
def notes():
    return neo2024.game.encode(neo2024.configure("as_published", "smoke"), "tunes")


def fingerprint_notes(notes, changes):
    variant, changes = changes["variant"], {k: v for k, v in changes.items() if k != "variant"}
    config = neo2024.configure(variant, "smoke", "tunes", **NEO_TINY | changes)
    state = neo2024.game.build(config, notes, 3)
    loop.fit(state, neo2024.game.make_step(config, notes), config.steps)
    found, _ = neo2024.game.measure(state, config, notes, torch.Generator().manual_seed(0))
    return [loop.weights_hash(m) for _, m in sorted(state.modules.items())], repr(found)


def test_every_setting_of_notes_is_tried():
    assert NEO.keys() == neo2024.game.Config.__dataclass_fields__.keys()


@pytest.mark.parametrize("name", NEO)
def test_a_setting_changes_what_a_run_on_notes_leaves(name, notes, bases):
    value, beside = NEO[name]
    key = f"notes {beside}"
    bases[key] = bases.get(key) or fingerprint_notes(notes, beside)
    assert fingerprint_notes(notes, beside | {name: value}) != bases[key]


@pytest.mark.parametrize(
    "variant", ["as_published", "normalised_only", "sequences_normalised", "repaired"]
)
def test_a_step_on_notes_moves_both_networks_by_the_gradients_made_by_hand(
    variant, notes, monkeypatch
):
    config = neo2024.configure(variant, "smoke", "tunes", **NEO_TINY)
    state = neo2024.game.build(config, notes, 3)
    learner = state.modules.get("learner", state.modules["generator"])
    for name, module in (("generator", learner), ("discriminator", state.modules["discriminator"])):
        state.optimisers[name] = torch.optim.SGD(module.parameters(), lr=1.0)
    before = copy.deepcopy(learner), copy.deepcopy(state.modules["discriminator"])
    reals, own = [], program._real

    def listen(config, data):
        draw = own(config, data)
        return lambda *args: reals.append(draw(*args)) or reals[-1]

    monkeypatch.setattr(program, "_real", listen)
    clone = torch.Generator().set_state(state.generator.get_state())
    neo2024.game.make_step(config, notes)(state)
    n, scale = len(reals[0]), state.modules["generator"].scale
    starts = sum(max(len(p) - config.length + 1, 0) for p in notes.pieces["train"])
    torch.randint(starts, (n,), generator=clone)  # which real ones were taken
    real = reals[0].clone().requires_grad_()

    def make(net):
        """What is played, and before it was moved to the grid."""
        song = torch.randn(n, net.noise, generator=clone)
        if config.sequences:
            raw = net(song, torch.randn(n, config.length, net.noise, generator=clone))
        else:
            raw = net(song)
        return (raw + (scale.snap(raw) - raw).detach() if config.rounded else raw), raw

    def probability(judge, x):
        return 1 / (1 + torch.exp(-judge(x))) if config.sequences else judge(x)

    player, judge = before
    fake = make(player)[0].detach()
    lesson = (
        -torch.log(probability(judge, real)).mean() - torch.log(1 - probability(judge, fake)).mean()
    )
    if config.penalty:
        (slope,) = torch.autograd.grad(
            judge(real).sum() / config.length**0.5, real, create_graph=True
        )
        lesson = lesson + config.penalty / 2 * (slope**2).sum() / n
    moved = [a - b for a, b in zip(judge.parameters(), state.modules["discriminator"].parameters())]
    assert_same_slopes(moved, slopes(lesson, judge))
    made, raw = make(player)
    loss = -torch.log(
        probability(state.modules["discriminator"], made)
    ).mean()  # of the one that has learned
    if config.rounded:
        loss = loss + ((raw - made.detach()) ** 2).mean()
    if config.matching:
        of_real, of_made = (scale.view(x).mean((0, 1)) for x in (real.detach(), made))
        loss = loss + config.matching * ((of_real - of_made) ** 2).mean()
    moved = [a - b for a, b in zip(player.parameters(), learner.parameters())]
    assert_same_slopes(moved, slopes(loss, player))


def test_every_variant_of_tones_is_allowed_at_every_profile():
    for name in ("mogren2016", "mogren2016_3tones", "neo2024"):
        system = systems.find(name)
        for variant in system.variants:
            for profile in system.profiles:
                assert np.isfinite(system.configure(variant, profile).steps)
