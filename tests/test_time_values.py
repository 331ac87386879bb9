"""Times in note values do not know the tempo; four networks that learn together see no future."""

import numpy as np
import pytest
import torch

from musicgan_lib.data import time_values as music
from musicgan_lib.models.streams import StreamModel
from musicgan_lib.notes import Piece, Tempo
from musicgan_lib.notes.midi_files import read_midi
from musicgan_lib.notes.midi_writing import write_midi
from musicgan_lib.representations import time_values

ROWS = [(0, 1, 60, 80), (0, 0.5, 64, 20), (0.5, 1 / 3, 65, 127), (2.25, 9, 62, 64)]


def played(bpm):
    return Piece(ROWS, tempo=(Tempo(0.0, bpm),))


def test_rows_by_hand():
    expected = [[0, 1, 60, 5], [0, 0.5, 64, 1], [0.5, 1 / 3, 65, 7], [1.75, 8, 62, 4]]
    assert np.allclose(time_values.encode(played(100)), expected)


def test_a_score_is_the_same_at_any_tempo(tmp_path):
    """Also where it was written down and read again; counted in seconds it is another one."""
    rows = []
    for bpm in (60, 137):
        write_midi(played(bpm), tmp_path / f"{bpm}.mid")
        rows.append(time_values.encode(read_midi(tmp_path / f"{bpm}.mid")))
    assert np.array_equal(*rows)
    slow, fast = (time_values.encode(played(bpm), "seconds") for bpm in (60, 137))
    assert np.array_equal(slow, rows[0]) and not np.array_equal(slow, fast)
    with pytest.raises(ValueError, match="choose quarters or seconds"):
        time_values.encode(played(60), "beats")


def test_what_was_encoded_comes_back():
    rows = time_values.encode(played(60))
    data = music.number_rows("made", {"train": [rows], "valid": [rows], "test": [rows]}, "")
    tokens = data.pieces["test"][0]
    assert data.stride == 4 and len(tokens) == 16 and np.array_equal(data.to_rows(tokens), rows)
    assert np.array_equal(time_values.encode(data.decode(tokens)), rows)
    unknown = np.array([99, 0, 0, 0])
    assert data.to_rows(unknown)[0, 0] == 1.75  # the longest gap there is
    assert data.symbols_per_word(tokens) == 4


def make(**settings):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        known = {"segment": 2, "memory": 2, "width": 8, "layers": 1}
        return StreamModel((9,), 24, 4, **known | settings).eval()


@pytest.mark.parametrize("settings", [{}, {"hears": "own"}, {"streams": "one"}])
def test_a_token_depends_on_those_before_it_alone(settings):
    network = make(**settings)
    tokens = torch.randint(0, 9, (1, 24), generator=torch.Generator().manual_seed(1))
    logits = network(tokens)
    for step in range(24):
        other = tokens.clone()
        other[:, step] = (other[:, step] + 1) % 9
        assert torch.equal(network(other)[:, : step + 1], logits[:, : step + 1])
        assert torch.allclose(network(tokens[:, : step + 1])[:, step], logits[:, step], atol=1e-6)


def test_who_hears_which_stream():
    """The last note's four tokens, after one token of the note before or of the same note was changed."""
    tokens = torch.randint(0, 9, (1, 12), generator=torch.Generator().manual_seed(1))
    moved = {}
    for name, settings in {"all": {}, "own": {"hears": "own"}}.items():
        network = make(segment=4, **settings)
        moved[name] = []
        for step in (5, 9):  # the durations of the second and of the third note
            other = tokens.clone()
            other[:, step] = (other[:, step] + 1) % 9
            same = (network(other) == network(tokens))[0, 8:].all(-1)
            moved[name].append((~same).int().tolist())
    assert moved == {"all": [[1, 1, 1, 1], [0, 0, 1, 1]], "own": [[0, 1, 0, 0], [0, 0, 0, 0]]}


def test_one_row_has_as_many_weights():
    """To a tenth, in real sizes, and not fewer."""
    counts = [
        sum(p.numel() for p in StreamModel((60,), 128, 4, streams).parameters())
        for streams in ("separate", "one")
    ]
    assert 1 <= counts[1] / counts[0] < 1.1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"streams": "five"}, "choose separate or one"),
        ({"hears": "none"}, "choose all or own"),
        ({"streams": "one", "hears": "own"}, "moves nothing"),
        ({"segment": 24}, "one segment"),
        ({"heads": 3}, "cannot share"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        make(**changes)
