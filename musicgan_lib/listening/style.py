"""How every figure of the book looks, and which colour means what."""

#: One meaning, one colour, everywhere (Okabe and Ito's palette: apart for every common colour vision).
COLOURS = {
    "real": "#0072B2",
    "generated": "#D55E00",
    "baseline": "#7A7A7A",
    "control": "#CC79A7",
    "repaired": "#009E73",
    "highlight": "#E69F00",
    "paper": "#56B4E9",
}

#: Colours of the tracks of a piece, in order, on a light page; the player has twins for a dark one.
TRACKS = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#946A00", "#4B5BC0")


def use_style() -> None:
    """Set matplotlib to the book's look: small, legible, no frame that says nothing.

    A figure as wide as the default is read on a phone without scrolling. Source: ours.
    """
    import matplotlib as mpl

    from .figures import GUIDE, INK

    mpl.rcParams.update(
        {
            "axes.axisbelow": True,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "axes.grid": True,
            "axes.prop_cycle": mpl.cycler(color=list(COLOURS.values())),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlelocation": "left",
            "axes.titlesize": 11,
            "axes.labelsize": 10,
            "figure.constrained_layout.use": True,
            "figure.dpi": 110,
            "figure.facecolor": "white",
            "figure.figsize": (5.4, 2.6),
            "font.size": 10,
            "grid.color": GUIDE,
            "grid.linewidth": 0.7,
            "image.cmap": "cividis",
            "legend.fontsize": 9,
            "legend.frameon": False,
            "lines.linewidth": 1.8,
            "text.color": INK,
            "xtick.color": INK,
            "xtick.labelsize": 9,
            "ytick.color": INK,
            "ytick.labelsize": 9,
        }
    )
