"""Markov chains and recombined chorales: what makes each the system that it is, and what breaks it."""

import json
from functools import cache

import numpy as np
import pytest
import torch

from musicgan_lib import cli, systems
from musicgan_lib.data import beats
from musicgan_lib.data.melodies import encode_melodies
from musicgan_lib.experiments import training
from musicgan_lib.games import fragment_measures
from musicgan_lib.metrics import voice_motions
from musicgan_lib.metrics.text import BackOffCounts
from musicgan_lib.models.markov import MarkovChain
from musicgan_lib.models.recombination import Composer, FragmentLexicon

#: Three tunes over 0, 1, 2; 3 ends them
TUNES = [[0, 1, 0, 2, 3], [0, 0, 1, 3], [2, 1, 0, 3]]


def count(order, tunes=TUNES, n_symbols=4):
    chain = MarkovChain(tunes, n_symbols, order)
    for tune in tunes:
        chain.read(tune)
    return chain


@cache
def read_music():
    return encode_melodies("chorales"), beats.encode_beats("chorales")


def test_a_table_is_what_was_counted_by_hand():
    chain = count(1)
    assert chain.pasts[:3] == [(3,), (0,), (1,)]
    assert chain.table()[chain.rows[0,]].tolist() == [1, 2, 1, 1]  # 0 -> 0, 1, 1, 2, end
    assert chain.table()[chain.rows[3,]].tolist() == [2, 0, 1, 0]  # how tunes begin
    assert chain.probabilities([2, 0]).tolist() == [0.2, 0.4, 0.2, 0.2]
    sharper = chain.probabilities([0], temperature=0.5)
    assert sharper.tolist() == pytest.approx(np.array([1, 4, 1, 1]) / 7)
    second = count(2)
    assert second.table()[second.rows[3, 0]].tolist() == [1, 1, 0, 0]
    assert count(0).table().tolist() == [[5, 3, 2, 3]]


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_a_tune_costs_the_product_of_its_steps(order):
    """By counting with a dictionary, and with nothing of the class."""
    for a in (0.0, 0.25):
        times: dict = {}
        for tune in TUNES:
            whole = [3] * order + tune
            for t in range(order, len(whole)):
                past = tuple(whole[t - order : t])
                times.setdefault(past, []).append(whole[t])
        product = 1.0
        whole = [3] * order + TUNES[0]
        for t in range(order, len(whole)):
            after = times[tuple(whole[t - order : t])]
            product *= (after.count(whole[t]) + a) / (len(after) + 4 * a)
        assert np.exp(count(order).log_prob(TUNES[0], a).sum()) == pytest.approx(product, rel=1e-9)
    assert count(1).log_prob([1, 2, 3])[1] == -np.inf  # 1 -> 2 never was
    unread = MarkovChain(TUNES, 4, order)
    assert np.allclose(unread.log_prob(TUNES[0], 0.5), -np.log(4))


@pytest.mark.parametrize("order", [1, 2])
def test_what_is_drawn_follows_the_table(order):
    """All cells at once: the chi-square of the whole table lies below what luck exceeds once in a million."""
    chain, rng = count(order), np.random.default_rng(5)
    long, seen = chain.walk(20_000, rng), np.zeros_like(chain.table())
    past = (3,) * order
    for symbol in long.tolist():
        seen[chain.rows[past], symbol] += 1
        past = (3,) * order if symbol == 3 else (*past, symbol)[1:]
    table = chain.table()
    p = table / table.sum(1, keepdims=True)
    assert not seen[p == 0].any()
    wanted = seen.sum(1, keepdims=True) * p
    squares = np.where(p > 0, (seen - wanted) ** 2 / np.where(p > 0, wanted, 1), 0).sum()
    free = int((p > 0).sum() - len(p))
    assert squares < free + 2 * np.sqrt(13.8 * free) + 2 * 13.8  # Laurent and Massart, e**-13.8


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_long_run_spends_its_time_as_the_tunes_did(order):
    """A tune leaves each past as often as it comes to it, so the stationary share is the share in the tunes."""
    chain = count(order)
    share = chain.stationary()
    assert share == pytest.approx(chain.table().sum(1) / chain.table().sum(), rel=1e-9)
    long = chain.walk(40_000, np.random.default_rng(1))
    notes = chain.table().sum(0) / chain.table().sum()
    assert np.bincount(long, minlength=4) / len(long) == pytest.approx(notes, abs=0.02)
    music, _ = read_music()
    melodies = count(1, music.pieces["train"][:40], music.sizes[0])
    counted = melodies.table().sum(1)
    assert melodies.stationary() == pytest.approx(counted / counted.sum(), rel=1e-6, abs=1e-12)


