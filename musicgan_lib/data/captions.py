"""What is known of a clip in words: sentences and tags, written from its facts and read as numbers."""

import re

import numpy as np

from .waves import FACTS

#: How a fact is named in a sentence, by its own name
SAID = {
    "low": ("low", "deep"),
    "high": ("high", "bright"),
    "slow": ("slow", "calm"),
    "fast": ("fast", "quick"),
    "major": ("major", "happy"),
    "minor": ("minor", "sad"),
}
SENTENCES = (
    "a {tempo} {mode} tune played {register} on the {instrument}",
    "the {instrument} plays a {register} melody in {mode} and it is {tempo}",
    "{register} {instrument} music with a {tempo} beat in a {mode} key",
)
FORMS = ("sentence", "tags")
_VALUES = [v for values in FACTS.values() for v in values]
#: All words that a caption may have, in the order of their numbers; number 0 fills up
WORDS = (
    "",
    *sorted(
        {w for s in SENTENCES for w in re.sub(r"\{\w+\}", "", s).split()}
        | {w for v in _VALUES for w in SAID.get(v, (v,))}
    ),
)
LONGEST = max(len(s.split()) for s in SENTENCES)


def write_caption(labels, form: str = "sentence", rng=None) -> str:
    """A caption of a clip's four labels; ``rng`` draws sentence and words, without it the first ones are taken.

    ``"tags"`` names the four facts in their order and nothing else. ValueError for another form.
    """
    if form not in FORMS:
        raise ValueError(f"form is {form!r}, one of {', '.join(FORMS)}")
    named = {fact: values[int(k)] for (fact, values), k in zip(FACTS.items(), labels)}
    if form == "tags":
        return " ".join(named.values())
    pick = (lambda n: 0) if rng is None else (lambda n: int(rng.integers(n)))
    said = {fact: SAID.get(v, (v,)) for fact, v in named.items()}
    words = {fact: options[pick(len(options))] for fact, options in said.items()}
    return SENTENCES[pick(len(SENTENCES))].format(**words)


def read_caption(text: str) -> np.ndarray:
    """The numbers of its words, ``(LONGEST,) int64``, filled up with 0; ValueError names a word that is not known."""
    words = re.findall(r"[^\s,.;!?]+", str(text).lower())
    if unknown := [w for w in words if w not in WORDS]:
        raise ValueError(
            f"{unknown[0][:40]!r} is not one of the words that were learned: {', '.join(WORDS[1:])}"
        )
    if not words or len(words) > LONGEST:
        raise ValueError(f"a caption has 1 to {LONGEST} words, this one {len(words)}")
    found = np.zeros(LONGEST, np.int64)
    found[: len(words)] = [WORDS.index(w) for w in words]
    return found
