"""The word networks: a sampler that is the model, judges that see what they should, roll-outs that are unbiased."""

import pytest
import torch

from musicgan_lib.learning import rollouts
from musicgan_lib.models import sampling
from musicgan_lib.models.fast_words import FastWords
from musicgan_lib.models.seqgan import (
    PrefixDiscriminator,
    TextCNN,
    WordPolicy,
    pack,
    unpack,
)

FORMS = pytest.mark.parametrize("sizes", [(13,), (4, 5, 3)], ids=["published", "factored"])


def make_policy(sizes, seed=0, **options):
    torch.manual_seed(seed)
    return WordPolicy(sizes, embedding=8, hidden=16, **options).eval()


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_packed_word_is_its_fields():
    sizes = (4, 5, 3)
    words = torch.arange(60)
    fields = unpack(words, sizes)
    assert [f.max().item() for f in fields] == [3, 4, 2]
    assert (pack(fields, sizes) == words).all()
    assert len(set(zip(*(f.tolist() for f in fields)))) == 60


@FORMS
def test_the_fast_sampler_is_the_policy(sizes):
    policy = make_policy(sizes)
    drawn = policy.sample(50, 20, generator())
    assert torch.allclose(drawn.log_prob, policy.log_prob(drawn.actions).log_prob, atol=1e-5)


@FORMS
def test_a_step_in_place_is_the_plain_step_to_the_bit_and_keeps_the_memory(sizes):
    policy = make_policy(sizes)
    fast = FastWords(policy)
    with torch.no_grad():
        memory = fast.begin(6)
        for words in torch.randint(60 if len(sizes) > 1 else 13, (5, 6), generator=generator()):
            before = [part.clone() for part in memory]
            after = fast.advance(memory, words)
            assert all(torch.equal(a, b) for a, b in zip(memory, before))
            gates = memory[2][:, : 4 * policy.hidden]
            for table, field in zip(fast.tables, unpack(words, sizes)):
                gates = gates + table[field]
            i, f, g, o = gates.chunk(4, 1)
            c = torch.sigmoid(f) * memory[1] + torch.sigmoid(i) * torch.tanh(g)
            assert torch.equal(after[1], c)
            assert torch.equal(after[0], torch.sigmoid(o) * torch.tanh(c))
            memory = after


@FORMS
def test_words_are_drawn_as_often_as_they_are_likely(sizes):
    policy = make_policy(sizes)
    n_words = torch.tensor(sizes).prod().item()
    every = torch.arange(n_words)[:, None]
    p = policy.log_prob(every).log_prob.exp()[:, 0].detach()
    assert p.sum().item() == pytest.approx(1, abs=1e-5)
    drawn = policy.sample(40_000, 1, generator()).actions[:, 0]
    share = torch.bincount(drawn, minlength=n_words) / len(drawn)
    assert (share - p).abs().max() < 4 * (p * (1 - p) / len(drawn)).sqrt().max()


@FORMS
def test_low_precision_stays_on_the_policy(sizes):
    policy = make_policy(sizes)
    drawn = sampling.run(FastWords(policy, torch.bfloat16), 64, 20, generator())
    off = (drawn.log_prob - policy.log_prob(drawn.actions).log_prob).abs()
    assert off.mean() < 1e-2


def test_a_colder_policy_is_more_sure():
    policy = make_policy((13,))
    with torch.no_grad():
        policy.heads[0].weight.mul_(8)
    cold, warm = (policy.sample(400, 10, generator(), temperature=t) for t in (0.5, 1.0))
    assert cold.log_prob.mean() > warm.log_prob.mean() + 0.1


@FORMS
def test_the_past_alone_decides(sizes):
    policy = make_policy(sizes)
    words = policy.sample(3, 9, generator()).actions
    later = words.clone()
    later[:, 5:] = policy.sample(3, 4, generator(1)).actions
    one, other = policy.log_prob(words), policy.log_prob(later)
    assert torch.equal(one.log_prob[:, :5], other.log_prob[:, :5])
    assert not torch.equal(one.log_prob[:, 5:], other.log_prob[:, 5:])


