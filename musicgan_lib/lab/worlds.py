"""Three worlds in which to ask whether an adversary helps: exact, with an oracle, and of music.

Each function returns rows for a record (``system``, ``metrics``, perhaps ``control`` and ``split``), one
world and one seed a call. ``python -m musicgan_lib.lab.worlds WORLD --seeds 11 12 13`` runs
what is not recorded yet; the settings and the primary metric are in the protocol beside the results.
"""

import copy
import time

import torch
from torch.nn import functional as F

from ..evaluation.judge import RECIPE, judge
from ..learning import baselines, policy_gradient, reweighting
from ..models.seqgan import TextCNN, WordPolicy
from .exact_world import descend, run_exact
from .melodies import music_words, split_tunes

SLUG = "when_adversaries_help"
LAST = {"exact": "best_of 8", "oracle": "rl_kl 0", "music": "temperature 0.9"}  # a seed is done
WIDTHS = (1, 2, 3, 4, 6, 8)  # of the discriminator's convolutions, in words
#: Steps and sizes of the oracle's and the music world, as recorded, and for trying them out.
FULL = {
    "hidden": 16, "bigger": 64, "lm": 1200, "more": 700, "d": 400, "rl": 300, "rl_batch": 128,
    "pool": 20_000, "proposals": 30_000, "kept": 4096,
}  # fmt: skip
TINY = {
    "hidden": 8, "bigger": 16, "lm": 120, "more": 20, "d": 60, "rl": 6, "rl_batch": 32,
    "pool": 2000, "proposals": 3000, "kept": 256,
}  # fmt: skip


class Bench:
    """One generator, its discriminator and its seeds: what the oracle's and the music world share.

    ``train, valid (N, T)`` windows. Every part draws from a generator of its own, so a part that is left
    out changes no other. ``seconds``: processor seconds of each part, for the ledger.
    """

    def __init__(self, train, valid, n_symbols: int, sizes: dict, seed: int):
        self.train, self.valid, self.n_symbols = train, valid, n_symbols
        self.sizes, self.seed, self.seconds = sizes, seed, {}
        self.length = train.shape[1]

    def generator(self, part: int):
        return torch.Generator().manual_seed(1000 * self.seed + part)

    def timed(self, name, fn, *args):
        began = time.process_time()
        found = fn(*args)
        self.seconds[name] = time.process_time() - began
        return found

    def build(self, maker, part: int):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1000 * self.seed + part)
            return maker()

    def likelihood(self, policy, steps: int, part: int, lr=5e-3):
        """Train by maximum likelihood, keep the best on the validation windows."""
        g = self.generator(part)

        def loss():
            return policy.nll(self.train[torch.randint(len(self.train), (64,), generator=g)])

        descend(list(policy.parameters()), loss, steps, lr, 0.01, lambda: nats(policy, self.valid))
        return policy

    def language_model(self, hidden: int, part: int):
        policy = self.build(lambda: WordPolicy((self.n_symbols,), 32, hidden), part)
        return self.likelihood(policy, self.sizes["lm"], part)

    def discriminator(self, policy, part: int = 3):
        """Real windows against samples by BCE, the best on the validation windows; dropout 0.3."""
        g, n = self.generator(part), self.sizes["pool"]
        make = lambda: TextCNN((self.n_symbols,), 32, WIDTHS, (32,) * len(WIDTHS), 0.3)  # noqa: E731
        net = self.build(make, part)
        pool = policy.sample(n, self.length, g).actions
        held = policy.sample(min(n, 4000), self.length, g).actions

        def bce(real, fake):
            return F.softplus(-net.score(real)).mean() + F.softplus(net.score(fake)).mean()

        def loss():
            net.train()
            real = self.train[torch.randint(len(self.train), (128,), generator=g)]
            return bce(real, pool[torch.randint(n, (128,), generator=g)])

        def check():
            net.eval()
            with torch.no_grad():
                return float(bce(self.valid[:4000], held))

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1000 * self.seed + part)  # dropout knows no other generator
            descend(list(net.parameters()), loss, self.sizes["d"], 2e-3, 0.01, check)
        net.eval()
        w = reweighting.fit_energy_scale(scores(net, self.valid), scores(net, held), 2.0)
        return lambda windows: w * scores(net, windows)

    def reinforce(self, policy, energy, beta: float, part: int, lr=1e-3):
        """Policy gradient on a frozen energy with a KL leash to where it began; batch-mean baseline."""
        start, policy, g = policy, copy.deepcopy(policy), self.generator(part)

        def loss():
            actions = policy.sample(self.sizes["rl_batch"], self.length, g).actions
            out = policy.log_prob(actions, entropy=False)
            with torch.no_grad():
                reference = start.log_prob(actions, entropy=False).log_prob
            reward = policy_gradient.terminal_reward(energy(actions).float(), self.length)
            back = policy_gradient.kl_return(reward, out.log_prob, reference, beta)
            return policy_gradient.reinforce_loss(out.log_prob, baselines.batch_mean(back))

        descend(list(policy.parameters()), loss, self.sizes["rl"], lr)
        return policy


