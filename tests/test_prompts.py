"""Prompts that name a composer: two collections as one, who is heard behind which name, the same dice, a stranger."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import composers
from musicgan_lib.data.grid import GridData
from musicgan_lib.games import prompts
from musicgan_lib.metrics.composers import Recogniser, describe

SPLITS = ("train", "valid", "test")


def make_grid(name, lowest, pitches, seed, pieces=3):
    rng = np.random.default_rng(seed)
    symbols = [[[float(s)] for s in (*range(lowest, lowest + pitches), 128, 129)]]
    made = {s: [rng.integers(0, pitches + 2, 4 * 40) for _ in range(pieces)] for s in SPLITS}
    return GridData(name, "grid", (pitches + 2,), symbols, made, name)


FIRST, SECOND = make_grid("first", 50, 10, 0), make_grid("second", 45, 12, 1)
DATA = composers.join_composers(FIRST, SECOND)
CARD = systems.find("payne2019")


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_each_piece_keeps_its_cells_behind_its_composer():
    assert (DATA.heads, DATA.hold, DATA.rest, DATA.sizes) == (17, 15, 16, (19,))
    for split in SPLITS:
        both = [(0, p, FIRST) for p in FIRST.pieces[split]]
        both += [(1, p, SECOND) for p in SECOND.pieces[split]]
        for mine, (composer, was, of) in zip(DATA.pieces[split], both, strict=True):
            assert DATA.name_composer(mine[0]) == composer
            cells = (np.array(data.symbols[0])[p, 0] for data, p in ((DATA, mine[1:]), (of, was)))
            assert np.array_equal(*cells)
    with pytest.raises(ValueError, match="these do: 17, 18"):
        DATA.name_composer(16)


def test_a_name_is_not_sung():
    line = np.array([5, 6, 7, 8, 15, 15, 15, 15] * 4)
    plain = DATA.decode(line)
    assert DATA.decode(np.append(17, line)) == plain and len(plain) == 16
    line[3] = 18
    assert len(DATA.decode(line)) == 15


def test_windows_stand_behind_their_own_composer_and_begin_with_a_sixteenth():
    windows = DATA.cut("train", 32, 20, np.random.default_rng(0))
    assert windows.shape == (40, 33) and windows[:, 0].tolist() == [17] * 20 + [18] * 20
    for composer, window in zip(windows[:, 0], windows[:, 1:].tolist()):
        own = [p[1:] for p in DATA.pieces["train"] if p[0] == composer]
        assert any(p[a : a + 32].tolist() == window for p in own for a in range(0, 129, 4))


def test_windows_without_a_name_are_cells_alone():
    found = DATA.windows("test", 32)
    assert len(found) == 6 * 5 and found.max() < DATA.heads
    assert found[0].tolist() == DATA.pieces["test"][0][1:33].tolist()


def hear(control):
    """The windows of four turns."""
    config = CARD.configure_control(control, "composers", "smoke", batch=8)
    state, heard = CARD.game.build(config, DATA, 0), []
    state.modules["network"].register_forward_pre_hook(lambda m, given: heard.append(given[0]))
    step = CARD.game.make_step(config, DATA)
    for state.step in range(4):
        step(state)
    return torch.cat(heard).numpy()


@pytest.mark.parametrize("control", [None, "shuffled_prompts"])
def test_a_control_takes_the_names_off_the_music(control):
    own = 0
    heard = hear(control)
    for prompt, *window in heard.tolist():
        pieces = [p[1:] for p in DATA.pieces["train"] if p[0] == prompt]
        own += any(p[a : a + 32].tolist() == window for p in pieces for a in range(0, 129, 4))
    assert own == len(heard) if control is None else own < len(heard)
    assert sorted(heard[:, 0].tolist()) == [17] * 16 + [18] * 16


def test_the_loss_leaves_the_name_out():
    config = CARD.configure("composers", "smoke", batch=4, lr=1e-9)
    state = CARD.game.build(config, DATA, 0)
    network, heard = state.modules["network"], []
    hook = network.register_forward_pre_hook(lambda m, given: heard.append(given[0]))
    network.eval()
    network.train = lambda mode=True: network  # no dropout
    told = CARD.game.make_step(config, DATA)(state)["nll_batch"]
    hook.remove()
    with torch.no_grad():
        paid = -network.log_prob(heard[0], False).log_prob
    assert told == pytest.approx(paid[:, 1:].mean().item(), rel=1e-4)


def test_both_prompts_are_drawn_on_the_same_dice():
    """A network that does not listen to its prompt writes the same notes behind both."""
    config = CARD.configure("composers", "smoke", measure=5)
    network = CARD.game.build(config, DATA, 0).modules["network"].eval()
    same = dice(3)
    one, other = (prompts.write_as(network, DATA, c, config, same) for c in (0, 1))
    assert one[:, 0].tolist() == [17] * 5 and other[:, 0].tolist() == [18] * 5
    assert not np.array_equal(one[:, 1:], other[:, 1:])
    with torch.no_grad():
        network.embed.weight[18] = network.embed.weight[17]
    same = dice(3)
    one, other = (prompts.write_as(network, DATA, c, config, same) for c in (0, 1))
    assert np.array_equal(one[:, 1:], other[:, 1:])


def test_what_a_window_is_like_by_hand():
    # two voices: 7 held, silence, 3, 5; and 0 throughout
    tokens = np.array([[7, 0], [20, 20], [21, 20], [3, 20], [5, 20], [20, 20]]).reshape(1, -1)
    found = describe(tokens, 2, 20)[0]
    assert found[:6] == pytest.approx([3 / 6, 1 / 6, 1 / 6, 0, 5, 0])
    tones, steps = found[6:18], found[18:]
    assert tones.nonzero()[0].tolist() == [0, 3, 5, 7] and tones.max() == 0.25
    assert steps[2] == steps[4] == 0.5 and steps.sum() == 1
    silent = describe(np.full((1, 12), 21), 2, 20)
    assert np.isfinite(silent).all()


def test_a_stranger_learns_what_tells_two_apart_and_nothing_else():
    rng = np.random.default_rng(0)
    composers = np.repeat([0, 1], 100)
    described = rng.normal(size=(200, 6))
    described[:, 2] += 3 * composers
    assert (Recogniser(described, composers)(described) == composers).mean() > 0.9
    other = rng.normal(size=(400, 6))
    guessed = Recogniser(rng.normal(size=(200, 6)), composers)(other)
    assert abs((guessed == np.repeat([0, 1], 200)).mean() - 0.5) < 0.1
    with pytest.raises(ValueError, match="both composers"):
        Recogniser(described, np.zeros(200))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"keys": 3}, "moves nothing"),
        ({"beyond": 4}, "moves nothing"),
        ({"tokens": "midi.REMI"}, "share a grid"),
        ({"length": 30}, "multiple of 4"),
        ({"prompts": "none"}, "all: own, shuffled"),
    ],
)
def test_what_would_move_nothing_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        CARD.configure("composers", "smoke", **changes)
