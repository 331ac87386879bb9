"""A class's answers: what is no answer is refused with a sentence, and what is counted is counted by hand first."""

import json
import re

import numpy as np
import pytest

from musicgan_lib.lab import listening_pool as pool
from musicgan_lib.lab import listening_scores as scores

REAL = {"system": "real", "variant": "real", "kind": "words", "sample": 0}
HOSTILE = '<img src=x onerror="boom()">'


def made(system, variant="nll", sample=0) -> dict:
    return {"system": system, "variant": variant, "kind": "words", "sample": sample}


def answer(first, second, prefers="first", person="first") -> dict:
    return {"first": first, "second": second, "prefers": prefers, "person": person}


def export(*answers, listener="abcd12") -> dict:
    return {
        "format": pool.FORMAT, "version": 1, "edition": "0", "listener": listener, "answers": list(answers),
    }  # fmt: skip


ONE = export(answer(REAL, made("a")))


def test_an_export_is_read_and_a_folder_of_them(tmp_path):
    (tmp_path / "b.json").write_text(json.dumps(ONE))
    (tmp_path / "c.json").write_text(json.dumps(export(answer(REAL, made("b")), listener="efgh")))
    (tmp_path / "notes.txt").write_text("not asked")
    found = pool.read_pool(tmp_path)
    assert [s.listener for s in found.sessions] == ["abcd12", "efgh"] and found.refused == {}
    first = found.sessions[0].answers[0]
    assert first == pool.Answer(
        pool.Heard("real", "real", "words", 0), pool.Heard("a", "nll", "words", 0), "first", "first"
    )
    with pytest.raises(ValueError, match="is no folder; put the exported files into one"):
        pool.read_pool(tmp_path / "nowhere")


BROKEN = [
    ("[]", "no answers to this study"),
    ("3", "no answers to this study"),
    (json.dumps(ONE | {"format": "another"}), "no answers to this study"),
    (json.dumps(ONE | {"version": 2}), "not of version 1"),
    (json.dumps(ONE | {"version": "1"}), "not of version 1"),
    (json.dumps(ONE | {"listener": HOSTILE}), "listener has no proper name"),
    (json.dumps(ONE | {"listener": 3}), "listener has no proper name"),
    (json.dumps(ONE | {"answers": []}), "no 1 to 500 answers"),
    (json.dumps(ONE | {"answers": ONE["answers"] * 501}), "no 1 to 500 answers"),
    (json.dumps(ONE | {"answers": {"length": 1}}), "no 1 to 500 answers"),
    (json.dumps(export(None)), "answer 1 is none"),
    (json.dumps(export(ONE["answers"][0], [])), "answer 2 is none"),
    (json.dumps(export(answer(REAL, None))), "answer 1, second: nothing was heard"),
    (json.dumps(export(answer(REAL, made(HOSTILE)))), "answer 1, second: a name is no plain text"),
    (json.dumps(export(answer(REAL, made("a", HOSTILE)))), "a name is no plain text"),
    (json.dumps(export(answer(REAL, made("a", ["x"])))), "a name is no plain text"),
    (json.dumps(export(answer(REAL, made("")))), "a name is no plain text"),
    (json.dumps(export(answer(REAL, made("a", sample=-1)))), "sample is no number from 0 to 999"),
    (json.dumps(export(answer(REAL, made("a", sample=0.5)))), "sample is no number from 0 to 999"),
    (json.dumps(export(answer(REAL, made("a", sample=True)))), "sample is no number from 0 to 999"),
    (json.dumps(export(answer(REAL, made("a") | {"kind": "rolls"}))), "compares two kinds of music"),
    (json.dumps(export(answer(REAL, REAL))), "compares a system with itself"),
    (json.dumps(export(answer(REAL, made("a"), prefers="A"))), "prefers is neither first nor second"),
    (json.dumps(export(answer(REAL, made("a"), person=None))), "person is neither first nor second"),
]  # fmt: skip


@pytest.mark.parametrize(
    "content, words", [("{", "it is not JSON"), ("[" * 100_000, "it is not JSON"), *BROKEN]
)
def test_what_is_no_answer_is_refused_with_a_sentence(tmp_path, content, words):
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=re.escape(words)) as told:
        pool.read_session(path)
    assert HOSTILE not in str(told.value)


def test_one_bad_file_spoils_no_pool_and_no_file_name_is_markup(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(ONE))
    (tmp_path / "b.json").write_text(json.dumps(ONE))
    (tmp_path / "<img src=x>.json").write_bytes(b"\xff\xfe{")
    (tmp_path / "large.json").write_text(" " * (pool.MOST_BYTES + 1))
    (tmp_path / "folder.json").mkdir()
    found = pool.read_pool(tmp_path)
    assert len(found.sessions) == 1
    assert found.refused == {
        "<img src=x>.json": "it is not JSON",
        "b.json": "the answers of listener abcd12 are there already",
        "folder.json": "this is no file",
        "large.json": "it is larger than 1000 kB, which no export is",
    }
    html = found._repr_html_()
    assert "<img" not in html and "&lt;img src=x&gt;.json" in html
    assert "1 listeners, 1 answers, 4 files refused" in html


def read(*exports) -> list:
    return [pool.check_session(one) for one in exports]