def test_order_0_is_the_same_notes_in_no_order():
    rng = np.random.default_rng(0)
    mixed = [[*rng.permutation(tune[:-1]).tolist(), 3] for tune in TUNES]
    assert count(0, mixed).table().tolist() == count(0).table().tolist()
    assert count(1, mixed).log_prob(TUNES[2], 0.1).sum() != pytest.approx(
        count(1).log_prob(TUNES[2], 0.1).sum()
    )


def test_a_tune_ends_and_can_be_gone_on_with():
    chain, rng = count(2), np.random.default_rng(3)
    for _ in range(50):
        tune = chain.sample(6, rng)
        assert len(tune) == 6 and (np.diff(tune == 3) >= 0).all()  # after the end only the end
    assert {chain.sample(5, rng, start=[0, 1, 0])[3] for _ in range(30)} == {2, 3}
    assert chain.sample(4, rng, start=[2, 1, 0, 3]).tolist() == [2, 1, 0, 3]


@pytest.mark.parametrize(
    ("tune", "order", "why"),
    [
        ([], 1, "this one is empty"),
        ([3], 1, "this one is empty"),
        ([0, 7, 3], 1, "got 7"),
        ([0, -1, 3], 1, "got -1"),
        ([0, 3, 1, 3], 1, "nowhere else"),
        ([0, 1], 1, "nowhere else"),
        ([0, 1, 3], 3, "look back at 0 to 2"),
    ],
)
def test_a_tune_that_cannot_be_counted_is_a_sentence(tune, order, why):
    with pytest.raises(ValueError, match=why):
        MarkovChain([tune], 4, order)


def test_a_past_that_nobody_met_is_a_sentence():
    chain = count(2)
    with pytest.raises(ValueError, match="nothing that was read goes on after"):
        chain.sample(5, np.random.default_rng(0), start=[2, 2])
    with pytest.raises(ValueError, match="build the chain with it"):
        chain.read([1, 1, 1, 3])
    unread = MarkovChain(TUNES, 4, 1)
    for ask in (lambda: unread.sample(4, np.random.default_rng(0)), unread.stationary):
        with pytest.raises(ValueError, match="no tune has been read"):
            ask()
    assert not unread.has_read() and chain.has_read()


def test_melodies_are_whole_and_in_one_key():
    music, _ = read_music()
    assert all(
        (tune[-1] == music.end) and (tune[:-1] < music.end).all() for tune in music.pieces["train"]
    )
    tune = music.pieces["test"][0]
    notes = music.decode(tune).notes
    assert len(notes) and np.array_equal(music.decode([*tune, *tune]).notes, notes)
    assert not len(music.decode([music.end]))


def make_fragments(pieces, closes=None):
    """Fragments of one voice of four equal tokens each; 90 holds. Place is counted from 0 in each piece."""
    cells = np.array([[[p]] * 4 for piece in pieces for p in piece])
    piece = np.repeat(np.arange(len(pieces)), [len(p) for p in pieces])
    place = np.concatenate([np.arange(len(p)) % 4 for p in pieces])
    ends = np.append(piece[1:] != piece[:-1], True)
    first = cells[:, 0]
    return beats.Fragments(cells, first, cells[:, -1], first == 90, place, piece, ends, 90)


