"""What tokens of sound tell, and what a continuation keeps of the sound before it."""

import numpy as np
import torch
from torch.nn import functional

from ..data.instruments import NAMES, add_hiss, play_line, read_pitches
from ..learning.contrast import group_rows
from ..metrics.sound import WHITE, find_tones, spectral_error
from ..metrics.timbre import HOP, describe_timbre, describe_tones, fit_reader, read_labels
from ..models.melody_ear import read_spectra
from ..models.residual_quantizer import find_nearest
from .game import device_of

#: From this share of a frame's power on, what is heard counts as a pitch
CLEAR = 0.5
#: Seed of who plays a twin
TWINS = 32
#: Clips whose reconstructions teach the rule that reads instruments
READ = 96
#: Clips that are sounded from one codebook, from two, and so on
SOUNDED = 32


def make_twins(data, split: str, most: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The first clips of a split played again by another instrument: ``(n, T) float32``, and who plays ``(n,)``."""
    rng, seconds = np.random.default_rng(TWINS), len(data.pieces[split][0]) / data.rate
    players = (
        data.labels(split)[:, 0] + rng.integers(1, len(NAMES), len(data.pieces[split]))
    ) % len(NAMES)
    waves = [
        add_hiss(play_line(line, NAMES[who], data.rate, seconds), rng)
        for line, who in list(zip(data.lines(split), players))[:most]
    ]
    return np.stack(waves), players[:most]


def sounding_pitches(data, split: str, hop: int) -> np.ndarray:
    """The pitch at the middle of each ``hop`` samples of each clip, ``(n, S) int64``; 0 is silence."""
    frames = len(data.pieces[split][0]) // hop
    lines = data.lines(split)
    return np.stack([np.maximum(read_pitches(x, data.rate, hop, frames), 0) for x in lines])


def guess_labels(tokens, labels, asked, kinds: int) -> np.ndarray:
    """The likeliest label of each row of ``asked (m, k)``, by how often each token has each label in ``tokens (n, k)``.

    Naive Bayes: the k tokens of a row speak for themselves, and each place has counts of its own. ``(m,) int64``.
    """
    tokens, asked, labels = (np.asarray(x) for x in (tokens, asked, labels))
    most = max(tokens.max(), asked.max()) + 1
    said = np.log(np.bincount(labels, minlength=kinds) + 1e-9)  # (kinds,)
    said = np.repeat(said[None], len(asked), 0)
    for place in range(tokens.shape[1]):
        counts = np.full((most, kinds), 0.1)
        np.add.at(counts, (tokens[:, place], labels), 1)
        said += np.log(counts / counts.sum(0))[asked[:, place]]
    return said.argmax(1)


def probe_tokens(train, test, labels, kinds: int) -> float:
    """The share of test rows whose label is guessed from their tokens; ``labels`` are those of both."""
    guessed = guess_labels(train, labels[0], test, kinds)
    return float((guessed == np.asarray(labels[1])).mean())


def rate_tails(sounds, rate: int, begin: int, reader, players) -> dict:
    """What sounds ``(n, T)`` keep from sample ``begin`` on, where ``players (n,)`` should play.

    ``timbre``: the share of sounds that this player goes on with. ``clear``: of the time, in which a pitch stands out;
    ``key``: in which it stands out and is of C major; ``kept``: the same *and* by the right player, on average over the
    sounds.
    """
    timbre, clear, key = [], [], []
    for tail in np.asarray(sounds)[:, begin:]:
        pitches, heard, clarity = find_tones(tail, rate, HOP)
        timbre.append(describe_tones(pitches, heard))
        clear.append((clarity >= CLEAR).mean())
        key.append((np.isin(pitches % 12, WHITE) & (clarity >= CLEAR)).mean())
    right = read_labels(reader, np.stack(timbre)) == np.asarray(players)
    found = {"timbre": right, "clear": clear, "key": key, "kept": right * np.array(key)}
    return {name: float(np.mean(values)) for name, values in found.items()}


def fit_timbres(sounds, players, rate: int):
    """The rule that reads instruments from sounds."""
    return fit_reader(np.stack([describe_timbre(x, rate) for x in sounds]), players, len(NAMES))


def measure_codec(network, config, data) -> dict:
    """``spectral_error_Q``: how far test clips lie from what the first Q codebooks give back, 0 is nothing.

    ``in_use``: the share of all codes that name something in the test clips.
    """
    waves = torch.as_tensor(data.waves("test")[: min(config.measure, SOUNDED)])
    codes = network.codec(waves.to(device_of(network)))
    found = {}
    for stage in range(1, config.stages + 1):
        made = network.codec.decode(codes[..., :stage]).cpu().numpy()
        found[f"spectral_error_{stage}"] = spectral_error(made, waves.numpy())
    used = sum(len(codes[..., q].unique()) for q in range(config.stages))
    return found | {"in_use": used / (config.stages * config.codes)}


def measure_tokens(network, config, data, generator) -> dict:
    """What words, codes, and the nearest of as many groups of plain spectra tell of test clips, 40 ms each.

    ``pitch_from_X`` and ``timbre_from_X``: the share of stretches whose pitch or instrument is guessed from their
    tokens (:func:`guess_labels`, learned on training clips).
    ``X_of_twins``: how many tokens are the same where another instrument plays the line. ``nll_words``, ``nll_codes``:
    nats a token of test clips.
    """
    device, hop = device_of(network), network.ear.hop
    waves = {s: torch.as_tensor(data.waves(s)[: 4 * config.measure]) for s in ("train", "test")}
    waves["test"] = waves["test"][: config.measure]
    groups = group_rows(
        read_spectra(waves["train"].to(device)).flatten(0, 1), config.groups, generator
    )

    def read(x):  # tokens of each 40 ms, (n * S, k)
        words, codes = network.read(x.to(device))
        plain = find_nearest(read_spectra(x.to(device)), groups)
        codes = codes.flatten(0, 1).reshape(words.numel(), -1)
        return {"words": words.reshape(-1, 1), "codes": codes, "spectra": plain.reshape(-1, 1)}

    tokens = {s: {k: v.cpu().numpy() for k, v in read(x).items()} for s, x in waves.items()}
    twins = read(torch.as_tensor(make_twins(data, "test", config.measure)[0]))
    pitches = [sounding_pitches(data, s, hop)[: len(x)].ravel() for s, x in waves.items()]
    players = [
        np.repeat(data.labels(s)[: len(x), 0], len(p) // len(x))
        for (s, x), p in zip(waves.items(), pitches)
    ]
    found = {}
    for name in tokens["test"]:
        both = tokens["train"][name], tokens["test"][name]
        found[f"pitch_from_{name}"] = probe_tokens(*both, pitches, 128)
        found[f"timbre_from_{name}"] = probe_tokens(*both, players, 4)
        found[f"{name}_of_twins"] = float((both[1] == twins[name].cpu().numpy()).mean())
    words, codes = network.read(waves["test"].to(device))
    paid = price(network.words(words), words), price(network.codes(codes, words), codes)
    return found | {"nll_words": paid[0].item(), "nll_codes": paid[1].item()}


def measure_continuations(network, config, data, generator) -> tuple[dict, np.ndarray]:
    """What test clips keep that are gone on with after ``prompt`` words; and the sounds ``(n, T)``, prompt and all.

    ``timbre``, ``key`` and ``kept``: see :func:`rate_tails`; ``codec_X`` of the real
    clips as the codec gives them back, ``real_X`` as they are. The rule that reads instruments has learned from
    training clips and their reconstructions.
    """
    device = device_of(network)
    train, test = (torch.as_tensor(data.waves(s)) for s in ("train", "test"))
    many = min(READ, 16 * config.measure)
    train, test = train[:many], test[: config.measure]
    again = network.codec.decode(network.codec(train.to(device))).cpu()
    players = data.labels("train")[:many, 0]
    reader = fit_timbres(
        torch.cat([train, again]).numpy(), np.concatenate([players, players]), data.rate
    )
    words, codes = network.read(test.to(device))
    known = network.codes.per_word * config.prompt
    heard = words[:, : config.prompt], codes[:, :known]
    _, made = network.go_on(*heard, words.shape[1], generator, config.temperature)
    made = torch.cat(
        [codes[:, :known], made[:, known:]], 1
    )  # the prompt is heard as it was, whatever was remembered
    sounds = {"": made, "codec_": codes}
    sounds = {k: network.codec.decode(c).cpu().numpy() for k, c in sounds.items()} | {
        "real_": test.numpy()
    }
    begin, who = config.prompt * network.ear.hop, data.labels("test")[: config.measure, 0]
    found = {}
    for name, heard in sounds.items():
        rated = rate_tails(heard, data.rate, begin, reader, who)
        found |= {name + k: v for k, v in rated.items()}
    return found, sounds[""]


def price(logits, tokens) -> torch.Tensor:
    """Nats a token."""
    return functional.cross_entropy(logits.flatten(0, -2), tokens.flatten())
