"""Sound as codes: the book, codecs, the upsampler, the game of both phases, and its measures."""

import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.instruments import add_hiss, play_line
from musicgan_lib.data.waves import WaveData
from musicgan_lib.games import codec as game
from musicgan_lib.games import codec_measures as measures
from musicgan_lib.metrics.sound import spectral_error
from musicgan_lib.models import codebook
from musicgan_lib.models.codec import SoundCodec, magnitudes, price_sound
from musicgan_lib.models.upsampler import SoundStack, Upsampler
from musicgan_lib.representations import mu_law

TINY = {"codes": 8, "channels": 4, "width": 4, "pretrain": 3, "tune": 3}


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make_data(clips=3, seconds=2.0):
    rng, pieces, beside = np.random.default_rng(0), {}, {}
    for k, split in enumerate(("train", "valid", "test")):
        lines = [np.array([(0, 0.9, 60.0 + 2 * k), (1.0, 0.9, 64.0 + i)]) for i in range(clips)]
        sounds = [add_hiss(play_line(line, "flute", 8000, seconds), rng) for line in lines]
        pieces[split] = [mu_law.encode(s).astype(np.int64) for s in sounds]
        rows = [np.rint(line * (1000, 1000, 1)).astype(np.int64).ravel() for line in lines]
        beside[split] = [np.concatenate([[0, 1, 0, 0, 1], row]) for row in rows]
    return WaveData("dice", "wave.8000", (256,), [[]], pieces, "none", beside=beside, rate=8000)


def test_the_nearest_is_found_as_by_all_distances():
    z, book = torch.randn(4, 5, 3, generator=dice()), torch.randn(7, 3, generator=dice(1))
    assert torch.equal(codebook.quantise(z, book), torch.cdist(z, book[None]).argmin(-1))
    twins = torch.tensor([[1.0], [-1.0], [1.0]])
    assert codebook.quantise(torch.tensor([0.0]), twins) == 0


def test_the_gradient_passes_a_book_as_if_it_were_not_there():
    z = torch.randn(6, 2, generator=dice()).requires_grad_()
    book = codebook.Codebook(4, 2)
    codes, chosen = book(z)
    assert torch.allclose(chosen, book.vectors[codes])
    (chosen * torch.arange(12.0).reshape(6, 2)).sum().backward()
    assert torch.equal(z.grad, torch.arange(12.0).reshape(6, 2))
    assert not [p for p in book.parameters()]


def test_an_entry_is_the_running_mean_of_what_chose_it():
    book = codebook.Codebook(2, 1, kept=0.5, restart=False)
    book.vectors.copy_(torch.tensor([[0.0], [10.0]]))
    book.sums.copy_(book.vectors)
    rows = torch.tensor([[1.0], [2.0], [12.0]])
    assert book.learn(rows, book(rows)[0], dice()) == 0
    assert book.counts.tolist() == pytest.approx([0.5 + 1, 0.5 + 0.5])
    assert book.vectors[:, 0].tolist() == pytest.approx([1.5 / 1.5, (5 + 6) / 1])


def test_a_dead_entry_begins_again_where_a_vector_lies_and_only_where_that_is_wanted():
    rows = torch.tensor([[1.0], [2.0]])
    for restart in (True, False):
        book = codebook.Codebook(2, 1, restart=restart)
        book.vectors.copy_(torch.tensor([[0.0], [10.0]]))
        book.sums.copy_(book.vectors)
        moved = [book.learn(rows, book(rows)[0], dice()) for _ in range(14)]
        # .95 to the 14th is .488: after 14 updates without a vector the entry counts as dead
        assert sum(moved[:13]) == 0 and moved[13] == restart
        assert (book.vectors[1, 0] < 5) == restart
    assert codebook.count_used(torch.tensor([[0, 2], [2, 0]]), 5) == 2
    with pytest.raises(ValueError, match="2 codes"):
        codebook.Codebook(1, 1)