def read_all(fragments, match="voices"):
    lexicon = FragmentLexicon(fragments, match)
    for piece in range(int(fragments.piece.max()) + 1):
        lexicon.read(piece)
    return lexicon


def test_a_fragment_follows_only_where_the_composers_own_next_begins_alike():
    parts = make_fragments([[1, 2, 3, 4], [5, 2, 6, 7], [5, 8, 3, 9]])
    composer = Composer(read_all(parts), most=4)
    # after 1 its composer wrote 2 on the second beat: the 2 of the second piece fits, too
    assert composer.list_candidates(0, 1, 9, False).tolist() == [1, 5]
    assert composer.list_candidates(8, 1, 9, True).tolist() == [9]
    assert composer.list_candidates(5, 1, 9, False).tolist() == [6]
    assert Composer(read_all(parts, "place"), most=4).list_candidates(0, 1, 9, False).tolist() == [
        1,
        5,
        9,
    ]
    assert composer.list_candidates(0, 4, 9, False).tolist() == [5]  # four in a row are enough
    assert composer.list_candidates(2, 1, 9, False).tolist() == []  # the last of a piece, too early
    assert composer.list_candidates(2, 1, 1, False).tolist() == [3]
    made = {tuple(composer.compose(4, np.random.default_rng(s)).path) for s in range(40)}
    assert (0, 5, 6, 7) in made and all(len(path) == 4 for path in made)


def test_a_lexicon_without_an_exit_says_so_and_ends():
    parts = make_fragments([[1, 2, 3, 4, 5, 6, 7, 8]])
    made = Composer(read_all(parts), most=4).compose(8, np.random.default_rng(0))
    assert made.path.tolist() == [0, 1, 2, 3]  # no other piece, and no copy beyond four
    assert "broke off after 4 of 8 beats" in made.told
    whole = Composer(read_all(parts), most=8).compose(8, np.random.default_rng(0))
    assert whole.path.tolist() == list(range(8)) and not whole.told
    alone = Composer(read_all(make_fragments([[1], [2]])), most=4)
    assert "broke off after 1 of 5" in alone.compose(5, np.random.default_rng(0)).told


def test_a_composition_goes_back_from_a_dead_end():
    # from 2 both 3 and, in the other piece, 6 may come; 6 leads to a piece's end after two beats
    parts = make_fragments([[1, 2, 3, 4, 5], [9, 2, 6], [8, 7, 3, 4, 1]])
    for seed in range(20):
        made = Composer(read_all(parts), most=4).compose(5, np.random.default_rng(seed))
        assert len(made.path) == 5 and not made.told


def test_signatures_are_what_two_pieces_share_and_stay_whole():
    parts = make_fragments([[1, 2, 3, 4, 5, 6], [0, 2, 3, 4, 7, 8], [1, 2, 6, 4, 5, 9]])
    lexicon = read_all(parts)
    assert np.flatnonzero(lexicon.list_signatures()).tolist() == [1, 7]
    composer, torn = Composer(lexicon, most=5), Composer(lexicon, most=5, signatures=False)
    for seed in range(30):
        one = composer.compose(6, np.random.default_rng(seed))
        for at in one.entered:
            assert one.path[at : at + 3].tolist() in ([1, 2, 3], [7, 8, 9])
    kept = fragment_measures.measure_signatures
    rng = np.random.default_rng(0)
    whole, cut = ([c.compose(6, rng) for _ in range(40)] for c in (composer, torn))
    empty = type("Data", (), {"pieces": {"test": []}})
    assert kept(lexicon, whole, empty)["signatures_kept"] == 1
    assert kept(lexicon, cut, empty)["signatures_kept"] < 1
    once = FragmentLexicon(parts)
    once.read(0)
    assert not once.list_signatures().any()  # one piece shares nothing with itself
    once.read(0)
    assert not once.list_signatures().any() and once.shared.max() == 1


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda p: FragmentLexicon(p, "keys"), "no match 'keys'"),
        (lambda p: FragmentLexicon(p).read(7), "no piece 7"),
        (lambda p: Composer(FragmentLexicon(p)), "no piece has been read"),
        (lambda p: Composer(read_all(p), 3), "most is 3"),
        (lambda p: Composer(read_all(p)).compose(0, np.random.default_rng(0)), "beats is 0"),
    ],
)
def test_what_cannot_be_joined_is_a_sentence(ask, why):
    with pytest.raises(ValueError, match=why):
        ask(make_fragments([[1, 2, 3, 4]]))