@torch.no_grad()
def scores(net, windows):
    """Logits of many windows, ``(N,)``."""
    return torch.cat([net.score(part) for part in windows.split(1024)])


@torch.no_grad()
def nats(policy, windows) -> float:
    """Nats a word."""
    return sum(float(policy.nll(p)) * len(p) for p in windows.split(1024)) / len(windows)


@torch.no_grad()
def tempered(policy, temperature: float):
    """The same policy at another temperature, as a policy of its own, so that its likelihood is exact."""
    policy = copy.deepcopy(policy)
    for parameter in policy.heads[0].parameters():
        parameter /= temperature
    return policy


def run_music(tunes, n_symbols: int, seed: int, sizes=FULL, length=32, judges=(0,), recipe=RECIPE):
    """Plain generator, what an adversary makes of it, and what the same seconds buy otherwise.

    ``judges``: seeds of the independent judge; empty for no judge. Yields one row a system, as it is done.
    """
    parts = split_tunes(tunes, length)
    words = {k: torch.as_tensor(w.words) for k, w in parts.items()}
    bench = Bench(words["A"], words["S"][:2000], n_symbols, sizes, seed)
    real = {"train": parts["J"], "select": parts["K"], "test": parts["T"]}

    def row(system, samples, seconds, **metrics):
        if judges:
            found = judge(real, samples.numpy(), n_symbols=n_symbols, seeds=judges, recipe=recipe)
            metrics |= found.metrics()
        metrics["extra_cpu_s"] = seconds
        return {"system": system, "variant": "music", "split": "test", "metrics": metrics}

    def plain(system, policy, seconds):
        samples = policy.sample(sizes["kept"], length, bench.generator(9)).actions
        return row(system, samples, seconds, nll=nats(policy, words["T"]))

    start = bench.timed("lm", bench.language_model, sizes["hidden"], 1)
    more = (copy.deepcopy(start), sizes["more"], 2, 1e-3)
    yield plain("control", bench.timed("more", bench.likelihood, *more), bench.seconds["more"])
    energy = bench.timed("d", bench.discriminator, start)
    drawn = start.sample(sizes["proposals"], length, bench.generator(5)).actions
    e = energy(drawn)
    gain, error = reweighting.residual_gain(energy(words["T"]), e, parts["T"].tune)
    kept = drawn[reweighting.importance_resample(e, sizes["kept"], bench.generator(6))]
    share = reweighting.effective_sample_size(e) / len(e)
    about = {"gain": gain, "gain_error": error, "effective_share": share}
    about["nll"] = nats(start, words["T"]) - gain / length
    yield row("ebm", kept, bench.seconds["d"], **about)
    best = reweighting.best_of(start, energy, sizes["kept"], 4, length, bench.generator(9))
    yield row("best_of 4", best, bench.seconds["d"])
    bigger = bench.timed("bigger", bench.language_model, sizes["bigger"], 8)
    yield plain("bigger lm", bigger, bench.seconds["bigger"] - bench.seconds["lm"])
    leashed = bench.timed("rl", bench.reinforce, start, energy, 1.0, 7)
    yield plain("rl_kl 1", leashed, bench.seconds["d"] + bench.seconds["rl"])
    yield plain("temperature 0.9", tempered(start, 0.9), 0.0)