@pytest.mark.parametrize("hop", [16, 32, 64])
def test_a_code_stands_for_a_hop_of_samples_and_the_sound_is_as_long(hop):
    torch.manual_seed(0)
    codec = SoundCodec(hop, codes=8, channels=4).eval()
    codes = codec.encode(torch.randn(2, 640, generator=dice()))
    assert codes.shape == (2, 640 // hop) and codec.decode(codes).shape == (2, 640)
    assert codec.decode(codes).abs().max() <= 1
    with pytest.raises(ValueError, match="whole number of hops"):
        codec.encode(torch.zeros(1, 641))
    with pytest.raises(ValueError, match="doubled"):
        SoundCodec(24)


def test_the_price_of_a_sound_is_nothing_for_itself_and_more_for_silence():
    real = torch.as_tensor(make_data().waves("test"))
    assert price_sound(real, real).item() == 0
    assert price_sound(0 * real, real).item() > 2
    found = magnitudes(real[:1, :512], 128)[0, 1]
    wanted = np.abs(
        np.fft.rfft(real[0, 32:160].double().numpy() * torch.hann_window(128).double().numpy())
    )
    assert found.numpy() == pytest.approx(wanted, abs=2e-3)


def test_the_loss_by_hand():
    torch.manual_seed(0)
    codec = SoundCodec(64, codes=8, channels=4)
    waves = torch.as_tensor(make_data().waves("train"))[:, :640]
    loss, z, codes = codec.loss(waves, 0.5)
    entries = codec.book.vectors[codes]
    wanted = price_sound(codec.render(entries), waves) + 0.5 * (z - entries).square().mean()
    assert loss.item() == pytest.approx(wanted.item(), rel=1e-5)
    loss.backward()
    assert codec.encoder[0].weight.grad.abs().sum() > 0


def make_upsampler():
    torch.manual_seed(0)
    return Upsampler(5, 7, 4, width=8).double().eval()


def test_a_fine_code_hears_fine_ones_before_it_and_coarse_ones_around_it():
    network = make_upsampler()
    fine, coarse = (
        torch.randint(7, (1, 40), generator=dice()),
        torch.randint(5, (1, 10), generator=dice(1)),
    )
    logits = network(fine, coarse)
    later = fine.clone()
    later[0, 20:] = 6 - later[0, 20:]
    assert torch.equal(network(later, coarse)[:, :21], logits[:, :21])
    assert not torch.allclose(network(later, coarse)[:, 21:], logits[:, 21:])
    other = coarse.clone()
    other[0, 6] = (other[0, 6] + 1) % 5  # seen from two coarse steps before it on
    assert torch.equal(network(fine, other)[:, :16], logits[:, :16])
    assert not torch.allclose(network(fine, other)[:, 16:17], logits[:, 16:17])


def test_what_is_upsampled_is_drawn_from_what_the_network_says():
    network = make_upsampler()
    coarse = torch.randint(5, (1, 2), generator=dice()).expand(4000, -1)
    written = network.write(coarse, dice(2))
    assert written.shape == (4000, 8)
    first = network(written[:1], coarse[:1])[0, 0].softmax(-1)
    shares = torch.bincount(written[:, 0], minlength=7) / 4000
    assert torch.allclose(shares.double(), first.detach(), atol=0.03)


def begin(variant="restart", **changes):
    card = systems.find("dhariwal2020")
    config = card.configure(variant, "smoke", "chorales", **TINY | changes)
    return card.game, config, card.game.build(config, make_data(), 0)


def test_codecs_rest_while_their_codes_are_learned_and_the_writers_before():
    plays, config, state = begin()
    stack, step = state.modules["network"], None
    step = plays.make_step(config, make_data())

    def look():
        return {k: v.detach().clone() for k, v in stack.state_dict().items()}

    seen = [look()]
    for state.step in range(config.steps):
        step(state)
        seen.append(look())
    codecs, writers = ("coarse.", "fine."), ("prior.", "upsampler.")
    for name in seen[0]:
        first = not torch.equal(seen[0][name], seen[3][name])
        second = not torch.equal(seen[3][name], seen[6][name])
        assert not (second and name.startswith(codecs)), name
        assert not (first and name.startswith(writers)), name
    assert any(not torch.equal(seen[3][n], seen[6][n]) for n in seen[0] if n.startswith("prior."))
    assert any(not torch.equal(seen[0][n], seen[3][n]) for n in seen[0] if n.startswith("fine."))


def test_under_the_control_the_prior_reads_the_same_codes_in_another_order():
    _, config, state = begin(shuffled=True)
    stack, waves = state.modules["network"], make_data().waves("train")
    known = game.encode_clips(stack, waves, config)
    assert torch.equal(known["learned"].sort(1).values, known["coarse"].sort(1).values)
    rows = torch.arange(200).expand(3, -1)
    mixed = game.shuffle_codes(rows, dice())
    assert not torch.equal(mixed, rows) and torch.equal(mixed.sort(1).values, rows)
    assert not torch.equal(mixed[0], mixed[1])
    plain = game.encode_clips(stack, waves, begin()[1])
    assert torch.equal(plain["learned"], plain["coarse"]) and torch.equal(
        plain["coarse"], known["coarse"]
    )


def test_the_rate_falls_in_each_phase():
    _, config, _ = begin(pretrain=10, tune=20)
    assert game.scale_rate(config, 0) == game.scale_rate(config, 10) == 1
    assert (
        game.scale_rate(config, 5)
        == pytest.approx(game.scale_rate(config, 20))
        == pytest.approx(0.5)
    )


def test_codes_in_use_are_counted_early():
    plays, config, state = begin(pretrain=game.EARLY)
    state.step = game.EARLY - 1
    plays.make_step(config, make_data())(state)
    asked = torch.as_tensor(make_data().waves("train"))[: config.measure]
    wanted = len(state.modules["network"].coarse.encode(asked).unique())
    assert state.memory["used_early"] == wanted


def test_pitches_bigrams_and_a_random_book_by_hand():
    data = make_data()
    waves, lines = measures.take_clips(data, "test", 2)
    assert measures.share_right(waves, lines, 8000) > 0.9
    assert measures.share_right(waves, [line + (0, 0, 1) for line in lines], 8000) < 0.1
    assert math.isnan(measures.share_right(waves, [np.zeros((0, 3))] * 2, 8000))
    train = np.array([[0, 1, 0, 1]])
    assert measures.bigram_bits(train, np.array([[0, 1]]), 2) == pytest.approx(-math.log2(2.5 / 3))
    _, _, state = begin()
    codec = state.modules["network"].coarse
    before = codec.book.vectors.clone()
    again = measures.use_random_book(codec, torch.as_tensor(waves), dice())
    assert again.shape == waves.shape and torch.equal(codec.book.vectors, before)


def test_each_number_is_of_test_clips():
    plays, config, state = begin()
    data = make_data()
    found, made = plays.measure(state, config, data, dice())
    assert found["right_real"] > 0.9 and made.shape == (2, 16_000)
    stack = state.modules["network"]
    real = torch.as_tensor(data.waves("test")[[0, 2]])
    with torch.no_grad():
        back = stack.fine.decode(stack.fine.encode(real)).numpy()
        prior = stack.prior.nll(stack.coarse.encode(real)).item() / math.log(2)
    assert found["error_fine"] == pytest.approx(spectral_error(back, real.numpy()))
    assert found["prior_bits"] == pytest.approx(prior, rel=1e-5)
    assert found["prior_rate"] == pytest.approx(found["prior_bits"] * 125)
    assert plays.draw(stack, config, 2, dice()).shape == (2, 16_000)


REFUSED = [
    ({"hop": 24}, "doubled|whole hops"),
    ({"fine_hop": 8}, "16 or more"),
    ({"hop": 32}, "more than it"),
    ({"cut": 1000}, "whole hops"),
    ({"beside": 33}, "as many fine codes"),
    ({"codes": 1}, "at least 2"),
    ({"lr": 0.0}, "above 0"),
    ({"restart": 3}, "True or False"),
    ({"pretrain": 0}, "at least 1"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_sentence(changes, said):
    with pytest.raises(ValueError, match=said):
        systems.find("dhariwal2020").configure("restart", "smoke", "chorales", **changes)


def test_a_stack_is_written_from_coarse_to_fine():
    torch.manual_seed(0)
    stack = SoundStack(fine_hop=16, codes=8, channels=4, width=8)
    coarse, fine = stack.write(2, 5, dice())
    assert coarse.shape == (2, 5) and fine.shape == (2, 20) and max(coarse.max(), fine.max()) < 8
