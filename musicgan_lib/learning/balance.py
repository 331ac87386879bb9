"""When a player sits out, and how long the songs are: what keeps two networks learning from each other."""

RULES = ("as_printed", "balanced", "off")


def freezes(
    d_loss: float, g_loss: float, rule: str = "balanced", ratio: float = 0.7
) -> tuple[bool, bool]:
    """Whether the discriminator and the generator sit out the next update, from the losses of the last one.

    Parameters
    ----------
    d_loss : nats, the sum of its two means (``losses.discriminator_loss``); 2 ln 2 at chance.
    g_loss : nats, non-saturating; ln 2 at chance.
    rule : ``"as_printed"``: whoever has less than ``ratio`` of the other's loss sits out. At chance the
        generator has exactly half, so it is frozen just when nobody is ahead. ``"balanced"`` halves
        ``d_loss`` first. ``"off"``: nobody does.

    Source: Mogren (2016), section 3 ("freezing"); the repair is ours. ValueError for another rule.
    """
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}; choose {', '.join(RULES)}")
    if rule == "off":
        return False, False
    if rule == "balanced":
        d_loss = d_loss / 2
    return d_loss < ratio * g_loss, g_loss < ratio * d_loss


def curriculum(epoch: int, step: int = 4, longest: int = 100) -> int:
    """Cells of the songs in a pre-training epoch, counted from 0: 4, 8, 12, … up to ``longest``.

    Source: Mogren (2016), section 3; the step is that of the published code.
    """
    return min(step * (epoch + 1), longest)


def is_behind(gaps) -> bool:
    """Whether a discriminator is behind: it gives real music less than .1 more than made music, or less than .3 while
    real music itself scores below .8.

    ``gaps``: a pair for each of the last batches, the mean of how much more real music scored than made music (0 where
    it scored less), and the mean score of real music, as probabilities.

    Source: the rule of Anokhin and Nuzhin (2018)'s report.
    """
    gap, real = (sum(pair[i] for pair in gaps) / len(gaps) for i in (0, 1))
    return gap < 0.1 or (real < 0.8 and gap < 0.3)