def run_oracle(seed: int, sizes=FULL, symbols=50, length=8, n=20_000) -> list[dict]:
    """A random LSTM is the truth, so the best possible judge is known; a generator of four cells learns it.

    ``bayes_accuracy`` is that judge's, ``nll`` nats a window of the truth, ``oracle_nll`` those of the samples
    under the truth, which is SeqGAN's metric. The filter's samples are those of the reweighted generator, by
    importance weights. Source: Yu et al. (2017), section 4, made smaller; the judge is ours.
    """
    g = torch.Generator().manual_seed(10_000 + seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(10_000 + seed)
        oracle = WordPolicy((symbols,), 32, 32, init_std=1.0)
    train, valid, test = (oracle.sample(k, length, g).actions for k in (50_000, 4000, n))
    bench = Bench(train, valid, symbols, sizes | {"bigger": 8}, seed)
    truth_on_test = log_prob(oracle, test)

    def row(system, policy, seconds=0.0, energy=None):
        drawn = policy.sample(n, length, bench.generator(9)).actions
        add = [energy(x).double() if energy else torch.zeros(n) for x in (test, drawn)]
        log_z = reweighting.log_partition(add[1])
        on_test = log_prob(policy, test) + add[0] - log_z
        on_drawn = log_prob(policy, drawn) + add[1] - log_z
        truth, weight = log_prob(oracle, drawn), torch.softmax(add[1].double(), 0)
        right = surer(truth_on_test, on_test).mean() + weight @ surer(on_drawn, truth)
        metrics = {
            "bayes_accuracy": float(right) / 2,
            "nll": -float(on_test.mean()),
            "oracle_nll": -float(weight @ truth),
            "entropy": -float(weight @ on_drawn),
            "extra_cpu_s": seconds,
        }
        return {"system": system, "variant": "oracle", "split": "test", "metrics": metrics}

    start = bench.timed("lm", bench.language_model, 4, 1)
    more = (copy.deepcopy(start), sizes["more"], 2, 1e-3)
    rows = [row("truth", oracle), row("mle", start)]
    rows.append(row("control", bench.timed("more", bench.likelihood, *more), bench.seconds["more"]))
    rows += [row(f"temperature {t}", tempered(start, t)) for t in (0.9, 0.8, 0.7)]
    energy = bench.timed("d", bench.discriminator, start)
    rows.append(row("ebm", start, bench.seconds["d"], energy))
    for beta in (1.0, 3.0, 0.0):
        rl = bench.timed("rl", bench.reinforce, start, energy, beta, 7, 2e-3)
        rows.append(row(f"rl_kl {beta:g}", rl, bench.seconds["d"] + bench.seconds["rl"]))
    return rows


def surer(a, b):
    """1 where a is larger, 0 where b is, 0.5 where they are equal."""
    return ((a > b).double() + (a >= b).double()) / 2


@torch.no_grad()
def log_prob(policy, windows):
    """Log-probability of whole windows, ``(N,)`` nats in float64."""
    parts = (policy.log_prob(p, entropy=False).log_prob for p in windows.split(1024))
    return torch.cat([part.double().sum(1) for part in parts])


def main(arguments=None) -> None:
    """Run what is not recorded yet, and write after every system, so that it can be stopped at any time."""
    import argparse

    from .. import corpora
    from ..checkout import root
    from ..experiments import records, runs

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("world", choices=("exact", "oracle", "music"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    path = root() / "results" / "papers" / SLUG / f"{chosen.world}.json"
    done = records.read(path) if path.is_file() else []
    corpus = "nottingham" if chosen.world == "music" else "none"
    for seed in chosen.seeds:
        if (seed, LAST[chosen.world]) in [(r["seed"], r["system"]) for r in done]:
            continue
        done = [r for r in done if r["seed"] != seed]  # what was stopped half-way begins again
        run = runs.begin(
            SLUG, profile="cpu", seed=seed, corpus=corpus, variant="default", out=path.parent,
            corpora=(corpus,),
        )  # fmt: skip
        if chosen.world == "music":
            tunes = [p for s in ("train", "valid", "test") for p in corpora.load("nottingham", s)]
            words, kinds = music_words(tunes)
            found = run_music(words, len(kinds), seed)
        else:
            found = run_exact(12, seed) if chosen.world == "exact" else run_oracle(seed)
        command = f"python -m musicgan_lib.lab.worlds {chosen.world} --seeds {seed}"
        steps = 0 if chosen.world == "exact" else FULL["lm"]
        for one in [found] if isinstance(found, list) else ([row] for row in found):
            done += [run._complete(row | {"command": command, "steps": steps}) for row in one]
            records.write(done, path)


if __name__ == "__main__":
    main()