def test_who_was_taken_for_a_person_is_counted_by_hand():
    sessions = read(
        export(
            answer(REAL, made("a"), person="first"),  # found
            answer(made("a", "other"), REAL, person="first"),  # fooled by a
            answer(made("b"), REAL, person="second"),  # found
            answer(made("a"), made("b"), person="second"),  # no real music: not counted
        ),
        export(answer(REAL, made("a"), person="second"), listener="efgh"),  # fooled by a
    )
    assert scores.count_found(sessions) == (2, 4)
    assert scores.count_taken(sessions) == {"a": (2, 3), "b": (0, 1)}
    assert scores.count_taken(sessions, scores.by_variant) == {
        "a nll": (1, 2), "a other": (1, 1), "b nll": (0, 1),
    }  # fmt: skip
    assert scores.show_share(7, 10) == "7 of 10: 70 % (35 to 93 %)"
    assert scores.show_share(0, 0) == "0 of 0"


def test_wins_are_counted_by_hand():
    sessions = read(
        export(
            answer(made("b"), REAL, prefers="second"),
            answer(REAL, made("b"), prefers="first"),
            answer(made("b"), made("a"), prefers="first"),
            answer(made("a", "x"), made("a", "y"), prefers="first"),  # one system: nobody wins
        )
    )
    names, wins = scores.count_wins(sessions)
    assert names == ["real", "a", "b"]
    assert wins.tolist() == [[0, 0, 2], [0, 0, 0], [0, 1, 0]]
    names, wins = scores.count_wins(sessions, scores.by_variant)
    assert names == ["real", "a nll", "a x", "a y", "b nll"] and wins[2, 3] == 1


def make_class(rng, strengths) -> list:
    return scores.simulate_class(rng, strengths, listeners=40, answers=20, finds=0.75)


def test_a_simulated_class_finds_and_prefers_as_often_as_told():
    rng = np.random.default_rng(2)
    sessions = scores.simulate_class(rng, {"real": 0.0, "a": -np.log(3)}, 50, 40, finds=0.8)
    assert len(sessions) == 50 and {len(s.answers) for s in sessions} == {40}
    right, pairs = scores.count_found(sessions)
    _, wins = scores.count_wins(sessions)
    assert pairs == 2000 and 0.77 < right / pairs < 0.83
    assert 0.72 < wins[0, 1] / wins.sum() < 0.78  # odds of three to one
    assert 0.45 < np.mean([a.first.system == "real" for s in sessions for a in s.answers]) < 0.55
    for wrong in ({"a": 0.0, "b": 1.0}, {"real": 0.0}, {}):
        with pytest.raises(ValueError, match="give real and another"):
            scores.simulate_class(rng, wrong, 1, 1, 0.5)


def test_known_strengths_come_back_with_their_intervals():
    truth = {"real": 0.0, "a": -0.5, "b": -2.0}
    sessions = make_class(np.random.default_rng(0), truth)
    found = scores.compare_systems(sessions, np.random.default_rng(1))
    assert list(found) == ["a", "b"]
    for system, told in found.items():
        assert told["low"] <= truth[system] <= told["high"] and told["high"] - told["low"] < 1.2
        assert told["low"] <= told["strength"] <= told["high"] < 0
    answers = sum(
        REAL["system"] in (x.first.system, x.second.system) for s in sessions for x in s.answers
    )
    between = sum(
        "a" == x.first.system or "a" == x.second.system for s in sessions for x in s.answers
    )
    assert found["a"]["answers"] == between and answers > 0


def test_listeners_are_drawn_and_not_answers():
    """One stubborn listener beside three others: with the listener the answer goes or stays."""
    loves = export(*[answer(made("a"), REAL, prefers="first")] * 30, listener="loves")
    hates = [
        export(answer(made("a"), REAL, prefers="second"), listener=f"hates-{k}") for k in range(3)
    ]
    found = scores.compare_systems(read(loves, *hates), np.random.default_rng(0))["a"]
    assert found["strength"] > 1.5 and found["low"] < 0 < found["high"]


def test_a_system_that_nothing_joins_with_real_music_has_no_strength():
    sessions = read(export(answer(REAL, made("a")), answer(made("b"), made("c"))))
    found = scores.compare_systems(sessions, np.random.default_rng(0), times=5)
    assert np.isfinite(found["a"]["strength"]) and np.isnan(found["b"]["strength"])
    with pytest.raises(ValueError, match="nobody has answered yet"):
        scores.compare_systems([], np.random.default_rng(0))


def test_agreement_by_hand():
    a, b = made("a"), made("b")
    likes_a, likes_b = answer(a, b, prefers="first"), answer(a, b, prefers="second")
    turned = answer(b, a, prefers="second")  # likes a, too
    rng = np.random.default_rng

    def agree(*sessions):
        return scores.measure_agreement(read(*sessions), rng(0))

    def by(listener, *answers):
        return export(*answers, listener=listener)

    both = agree(by("one1", likes_a, turned), by("two2", likes_a, likes_b))
    assert (both["agreement"], both["pairs"]) == (0.5, 4)
    assert agree(by("one1", likes_a, turned), by("two2", likes_a))["agreement"] == 1
    assert agree(by("one1", likes_a), by("two2", likes_b))["agreement"] == 0
    alone = agree(by("one1", likes_a, likes_a))
    assert np.isnan(alone["agreement"]) and alone["pairs"] == 0
    four = agree(*(by(f"all{k}", *[likes_a] * 4) for k in range(4)))
    assert four["agreement"] == 1 and four["luck"] < 0.01
    assert both["luck"] > 0.3


def test_coins_agree_as_often_as_coins_do():
    sessions = make_class(np.random.default_rng(3), {"real": 0.0, "a": 0.0, "b": 0.0})
    told = scores.measure_agreement(sessions, np.random.default_rng(0))
    assert 0.48 < told["agreement"] < 0.52 and told["luck"] > 0.05
    hearing = make_class(np.random.default_rng(3), {"real": 0.0, "a": -2.0, "b": -4.0})
    told = scores.measure_agreement(hearing, np.random.default_rng(0))
    assert told["agreement"] > 0.6 and told["luck"] == 0
