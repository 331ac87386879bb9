"""Notes in a row, an encoder that restores them, and readers that answer questions about notes and pieces."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import note_tasks as music
from musicgan_lib.games import note_tasks
from musicgan_lib.learning import fit
from musicgan_lib.learning.note_masks import hide_notes
from musicgan_lib.metrics import answers as measures
from musicgan_lib.models.note_encoder import NoteEncoder
from musicgan_lib.models.note_reader import NoteReader
from musicgan_lib.notes import Metre, Piece, Track

SMALL = {"length": 8, "width": 8, "heads": 2, "layers": 1, "batch": 4, "pretrain": 3, "tune": 2}
SMALL |= {"labelled": 4, "measure": 6}
CARD = systems.find("chou2021")


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make_piece(seed=0, title="", tracks=2, notes=40):
    rng = np.random.default_rng(seed)
    rows = [
        (k // 2 / 2, 0.5, int(rng.integers(50, 80)), int(rng.integers(1, 128)), k % tracks)
        for k in range(notes)
    ]
    return Piece(rows, tuple(Track(str(k)) for k in range(tracks)), title=title)


def make_data(corpus="chorales", length=8):
    loaded = {}
    for k, split in enumerate(("train", "valid", "test")):
        loaded[split] = [(make_piece(10 * k + i), corpus) for i in range(3)]
        if corpus == "chorales":
            loaded[split] += [(make_piece(10 * k + i), "palestrina") for i in range(3, 6)]
            titles = ("A -- Reel", "B -- JIG", "C -- Hornpipe", "The Reel of D")
            loaded[split] += [(make_piece(i, title, 1), "folk") for i, title in enumerate(titles)]
    return music.make_tasks(corpus, loaded, "none", length)


def begin(**changes):
    config = CARD.configure("tuned", "smoke", "chorales", **SMALL | changes)
    data = make_data()
    return config, data, CARD.game.build(config, data, 1)


def train(config, data, state, steps=None):
    fit.fit(state, CARD.game.make_step(config, data), config.steps if steps is None else steps)
    return state


def same(a, b, far=0.0) -> bool:
    pairs = zip(a.state_dict().values(), b.state_dict().values())
    return all(torch.allclose(x, y, rtol=0, atol=far) for x, y in pairs)


def test_notes_are_listed_by_hand():
    notes = [(0, 1, 60, 80, 0), (1, 2, 62, 70, 0), (1, 1, 67, 60, 1), (3.02, 9, 64, 50, 1)]
    metre = (Metre(0, 1, 4), Metre(1, 3, 4))
    piece = Piece(notes, (Track("a"), Track("b")), metre)
    listed = music.list_notes(piece)
    assert listed.rows.tolist() == [[1, 0, 60, 3], [1, 0, 67, 3], [0, 0, 62, 7], [0, 8, 64, 31]]
    assert listed.track.tolist() == [0, 1, 0, 1] and listed.velocity.tolist() == [80, 60, 70, 50]
    assert music.ask_melody(piece, listed).tolist() == [1, 0, 1, 0]
    assert music.ask_melody(make_piece(tracks=1, notes=2), listed).tolist() == [-1] * 4


def test_stretches_stand_side_by_side_and_the_last_one_is_filled_up():
    found = music.cut_stretches(np.arange(10), 4)
    assert [part.tolist() for part in found] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, -1, -1]]
    assert len(music.cut_stretches(np.arange(9), 4)) == 2
    assert music.cut_stretches(np.arange(1), 4)[0].tolist() == [0, -1, -1, -1]


def test_a_dance_is_what_the_title_ends_with():
    named = {"X -- Reel": 0, "IRISH JIGS": 2, "A -- hornpipe.": 1, "Reel of Y": -1, "": -1}
    assert {t: music.name_dance(make_piece(title=t)) for t in named} == named


def test_each_question_is_asked_of_the_music_that_answers_it():
    data = make_data()
    melody, composer, dance = (data.find_task(n) for n in ("melody", "composer", "dance"))
    assert composer.answers["test"].tolist() == [0] * 15 + [1] * 15 + [-1] * 20
    assert dance.answers["test"].tolist() == [-1] * 30 + [0] * 5 + [2] * 5 + [1] * 5 + [-1] * 5
    assert set(melody.answers["test"][:30].ravel()) == {0, 1}
    assert (melody.answers["test"][30:] == -1).all()
    assert data.playable["test"].tolist() == [True] * 15 + [False] * 35
    with pytest.raises(ValueError, match="has no task 'mood'; it has melody, composer, dance"):
        data.find_task("mood")
    with pytest.raises(ValueError, match="no tasks for 'tunes'; there are tasks for chorales"):
        music.encode_tasks("tunes", 8)


def test_loudnesses_are_bounded_by_training_pieces_alone():
    data = make_data("pop909")
    velocity = data.find_task("velocity")
    counts = np.bincount(velocity.answers["train"].ravel())
    assert len(counts) == 6 and counts.min() >= 18 and counts.max() <= 22  # 120 notes
    loud = {s: [(make_piece(1), "pop909")] for s in ("train", "valid", "test")}
    loud["test"] = [(Piece([(0, 1, 60, 127, 0), (0, 1, 50, 1, 1)], (Track(), Track())), "pop909")]
    found = music.make_tasks("pop909", loud, "none", 4).find_task("velocity")
    assert found.answers["test"].tolist() == [[5, 0, -1, -1]]


def test_a_note_is_hidden_with_all_that_is_said_of_it_or_not_at_all():
    notes = torch.zeros(50, 40, 4, dtype=torch.int64)
    notes[:, -5:] = -1
    hidden = hide_notes(notes, 0.2, dice())
    assert (hidden == hidden[..., :1]).all() and not hidden[:, -5:].any()
    assert abs(hidden[:, :-5].float().mean() - 0.2) < 0.03


def test_a_row_is_answered_by_what_its_own_notes_say():
    torch.manual_seed(0)
    encoder = NoteEncoder(music.SIZES, 8, 8, 2, 1)
    notes = torch.as_tensor(make_data().windows["train"][:2])
    for of, shape in (("note", (2, 8, 3)), ("piece", (2, 3))):
        assert NoteReader(encoder, 3, of)(notes).shape == shape
    reader = NoteReader(encoder, 3, "piece")
    fewer = notes.clone()
    fewer[:, 5:] = -1
    assert torch.allclose(reader(fewer), reader(fewer[:, :5]), atol=1e-6)
    assert not torch.allclose(reader(fewer), reader(notes), atol=1e-6)
    with pytest.raises(ValueError, match="choose note, piece"):
        NoteReader(encoder, 3, "bar")


def test_tuning_begins_where_learning_music_ended():
    config, data, state = begin(tune_lr=1e-30)
    untaught = CARD.game.build(config, data, 1).modules
    train(config, data, state)
    for task in data.tasks:
        reader = state.modules[task.name]
        assert same(reader.encoder, state.modules["network"], 1e-9)
        assert not same(reader.encoder, untaught[task.name].encoder)
    config, data, state = begin(tune_lr=1e-30, start="random")
    train(config, data, state)
    for task in data.tasks:
        assert same(state.modules[task.name].encoder, untaught[task.name].encoder, 1e-9)


def test_a_frozen_encoder_stays_and_what_stands_on_it_moves():
    config, data, state = begin(frozen=True, tune_lr=0.1)
    before = CARD.game.build(config, data, 1).modules
    train(config, data, state)
    for task in data.tasks:
        reader = state.modules[task.name]
        assert same(reader.encoder, state.modules["network"])
        assert not same(reader.answer, before[task.name].answer)
    config, data, state = begin(tune_lr=0.1)
    train(config, data, state)
    assert not same(state.modules["melody"].encoder, state.modules["network"])


def test_other_variants_share_the_music_that_was_learned():
    config, data, state = begin()
    first = CARD.game.shared_phase(config)
    assert first.steps == config.pretrain == 3
    for changes in ({"frozen": True}, {"start": "random"}, {"labels": "permuted"}, {"labelled": 9}):
        assert CARD.game.shared_phase(begin(**changes)[0]) == first
    train(config, data, state, config.pretrain)
    alone = train(first, data, CARD.game.build(first, data, 1))
    assert fit.weights_hash(state.modules["network"]) == fit.weights_hash(alone.modules["network"])


def test_answers_of_others_come_as_often_and_tell_nothing():
    answers = torch.as_tensor(np.random.default_rng(0).integers(0, 3, (200, 20)))
    answers[:, -2:] = -1
    others = answers.roll(1, 0)
    given = note_tasks.give_others(answers, others, dice())
    assert ((given == -1) == (answers == -1)).all() and len(given.unique()) == 4
    there = answers >= 0
    assert abs((given[there] == answers[there]).float().mean() - 1 / 3) < 0.03


def test_classes_weigh_the_same_however_often_they_come():
    weights = note_tasks.weigh_classes(torch.tensor([0, 0, 0, 1, -1, -1]), 3)
    assert weights.tolist() == pytest.approx([4 / 9, 4 / 3, 0])


def test_keys_move_pitches_and_nothing_else():
    notes = torch.as_tensor(make_data().windows["train"])
    moved = note_tasks.move_keys(notes, 3, dice())
    apart = moved - notes
    assert not apart[..., [0, 1, 3]].any() and apart[..., 2].abs().max() == 3
    there = notes[..., 2] >= 0
    assert (moved[~there] == -1).all()
    assert torch.equal(note_tasks.move_keys(notes, 0, dice()), notes)


def test_shares_are_those_by_hand_and_luck_is_one_over_the_classes():
    wanted, told = [0, 0, 0, 1], [0, 0, 1, 1]
    assert measures.share_right(told, wanted) == 0.75
    assert measures.balance_right(told, wanted) == pytest.approx((2 / 3 + 1) / 2)
    assert measures.balance_right([0] * 4, wanted) == 0.5
    assert np.isnan(measures.balance_right([], [])) and np.isnan(measures.share_right([], []))
    assert measures.find_majority(wanted) == 0
    with pytest.raises(ValueError, match="among none"):
        measures.find_majority([])


def test_the_skyline_calls_the_highest_of_those_that_begin_together():
    begins, position = [1, 0, 0, 1, 0], [0, 0, 2, 0, 0]
    assert measures.call_skyline(begins, position, [60, 67, 50, 40, 40]).tolist() == [0, 1, 1, 1, 0]


def test_what_is_measured_is_of_test_music_and_of_the_reader_asked():
    config, data, state = begin()
    with torch.no_grad():
        for task in data.tasks:  # readers that always say the same
            last = state.modules[task.name].answer[-1]
            last.weight.zero_()
            last.bias.copy_(torch.arange(len(task.classes)) == 1)
    found, samples = CARD.game.measure(state, config, data, dice())
    assert found["balanced_melody"] == found["balanced_composer"] == 0.5
    assert found["balanced_dance"] == pytest.approx(1 / 3)
    assert found["balanced_right"] == pytest.approx((0.5 + 0.5 + 1 / 3) / 3)
    assert samples.shape == (8, 8, 6) and (samples[..., 5][samples[..., 0] >= 0] == 1).all()


def test_settings_that_cannot_be_are_refused():
    for changes, words in (
        ({"start": "new"}, "no start"),
        ({"labels": "none"}, "no labels"),
        ({"share": 0.0}, "above 0 and below 1"),
        ({"labelled": 0}, "at least 1"),
        ({"tune_lr": 0.0}, "above 0"),
        ({"pretrain": 0}, "nothing to begin from"),
    ):
        with pytest.raises(ValueError, match=words):
            CARD.configure("tuned", "smoke", "chorales", **changes)
    data = make_data()
    data.tasks[1].answers["train"][:] = -1
    config = CARD.configure("tuned", "smoke", "chorales", **SMALL)
    with pytest.raises(ValueError, match="no train music of chorales has answers for composer"):
        CARD.game.make_step(config, data)


def test_rows_come_back_as_music_in_bars_of_four():
    data = make_data()
    rows = [[1, 0, 60, 3], [0, 4, 62, 7], [1, 0, 64, 0], [-1, -1, -1, -1]]
    piece = data.decode(rows)
    assert piece.notes["onset"].tolist() == [0, 1, 4]
    assert piece.notes["duration"].tolist() == [1, 2, 0.25]
    some = data.decode(rows, [False, False, True, True])
    assert some.notes["onset"].tolist() == [4] and some.notes["pitch"].tolist() == [64]
    with pytest.raises(ValueError, match="there are 4 rows, and kept has the shape"):
        data.decode(rows, [True])
