"""Sampling, adversarial steps and roll-outs against plain PyTorch, as ratios within one run; one thread.

``python tests/bench_sequences.py``. Sizes of the paper: 3,216 words, embedding 32, LSTM 512, 100 words.
"""

import math
import resource
import statistics
import time

import torch
from baseline_sequences import PlainGame

from musicgan_lib.learning import losses, rollouts
from musicgan_lib.learning import policy_gradient as pg
from musicgan_lib.learning.baselines import leave_one_out
from musicgan_lib.models import sampling
from musicgan_lib.models.fast_words import FastWords
from musicgan_lib.models.seqgan import TextCNN, WordPolicy

N_WORDS, BATCH, LENGTH = 3216, 64, 100
EMBEDDING, HIDDEN = 32, 512
GATES = 4 * HIDDEN
#: The side of the square product whose rate is taken for the machine's
SQUARE = 1536
FACTORED = (400, 40, 24)


def ratio(slow, fast, repeats=3):
    """Median over paired runs of the time of ``slow`` over that of ``fast``, by CPU time."""
    pairs = []
    for _ in range(repeats):
        times = []
        for work in (slow, fast):
            began = time.process_time()
            work()
            times.append(time.process_time() - began)
        pairs.append(times)
    return statistics.median(a / b for a, b in pairs), statistics.median(b for _, b in pairs)


def multiply(*shapes):
    """A function that takes plain products alone; a shape is how often, rows, inner, columns."""
    pairs = [(often, torch.randn(n, k), torch.randn(k, m)) for often, n, k, m in shapes]

    def work():
        for often, left, right in pairs:
            for _ in range(often):
                left @ right

    return work


def bench_rate(fast, batch, wanted):
    """What sampling reaches of the rate of a square product, and of products of its own shape."""
    shape = (LENGTH, batch, HIDDEN, GATES + N_WORDS)
    draws = torch.Generator().manual_seed(0)
    work = lambda: sampling.run(fast, batch, LENGTH, draws)  # noqa: E731
    often = max(1, round(math.prod(shape) / SQUARE**3))
    square, _ = ratio(multiply((often, SQUARE, SQUARE, SQUARE)), work)
    own, _ = ratio(multiply(shape), work)
    reached = square * math.prod(shape) / (often * SQUARE**3)
    print(
        f"   {reached:.2f} of the machine's rate of products (wanted: {wanted}); products of its shape alone reach "
        f"{reached / own:.2f}, and take {own:.2f} of the time"
    )


def bench_sampling(plain):
    def report(label, policy, batch, dtype=torch.float32, wanted=""):
        fast = FastWords(policy, dtype)
        draws = torch.Generator().manual_seed(0)
        times, spent = ratio(
            lambda: plain.generator.sample(batch, LENGTH),
            lambda: sampling.run(fast, batch, LENGTH, draws),
        )
        speed = batch * LENGTH / spent
        print(f"{label}, batch {batch}: {times:.1f} times plain, {speed:,.0f} words/CPU-s {wanted}")
        drawn = sampling.run(fast, 8, LENGTH, draws)
        with torch.no_grad():
            off = (drawn.log_prob - policy.log_prob(drawn.actions).log_prob).abs().max()
        print(f"   log-probabilities off by at most {off:.1e} (wanted: 1e-2)")

    word, factored = WordPolicy((N_WORDS,)).eval(), WordPolicy(FACTORED, 128, 384).eval()
    report("words, fp32", word, BATCH, wanted="(wanted: 2)")
    bench_rate(FastWords(word), BATCH, 0.6)
    report("words, fp32", word, 4 * BATCH)
    bench_rate(FastWords(word), 4 * BATCH, 0.8)
    report("factored, fp32", factored, BATCH, wanted="(wanted: 8)")
    if torch.cpu._is_amx_tile_supported():
        report("words, bf16", word, BATCH, torch.bfloat16, "(wanted: 3.5)")
    else:
        print("words, bf16: not run, this processor has no tiles for it")


