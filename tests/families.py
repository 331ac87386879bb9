"""Every system in small: which of a preset's variants are enough to meet each of its settings,
and steps cut to three.
"""

import functools

import rotation

from musicgan_lib import systems

#: A preset's phases; each is cut to three steps
PHASES = (
    "pretrain", "pretrain_discriminator", "adversarial", "notes", "tune", "denoise", "windows", "steps",
    "codec", "pairs", "towers", "writing",
)  # fmt: skip
STEPS = 3
#: Sizes to try in this order: the first that a preset's settings allow is taken
SMALL = {
    "length": (8, 32, 64), "bars": (3,), "hidden": (8,), "embedding": (4,), "batch": (4,), "pretrain_batch": (4,),
    "check_every": (2,), "checked": (4,), "width": (4,), "discriminator_steps": (1,), "pool": (8,), "measure": (4,),
    "time_units": ((4, 4),), "note_units": ((4, 4),), "filters": (4,), "discriminator_units": (4,),
    "discriminator_filters": (4,),
    "discriminator_batch": (4,), "rl_batch": (4,), "ce_batch": (2,),
}  # fmt: skip


#: Music that is here, whatever is not: the embedded tunes, music21's chorales, then what is made on the spot.
HERE = (
    "tunes",
    "chorales",
    "motifs",
    "blues",
    "cantus",
    "stations",
    "themes",
    "unheard_forms",
    "oracle_50",
    "oracle_500",
    "oracle_5000",
)


def choose_corpus(system) -> str:
    """The first of :data:`HERE` that a system reads; ValueError where it reads none of them."""
    for name in HERE:
        if name in system.corpora:
            return name
    raise ValueError(
        f"{system.id} reads no music that is always here: give it one of {', '.join(HERE)}"
    )


def cut(system, variant, profile="smoke", corpus=None, configure=None, **changes):
    """The changes that make a variant small, and its settings with them;
    ``configure`` is the preset's own where it was replaced.
    """
    corpus, configure = corpus or choose_corpus(system), configure or system.configure
    config = configure(variant, profile, corpus, **changes)
    fields = config.__dataclass_fields__
    own = {k: min(STEPS, getattr(config, k)) for k in PHASES if k in fields}
    config = configure(variant, profile, corpus, **changes | own)
    for name in (n for n in SMALL if n in fields and n not in changes):
        for size in SMALL[name]:
            try:
                config = configure(variant, profile, corpus, **changes | own | {name: size})
            except ValueError:  # not with this variant's other settings
                continue
            own[name] = size
            break
    if config.steps > STEPS * len(PHASES):
        raise ValueError(f"{system.id} does {config.steps} steps: add its phases to PHASES")
    return changes | own, config


def _kind(value):
    return value if isinstance(value, (str, bool)) else bool(value)


@functools.cache
def find_families(name: str) -> list[str]:
    """The fewest variants (found one after the other) in which each setting is met in every kind:
    a word, on, or off.
    """
    system = systems.find(name)
    met = {}
    for variant in system.variants:
        config = system.configure(
            variant, "smoke", choose_corpus(system), **loosen(system, variant)
        )
        met[variant] = {(k, _kind(getattr(config, k))) for k in config.__dataclass_fields__}
    left, found = set().union(*met.values()), []
    while left:
        found.append(max(met, key=lambda variant: len(met[variant] & left)))
        left -= met[found[-1]]
    return found


def loosen(system, variant) -> dict:
    """What a variant needs at the smallest profile: a window that holds the bars that it looks back at."""
    for changes in ({}, {"length": 64, "bars": 4}, {"length": 128, "bars": 6}):
        try:
            system.configure(variant, "smoke", choose_corpus(system), **changes)
        except ValueError as reason:
            refused = reason
            continue
        return changes
    raise refused


def every() -> list[tuple[str, str]]:
    """All families of all systems: a new one joins by itself."""
    return [(name, variant) for name in systems.names() for variant in find_families(name)]


def fullest(name: str) -> str:
    """The family of a preset that goes through the most steps."""
    system = systems.find(name)
    return max(find_families(name), key=lambda v: cut(system, v, **loosen(system, v))[1].steps)


def every_variant() -> list[tuple[str, str]]:
    """All variants of all systems, alike in their settings or not."""
    return [(name, variant) for name in systems.names() for variant in systems.find(name).variants]


def chosen(pairs=None) -> list[tuple[str, str]]:
    """A dozen by the commit, however many there are; all where ``MUSICGAN_WEEKLY`` is set.

    ``pairs`` of system and variant to choose from; by default :func:`every` family.
    """
    return rotation.pick(pairs or every(), 12)
