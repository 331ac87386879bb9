"""Made music: what comes back does so at its lag, and its likelihood is known."""

import numpy as np
import pytest
import torch

from musicgan_lib.data import motifs
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.evaluation import nll
from musicgan_lib.models.token_model import TokenModel
from musicgan_lib.systems import find

DATA, LAG = encode_tokens("motifs"), motifs.LAGS["motifs"]
SAME = 1 - motifs.RENEWED + motifs.RENEWED / motifs.PITCHES


class Knows(TokenModel):
    """Who made the music, and looks so far back."""

    def __init__(self, lag):
        super().__init__()
        self.lag, self.none = lag, torch.nn.Parameter(torch.zeros(()))

    def forward(self, tokens):
        p = torch.full((*tokens.shape, motifs.PITCHES), 1 / motifs.PITCHES)
        p[:, self.lag :] = motifs.RENEWED / motifs.PITCHES
        p[:, self.lag :].scatter_(-1, tokens[:, : -self.lag, None], SAME)
        return p.log() + self.none


def test_nobody_beats_the_floor_and_who_knows_the_lag_reaches_it():
    pieces = torch.as_tensor(np.stack(DATA.pieces["train"]))
    found = {lag: nll.nll(Knows(lag), pieces, first=LAG) for lag in (LAG - 1, LAG, LAG + 1)}
    assert found[LAG] == pytest.approx(motifs.floor(), abs=0.01)
    assert min(found[LAG - 1], found[LAG + 1]) > 4


def test_the_beginning_is_new_and_no_two_pieces_share_it():
    begun = np.stack([p[:LAG] for part in DATA.pieces.values() for p in part])
    assert len(np.unique(begun, axis=0)) == len(begun) == sum(motifs.PIECES.values())
    often = np.bincount(begun.ravel(), minlength=motifs.PITCHES) / begun.size
    assert len(often) == motifs.PITCHES and np.allclose(often, 1 / motifs.PITCHES, atol=0.01)


def test_motifs_are_music_that_is_the_same_everywhere():
    piece = DATA.decode(DATA.pieces["test"][0])
    assert len(piece) == motifs.LENGTH and np.ptp(piece.notes["duration"]) == 0
    assert DATA.data_hash == "737bbb980b952134" and DATA.stride == 1
    with pytest.raises(ValueError, match="change none"):
        encode_tokens("motifs", keys=3)


def test_what_stands_past_the_length_of_training_is_measured_where_the_music_is_so_long():
    card = find("huang2018")
    game, config = card.game, card.configure("relative", "smoke", "motifs", measure=256)
    state = game.build(config, DATA, 0)
    state.modules["network"] = Knows(LAG)
    found, _ = game.measure(state, config, DATA, torch.Generator().manual_seed(0))
    begun = LAG * np.log(motifs.PITCHES) + (config.length - LAG) * motifs.floor()
    for split in ("valid", "test"):
        assert found[f"nll_{split}"] == pytest.approx(begun / config.length, abs=0.02)
        assert found[f"nll_{split}_beyond"] == pytest.approx(motifs.floor(), abs=0.02)
    with pytest.raises(ValueError, match="choose length \\+ beyond=256 or less"):
        game.build(card.configure("relative", "smoke", "motifs", beyond=225), DATA, 0)