def bench_step(plain):
    policy, judge = (
        WordPolicy((N_WORDS,)),
        TextCNN((N_WORDS,), widths=(1, 2, 3, 4, 6, 8, 12, 20), channels=(48,) * 8),
    )
    g, d = (torch.optim.Adam(m.parameters(), 1e-3) for m in (policy, judge))
    real, draws = torch.randint(N_WORDS, (BATCH, LENGTH)), torch.Generator().manual_seed(0)

    def step():
        actions = policy.sample(BATCH, LENGTH, draws).actions
        with torch.no_grad():
            reward = judge.score(actions).sigmoid()
        weight = leave_one_out(pg.reward_to_go(pg.terminal_reward(reward, LENGTH)))
        g.zero_grad()
        pg.reinforce_loss(policy.log_prob(actions, entropy=False).log_prob, weight).backward()
        g.step()
        d.zero_grad()
        losses.discriminator_loss(judge.score(real), judge.score(actions)).backward()
        d.step()

    times, spent = ratio(lambda: plain.step(real), step)
    print(
        f"one adversarial step of {BATCH}: {times:.1f} times plain, {spent:.2f} CPU-s (wanted: 4)"
    )
    many = BATCH * LENGTH
    drawn, forward, backward = (
        [(LENGTH, BATCH, HIDDEN, GATES + N_WORDS)],
        [(LENGTH, BATCH, HIDDEN, GATES), (1, many, EMBEDDING, GATES), (1, many, HIDDEN, N_WORDS)],
        [
            (LENGTH, BATCH, GATES, HIDDEN),
            (1, HIDDEN, many, GATES),
            (1, many, GATES, EMBEDDING),
            (1, EMBEDDING, many, GATES),
            (1, many, N_WORDS, HIDDEN),
            (1, HIDDEN, many, N_WORDS),
        ],
    )
    share, _ = ratio(multiply(*drawn, *forward, *backward), step)
    print(f"   the generator's products alone take {share:.2f} of its time (wanted: 0.75)")


def bench_rollouts():
    size, length, n = 16, 40, 2
    policy, judge = WordPolicy((N_WORDS,)).eval(), TextCNN((N_WORDS,), channels=(64,)).eval()
    actions = policy.sample(size, length, torch.Generator().manual_seed(0)).actions

    def plain():
        for _ in range(n):
            for t in range(1, length):
                memory, words, past = None, None, []
                with torch.no_grad():
                    for k in range(length):
                        x = (
                            policy.embed.start().expand(size, 1, -1)
                            if k == 0
                            else policy.embed(words)[:, None]
                        )
                        y, memory = policy.memory(x, memory)
                        p = torch.softmax(policy.heads[0](y[:, 0]), -1)
                        words = actions[:, k] if k < t else torch.multinomial(p, 1)[:, 0]
                        past.append(words)
                    judge.score(torch.stack(past, 1))

    draws = torch.Generator().manual_seed(0)
    fast = lambda: rollouts.monte_carlo_values(policy, judge.score, actions, n, draws)  # noqa: E731
    times, spent = ratio(plain, fast, 1)
    print(
        f"branched roll-outs: {times:.1f} times re-reading each prefix, {spent:.1f} CPU-s (wanted: 5)"
    )


def bench_memory(steps=10_000):
    policy, judge = WordPolicy((50,), 8, 16), TextCNN((50,), 8, (3,), (8,))
    optimiser, draws = torch.optim.Adam(policy.parameters(), 1e-3), torch.Generator().manual_seed(0)
    seen = {}
    for step in range(1, steps + 1):
        actions = policy.sample(8, 8, draws).actions
        with torch.no_grad():
            weight = pg.reward_to_go(pg.terminal_reward(judge.score(actions), 8))
        optimiser.zero_grad()
        pg.reinforce_loss(policy.log_prob(actions, entropy=False).log_prob, weight).backward()
        optimiser.step()
        if step in (steps // 10, steps):
            seen[step] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first, last = seen.values()
    print(
        f"peak memory after {steps // 10:,} steps {first:.0f} MiB, after {steps:,} {last:.0f} MiB"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    game = PlainGame(N_WORDS)
    bench_sampling(game)
    bench_step(game)
    bench_rollouts()
    bench_memory()