@FORMS
def test_entropy_is_the_mean_surprise(sizes):
    policy = make_policy(sizes)
    every = torch.arange(int(torch.tensor(sizes).prod()))[:, None]
    out = policy.log_prob(every)
    p = out.log_prob.exp()[:, 0]
    exact = -(p * out.log_prob[:, 0]).sum()
    assert (p * out.entropy[:, 0]).sum().item() == pytest.approx(exact.item(), abs=1e-5)


@FORMS
def test_nll_is_minus_the_mean_log_probability(sizes):
    policy = make_policy(sizes)
    words = policy.sample(5, 7, generator()).actions
    assert policy.nll(words).item() == pytest.approx(-policy.log_prob(words).log_prob.mean().item())


def test_a_prefix_is_kept():
    policy = make_policy((13,))
    prefix = torch.randint(13, (6, 4), generator=generator())
    drawn = policy.sample(6, 9, generator(), prefix=prefix)
    assert (drawn.actions[:, :4] == prefix).all()
    assert torch.allclose(drawn.log_prob, policy.log_prob(drawn.actions).log_prob, atol=1e-5)


@pytest.mark.parametrize(
    "discriminator", [TextCNN((13,), 8, (3, 5), (6, 4)), PrefixDiscriminator((13,), 8, 10)]
)
def test_a_discriminator_scores_each_sequence_for_itself(discriminator):
    discriminator.eval()
    words = torch.randint(13, (6, 9), generator=generator())
    alone = torch.cat([discriminator.score(w[None]) for w in words])
    assert torch.allclose(discriminator.score(words), alone, atol=1e-5)
    assert discriminator.features(words).shape[0] == 6


def test_the_prefix_discriminator_does_not_look_ahead_and_the_other_does():
    words = torch.randint(13, (4, 9), generator=generator())
    later = words.clone()
    later[:, 6:] = (later[:, 6:] + 1) % 13
    prefix = PrefixDiscriminator((13,), 8, 10).eval()
    assert torch.equal(prefix.step_logits(words)[:, :6], prefix.step_logits(later)[:, :6])
    assert not torch.equal(prefix.score(words), prefix.score(later))


def test_a_discriminator_reads_what_is_shorter_than_its_filters():
    assert TextCNN((13,), 8, (20,), (4,)).eval().score(torch.zeros(2, 5, dtype=int)).shape == (2,)


def test_roll_outs_are_unbiased():
    """Two symbols, three steps: the value of every prefix is a sum over what may follow it."""
    policy = make_policy((2,), seed=3)
    table = torch.randn(8, generator=generator(5))

    def score(words):
        return table[words[:, 0] * 4 + words[:, 1] * 2 + words[:, 2]]

    actions = torch.tensor([[1, 0, 1], [0, 1, 1]])
    found = rollouts.monte_carlo_values(policy, score, actions, 8000, generator(), torch.sigmoid)
    ends = torch.cartesian_prod(*[torch.arange(2)] * 3)
    p = policy.log_prob(ends).log_prob.detach()
    for row, seq in zip(found, actions):
        for t in range(3):
            after = (ends[:, : t + 1] == seq[: t + 1]).all(1)
            weight = torch.where(after, p[:, t + 1 :].sum(1).exp(), 0.0)
            exact = (weight * score(ends).sigmoid()).sum()
            assert row[t].item() == pytest.approx(exact.item(), abs=0.01)
            assert t < 2 or row[t].item() == pytest.approx(exact.item(), abs=1e-6)


def test_a_lagging_policy_follows():
    ahead, behind = make_policy((13,), 1), make_policy((13,), 2)
    was = behind.heads[0].weight.clone()
    rollouts.follow(behind, ahead, 0.8)
    assert torch.allclose(behind.heads[0].weight, 0.8 * was + 0.2 * ahead.heads[0].weight)
