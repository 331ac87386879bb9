"""A network of four voices mixed with a table of counts: a note is as likely as the weighted mean of both says."""

import numpy as np
import torch

from ..metrics.counts import chorale_contexts, fit_chorale_counts

#: Shares of the table among which the best is chosen
SHARES = np.linspace(0.02, 0.98, 49)


def measure_mixture(network, data) -> dict:
    """Nats a cell of whole pieces: ``counts_SPLIT``, of the table, and ``mixed_SPLIT``, of the mixture;
    ``table_weight``, the table's share in it.

    The table is counted from the training pieces. The share is chosen on the validation pieces. There, of the pieces
    at even places, the mixture has the share that was best for those at odd ones, and the other way round, so no piece
    chooses its own; test pieces have the share that was best for all of validation.

    Parameters
    ----------
    network : of tokens in the order soprano, bass, alto, tenor, in which the table counts.
    data : :class:`~musicgan_lib.data.voices.VoiceData` of the form ``SBAT``.
    """
    train = zip(data.pieces["train"], data.beside["train"])
    table = fit_chorale_counts([data.decode(*both) for both in train])
    valid, test = (
        [read_both(network, table, data, *both) for both in zip(data.pieces[s], data.beside[s])]
        for s in ("valid", "test")
    )
    even, odd = valid[::2], valid[1::2]
    nats = [mix(even, choose_share(odd)), mix(odd, choose_share(even))]
    share = choose_share(valid)
    return {
        "counts_valid": -np.concatenate(valid, 1)[0].mean(),
        "counts_test": -np.concatenate(test, 1)[0].mean(),
        "mixed_valid": np.concatenate(nats).mean(),
        "mixed_test": mix(test, share).mean(),
        "table_weight": share,
    }


@torch.no_grad()
def read_both(network, table, data, tokens, beside) -> np.ndarray:
    """Log-probabilities of the cells of a piece, ``(2, T * V)``: the table's, then the network's."""
    contexts, symbols = chorale_contexts(data.decode(tokens, beside))
    counted = table.log_prob(contexts, symbols).reshape(data.voices, -1).T.ravel()
    device = next(network.parameters()).device
    told = network.log_prob(torch.as_tensor(tokens)[None].to(device), entropy=False).log_prob[0]
    return np.stack([counted, told.double().cpu().numpy()])


def mix(pieces, share: float) -> np.ndarray:
    """Nats of every cell of the pieces ``(2, N)`` each, of which the first row has this share of the probability."""
    first, second = np.concatenate(pieces, 1)
    return -np.logaddexp(np.log(share) + first, np.log1p(-share) + second)


def choose_share(pieces) -> float:
    """The share among ``SHARES`` by which these pieces are likeliest."""
    return float(SHARES[np.argmin([mix(pieces, share).mean() for share in SHARES])])
