"""An answer that is paid for at every note: cuts, rewards and weights by hand, and the expectation that they are."""

import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.learning import losses, prefixes

CARD = systems.find("li2017")
TINY = {
    "pretrain": 2,
    "pretrain_discriminator": 1,
    "adversarial": 2,
    "hidden": 8,
    "measure": 8,
    "batch": 6,
}


def test_cuts_and_what_is_said_there_by_hand():
    cuts = prefixes.draw_cuts(5, 2, 4, torch.tensor([0.0, 0.3, 0.4, 0.99, 1.0]))
    assert cuts.tolist() == [2, 2, 3, 4, 4]
    said = torch.arange(8.0).view(2, 4)
    assert prefixes.read_at(said, torch.tensor([1, 4])).tolist() == [0, 7]
    with pytest.raises(ValueError, match="choose 1 to 4"):
        prefixes.draw_cuts(5, 5, 4, torch.zeros(5))


def test_every_note_of_the_answer_is_paid_after_itself_or_at_the_end():
    said = torch.tensor([[0.0, 1.0, 2.0, 3.0]])
    paid = torch.sigmoid(said)[0]
    assert torch.equal(prefixes.pay_steps(said, 2)[0], paid * torch.tensor([0, 0, 1, 1]))
    at_end = prefixes.pay_steps(said, 2, at_end=True)[0]
    assert torch.equal(at_end, paid[3] * torch.tensor([0, 0, 1, 1]))


def test_what_is_said_of_a_beginning_is_the_mean_of_what_is_said_of_the_whole():
    """At the best answers to whole sequences and to beginnings the slope of the expected lesson is 0."""
    real = torch.tensor([[0, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 1]])
    fake = torch.tensor([[0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 1, 1]])
    key = 2 ** torch.arange(3)
    mean = torch.zeros(4, 8)  # of beginnings of so many notes, by their number
    for k in range(1, 4):
        code = {name: (x[:, :k] * key[:k]).sum(1) for name, x in (("real", real), ("fake", fake))}
        counts = {name: torch.bincount(c, minlength=8).double() for name, c in code.items()}
        mean[k] = counts["real"] / (counts["real"] + counts["fake"])
    whole = torch.cat([real, fake])
    codes = (whole * key).sum(1)
    for k in range(1, 4):  # the mean over the mixture of all that begin so
        begin = (whole[:, :k] * key[:k]).sum(1)
        for c in begin.unique():
            assert torch.isclose(mean[3][codes[begin == c]].mean(), mean[k][c])
    table = torch.logit(mean.clamp(0.01, 0.99)).requires_grad_()
    loss = 0.0
    for k in range(1, 4):
        said = []
        for x in (real, fake):
            steps = torch.stack([table[t, (x[:, :t] * key[:t]).sum(1)] for t in range(1, 4)], 1)
            said.append(prefixes.read_at(steps, torch.full((4,), k)))
        loss = loss + losses.discriminator_loss(*said)
    loss.backward()
    inside = (mean > 0.05) & (mean < 0.95)  # elsewhere the best answer is without end
    assert inside.sum() >= 4 and table.grad[inside].abs().max() < 1e-6


def make(variant="regs", **changes):
    config = CARD.configure(variant, "smoke", "tunes", **TINY | changes)
    data = CARD.game.encode(config, "tunes")
    state = CARD.game.build(config, data, 0)
    material = CARD.game.choose_material(config, data)
    return config, state, CARD.game.choose_signal(config)(config, material), material


def test_openings_are_real_and_earn_nothing():
    config, state, signal, material = make()
    drawn = material.draw(state, 6)
    windows = {tuple(w[:8].tolist()) for piece in material.data.pieces["train"] for w in [piece]}
    assert {tuple(row[:8].tolist()) for row in drawn} <= windows and drawn.shape == (6, 16)
    reading = signal.read(state)
    assert not reading.weight[:, :8].any() and reading.weight[:, 8:].any()
    discriminator = state.modules["discriminator"].eval()
    said = discriminator.step_logits(reading.actions).sigmoid()
    others = (said.sum(0) - said) / 5  # leave one out
    assert torch.allclose(reading.weight[:, 8:], (said - others)[:, 8:], atol=1e-6)
    _, _, at_end, _ = make(paid="end")
    weight = at_end.read(state).weight[:, 8:]
    assert torch.allclose(weight, weight[:, -1:].expand_as(weight))


def test_teacher_forcing_is_of_the_answer_alone():
    config, state, signal, material = make()
    policy = state.modules["policy"].eval()
    before = state.generator.get_state()
    loss = material.likelihood(state, 2.0)
    state.generator.set_state(before)
    words = material.real(config.batch, state.generator)
    log_p = policy.log_prob(words, entropy=False).log_prob
    assert torch.allclose(loss, -2 * log_p[:, 8:].sum()) and signal.likelihood == config.likelihood


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"opening": 16}, "something is left to answer"),
        ({"opening": 0}, "something is left to answer"),
        ({"paid": "never"}, "paid"),
        ({"reward": "probability"}, "leave it prefix"),
        ({"estimator": "kl", "beta": 0.1}, "nothing is summed"),
        ({"discount": 0.9}, "nothing is summed"),
        ({"adversarial": 0, "paid": "end"}, "leave paid"),
        ({"length": 20}, "16 or less"),
        ({"one_key": True}, "pitches in one key"),
    ],
)
def test_what_would_be_ignored_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        CARD.configure("regs", "smoke", "tunes", **changes)