def test_beats_are_cut_as_the_music_stands():
    _, music = read_music()
    parts = beats.cut_beats(music, "train")
    assert (np.diff(parts.place)[parts.follows()[:-1]] % 4 == 1).all()
    tokens = music.pieces["train"][0].reshape(-1, 4)
    own = parts.piece == 0
    assert (parts.cells[own].reshape(-1, 4) == tokens[: 4 * own.sum()]).all()
    heard = beats.sound(tokens, music.hold)
    assert (parts.last[own] == heard[3::4][: own.sum()]).all() and (heard != music.hold).all()
    bar = int(np.flatnonzero(music.beside["train"][0].reshape(-1, 6)[:, 0] == 0)[0])
    assert parts.place[own][bar // 4] == 0
    assert beats.sound([[5], [9], [9], [6], [9]], 9).ravel().tolist() == [5, 5, 5, 6, 6]


def test_every_join_moves_as_bach_moved_at_the_same_pitches():
    """Real chorales: what is heard at a join is heard in a chorale that was read, at the same pitches and ties."""
    _, music = read_music()
    parts = beats.cut_beats(music, "train")
    lexicon = FragmentLexicon(parts)
    for piece in range(80):
        lexicon.read(piece)
    follows, rng = parts.follows(), np.random.default_rng(0)
    made = [Composer(lexicon, most=6).compose(24, rng) for _ in range(12)]
    on = np.flatnonzero(follows & (parts.piece < 80))
    bach = {
        (*parts.last[k], *parts.first[k + 1], *parts.held[k + 1], parts.place[k + 1]) for k in on
    }
    for one in made:
        path = one.path
        cells = fragment_measures.spell(parts, path)
        heard = beats.sound(cells, parts.hold).reshape(len(path), 4, 4)
        for at in range(len(path) - 1):
            tied = cells[4 * at + 4] == parts.hold
            join = (*heard[at, -1], *heard[at + 1, 0], *tied, parts.place[path[at + 1]])
            assert join in bach
        joins = np.flatnonzero(fragment_measures.find_joins(parts, path))
        assert np.diff([-1, *joins, len(path) - 1]).max() <= 6  # the bound on what is copied
    free = Composer(read_all(parts, "place"), most=6).compose(24, rng).path
    heard = fragment_measures.list_beat_motions(parts, free)
    assert voice_motions.share_known(heard, set(fragment_measures.list_own_motions(parts))) < 0.6


def test_motions_are_the_same_in_every_key():
    chords = np.array([[72, 67, 64, 48], [71, 67, 62, 55], [-1, 67, 62, 55]])
    moved = voice_motions.list_motions(chords[:-1], chords[1:])
    assert moved == [(24, 19, 16, -1, 0, -2, 7), None]
    assert voice_motions.list_motions(chords[:1] + 5, chords[1:2] + 5) == moved[:1]
    assert voice_motions.share_known([(1,), (2,), None, (1,)], {(1,)}) == pytest.approx(2 / 3)
    assert np.isnan(voice_motions.share_known([None], {(1,)}))
    with pytest.raises(ValueError, match="chords are"):
        voice_motions.list_motions([1, 2], [1, 2])


def run(name, control=None, **changes):
    card = systems.find(name)
    variant = next(iter(card.variants))
    config = card.configure_control(control, variant, "smoke", "chorales", **changes)
    data = read_music()[name == "cope1987"]
    state = card.game.build(config, data, 3)
    step = card.game.make_step(config, data)
    for state.step in range(config.steps):
        step(state)
    state.step = config.steps
    return card.measure(state, config, data, torch.Generator().manual_seed(0))


def test_order_is_worth_a_nat_until_the_table_is_too_thin():
    found = {order: run("jones1981", order=order, steps=150)[0] for order in (0, 1, 2, 4)}
    nll = {order: measured["nll_valid"] for order, measured in found.items()}
    assert nll[1] < nll[2] < nll[0] < nll[4] < found[0]["nll_blind"]
    assert nll[0] - nll[1] > 0.7
    copied = [measured["longest_run"] for measured in found.values()]
    assert copied == sorted(copied) and found[4]["pasts_new"] > 0.3
    assert copied[1] < found[1]["longest_run_real"] < copied[3]
    assert found[4]["nll_backoff"] < nll[1] - 0.05  # the same four notes of the same tunes


def test_the_table_that_backs_off_has_read_the_same_tunes():
    music, _ = read_music()
    order = (
        systems.find("jones1981")
        .game.build(systems.find("jones1981").configure("first_order", "smoke", order=2), music, 3)
        .memory["order"]
    )
    table = BackOffCounts(music.sizes[0], order=2, strength=4.0)
    table.fit([music.pieces["train"][k] for k in order[:60]])
    measured = run("jones1981", order=2)[0]
    assert measured["nll_backoff"] == pytest.approx(table.nll(music.pieces["valid"]), rel=1e-9)


def test_joined_beats_move_as_held_out_chorales_do_and_random_ones_do_not():
    own, samples = run("cope1987")
    less, _ = run("cope1987", "random_joins")
    assert own["joins_led"] > 0.5 > 0.15 > less["joins_led"]
    assert own["judge_nll"] < 0.75 < 1.0 < less["judge_nll"]
    assert own["signatures_kept"] == 1 and own["longest_source"] <= 8
    _, music = read_music()
    assert samples.shape == (8, 256) and len(music.decode(samples[0]).notes)


def test_a_run_of_a_seed_reads_the_same_pieces_and_another_seed_others():
    card = systems.find("jones1981")
    config, music = card.configure("first_order", "smoke"), read_music()[0]
    orders = [card.game.build(config, music, seed).memory["order"] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2] and sorted(orders[0]) == list(range(len(orders[0])))
    with pytest.raises(ValueError, match="choose steps=203 or less"):
        card.game.build(card.configure("first_order", "smoke", steps=204), music, 0)
    with pytest.raises(ValueError, match="pseudo_count is 0"):
        card.configure("first_order", "smoke", pseudo_count=0)
    with pytest.raises(ValueError, match="whole beats"):
        systems.find("cope1987").configure("signatures", "smoke", length=100)
    with pytest.raises(ValueError, match="drawn alike"):
        systems.find("cope1987").game.draw(None, None, 1, None, temperature=0.5)


@pytest.mark.parametrize("name", ["jones1981", "cope1987"])
def test_the_command_trains_and_writes_midi(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    corpus = "tunes" if name == "jones1981" else "chorales"
    assert (
        cli.main(["train", name, "--corpus", corpus, "--seed", "3", "--out", str(tmp_path / "run")])
        == 0
    )
    (row,) = json.loads((tmp_path / "run" / "record.json").read_text())
    assert row["system"] == name and systems.find(name).claim.metric in row["metrics"]
    run_folder = training.open_run(tmp_path / "run")
    assert run_folder[3].step == row["steps"]
    assert cli.main(["sample", str(tmp_path / "run"), "-n", "1"]) == 0
    assert capsys.readouterr().out.strip().endswith("-0-0.mid")
