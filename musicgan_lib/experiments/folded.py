"""Tables that a page keeps folded: all numbers of a comparison, for whoever wants to look one up."""

from .tables import Table, compare

#: Columns of metrics that fit a page beside a row's name and its number of seeds.
AT_ONCE = 4


def fold_tables(rows, records, columns, *, said: str = "All numbers") -> Table:
    """What ``tables.compare`` prints of recorded runs, a few columns at a time, below one line that opens.

    Parameters
    ----------
    rows : row -> what it is called; a row is a variant, or ``"variant + control"``. Above them stands real music, where
        the records hold its numbers.
    records : recorded runs, see ``experiments.records``.
    columns : metric -> heading, or metric -> (heading, digits).
    said : the line that opens.

    A note on the edition of the music stands once, at the end. ValueError for no column. Source: ours.
    """
    if not columns:
        raise ValueError("a table without a column tells nothing")
    real, metrics = read_real_music(records), list(columns.items())
    names = ({"real": "real music"} if real else {}) | rows
    parts = []
    for first in range(0, len(metrics), AT_ONCE):
        some = dict(metrics[first : first + AT_ONCE])
        table, _, note = compare(
            dict.fromkeys(names), [*records, *real], some, names=names
        ).partition("\n\n*")
        parts.append(table)
    if note:
        parts.append(f"*{note}")
    return Table("\n\n".join([f"<details><summary>{said}</summary>", *parts, "</details>"]))


def read_real_music(records) -> list[dict]:
    """Real music's own numbers, which every record of a roll game carries, as one row: ``density_real`` is its
    ``density``.

    Its ``mean_w`` is that of other windows of the same pieces: nobody should ask a generator for less. Nothing of no
    record.
    """
    own = records[0]["metrics"] if records else {}
    real = {k.removesuffix("_real"): v for k, v in own.items() if k.endswith("_real")}
    if "mean_w_floor" in own:
        real["mean_w"] = own["mean_w_floor"]
    return [{"variant": "real", "seed": 0, "metrics": real}] if real else []
