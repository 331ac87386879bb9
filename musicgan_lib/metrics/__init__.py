"""Numbers about music: on pieces (``music``), on sets of pieces (``distribution``), on symbols (``text``)."""
