"""A verdict is what the records say: not what the labels say, and never what a control says."""

import itertools
import json
from fractions import Fraction
from html import escape
from pathlib import Path

import pytest

from musicgan_lib import systems
from musicgan_lib.experiments import claims, claims_table, evidence, records
from musicgan_lib.experiments.luck import luck

#: Metrics that some chapter or preset records; a claim in another one could never be decided.
METRICS = {
    "nll_train", "nll_valid", "nll_test", "entropy", "own_nll", "reward_mean", "reward_std", "precision",
    "recall", "distinct_4", "novelty_8", "longest_copy", "oracle_nll", "oracle_entropy", "judge_accuracy",
    "bleu", "dropped_mass", "distinct_pitches", "distinct_while_training", "w1_pitch", "interval_bigrams",
    "polyphony", "unique_tones", "tone_span", "intensity_span", "mean_z", "tempo_consistency", "interval_distance",
    "mean_w", "judge_auc", "first_machine", "begin_auc", "nll_play_test", "scale", "repeat_1", "repeat_2",
}  # fmt: skip
LOW, MIDDLE, HIGH = (1.0, 1.1, 0.9), (2.0, 2.1, 1.9), (3.0, 3.1, 2.9)
TEST = {"metric": "nll_valid", "better": "lower", "own": "nll", "than": ["ordinary", "merl"]}
#: Its one control stands in for the row that loses to ``nll``: it fails where it loses less.
DICE = "ordinary + random_reward"
CONTROLLED = TEST | {"controls": {DICE: "dice for the reward"}}


def runs(row, values, metric="nll_valid", **changes):
    variant, _, control = row.partition(" + ")
    own = {
        "system": "bjare2020", "variant": variant, "control": control or None, "profile": "cpu",
        "corpus": "nottingham", "split": "piece", "steps": 100, "device": "cpu", "commit": "", "wall_s": 1.0,
        "command": f"musicgan train {variant}", "artifacts": {},
    }  # fmt: skip
    many = [own | {"seed": k, "metrics": {metric: v}} | changes for k, v in enumerate(values)]
    return [records.validate(row) for row in many]


def decide(test, rows, proofs=None):
    claim = claims.Claim("x", "bjare2020", "Table 1", "A claim.", "papers/x", test)
    return claims.judge(claim, rows, proofs)


THREE = runs("nll", LOW) + runs("ordinary", MIDDLE) + runs("merl", HIGH)
FAILING = runs(DICE, (1.3, 1.4, 1.0))
BORNE_OUT = THREE + FAILING


def test_each_claim_is_whole_and_can_be_decided():
    found = claims.list_claims()
    assert len({c.id for c in found}) == len(found) >= 30
    assert len(claims.list_claims("bjare2020")) >= 12
    for c in found:
        assert c.id.startswith(c.paper) and c.paper in claims.list_papers(), c.id
        assert c.claim.endswith(".") and c.place and "/" in c.chapter, c.id
        kinds = {"untestable", "proof", "order", "own", "of"} & c.test.keys()
        assert len(kinds) == 1, c.id
        if kinds & {"untestable", "proof"}:
            continue
        assert c.test["metric"] in METRICS, c.id
        assert all(what for what in c.test.get("controls", {}).values()), c.id
        assert c.test.get("better", "lower") in ("lower", "higher"), c.id
        for row in [*c.test.get("order", []), *c.test.get("of", []), *c.test.get("than", []),
                    *c.test.get("controls", []), *([c.test["own"]] if "own" in c.test else [])]:  # fmt: skip
            label, _, control = row.partition(" + ")
            system, _, label = label.rpartition(": ")
            system = systems.find(system or c.test.get("system", c.paper))
            variant, *settings = label.split(",")
            assert variant in system.variants and control in ("", *system.game.controls), (
                c.id,
                row,
            )
            assert all(s.split("=")[0] in system.game.Config.__dataclass_fields__ for s in settings)


def test_without_records_nothing_is_true():
    verdicts = {j.verdict for j in claims.judge_all([])}
    assert verdicts == {"– not run", "untestable here"}


def test_a_claim_that_every_run_bears_out_is_true_and_its_reverse_false():
    found = decide(CONTROLLED, BORNE_OUT)
    assert found.verdict == "true" and "nll 1 (3)" in found.evidence
    assert found.command == "musicgan train nll" and found.luck == Fraction(1, 20)
    reverse = decide(TEST | {"better": "higher"}, THREE)
    assert (
        reverse.verdict == "false"
        and reverse.luck == 1
        and reverse.luck_opposite == Fraction(1, 10)
    )
    order = {"metric": "nll_valid", "better": "lower", "order": ["nll", "ordinary", "merl"]}
    held = order | {"controls": {DICE: "dice for the reward"}}
    assert decide(held, BORNE_OUT).verdict == "true"
    assert decide(order | {"order": ["nll", "merl", "ordinary"]}, THREE).verdict == "false"


@pytest.mark.parametrize(
    "name, rows",
    [
        ("two seeds", runs("nll", LOW[:2]) + THREE[3:]),
        ("one seed three times", [r for v in LOW for r in runs("nll", [v])] + THREE[3:]),
        ("one value three times", runs("nll", [1.0] * 3) + THREE[3:]),
        ("runs overlap", runs("nll", (1.0, 1.1, 2.5)) + THREE[3:]),
        ("a tie", runs("nll", (1.0, 1.1, 1.9)) + THREE[3:]),
    ],
)
def test_what_luck_could_do_is_not_settled(name, rows):
    assert decide(TEST, rows).verdict == "not settled", name


def test_a_row_of_another_system_is_named_so():
    other = [r | {"system": "lee2017"} for r in runs("nll", LOW)]
    across = CONTROLLED | {"own": "lee2017: nll"}
    assert decide(across, other + BORNE_OUT[3:]).verdict == "true"
    assert decide(across, BORNE_OUT).verdict == "– not run"  # the paper's own nll is another row
    assert decide(CONTROLLED, other + BORNE_OUT[3:]).verdict == "– not run"


def test_runs_of_another_kind_decide_nothing():
    for changes in ({"corpus": "chorales"}, {"profile": "smoke"}, {"split": "chunk"}):
        rows = runs("nll", LOW) + [r | changes for r in THREE[3:]]
        assert decide(TEST, rows).verdict == "– not run", changes
    assert decide(TEST, [r | {"system": "lee2017"} for r in THREE]).verdict == "– not run"


def test_a_controls_records_do_not_stand_in_for_the_system():
    only = [r | {"control": "zero_reward"} for r in THREE]
    assert decide(TEST, only).verdict == "– not run"
    renamed = runs("nll", MIDDLE) + BORNE_OUT[3:]  # what the control left as it was, in its place
    assert decide(CONTROLLED, renamed).verdict != "true"


def test_a_claim_that_its_control_bears_out_as_well_is_void():
    passing = runs(DICE, HIGH)
    assert decide(CONTROLLED, BORNE_OUT).verdict == "true"
    assert decide(CONTROLLED, THREE + passing).verdict == "void"
    late = [r | {"steps": 7} for r in passing]
    assert decide(CONTROLLED, THREE + late).verdict == "void"  # whatever its updates
    first = TEST | {
        "controls": {"repaired_nll": "another"}
    }  # no row of its own: it stands in for the first
    assert decide(first, THREE + runs("repaired_nll", LOW)).verdict == "void"
    assert decide(first, THREE + runs("repaired_nll", HIGH)).verdict == "true"
    falsified = decide(CONTROLLED | {"better": "higher"}, THREE + passing)
    assert falsified.verdict == "false"  # needs no control


@pytest.mark.parametrize(
    "name, test, control",
    [
        ("none named", TEST, []),
        ("none run", CONTROLLED, []),
        ("a third of its runs would do", CONTROLLED, runs(DICE, (1.3, 1.0, 2.0))),
        ("one run of it", CONTROLLED, runs(DICE, (1.0,))),
        ("one number three times", CONTROLLED, runs(DICE, (1.0,) * 3)),
        ("fewer updates", CONTROLLED, [r | {"steps": 7} for r in FAILING]),
        ("more updates", CONTROLLED, [r | {"steps": 700} for r in FAILING]),
        ("one of two fails", CONTROLLED | {"controls": {DICE: "dice", "repaired_nll": "another"}},
         FAILING + runs("repaired_nll", (1.0, 2.5, 3.0))),
    ],
)  # fmt: skip
def test_a_claim_whose_control_is_not_seen_to_fail_is_not_settled(name, test, control):
    found = decide(test, THREE + control)
    assert found.verdict == "not settled" and found.evidence.startswith("nottingham"), name


def test_a_control_fails_where_it_is_beaten_directly():
    """The four places that it may take; each time one run on the wrong side is enough to settle nothing."""
    less, more = {"better": "lower"}, {"better": "higher"}
    pair, order = {"own": "a", "than": ["b"]}, {"order": ["a", "b", "c"]}
    sides = [list(LOW), list(MIDDLE), list(HIGH)]

    def ask(test, place, control, sides=sides):
        sides = sides[:2] if "own" in test else sides
        return evidence.ask_control(test, sides, place, list(control))

    near, between, beyond = (1.3, 1.4, 1.0), (1.3, 1.4, 1.5), (3.3, 3.4, 3.5)
    assert ask(pair | less, 0, (1.3, 1.4, 1.95)) == "fails"  # own is ahead of each
    assert ask(pair | less, 0, (0.95, 1.4, 1.95)) == "not settled"
    assert ask(pair | less, 0, between) == "passes"  # it beats b as well, though a beats it
    assert ask(pair | less, 1, near) == "fails"  # b lost more than it
    assert ask(pair | less, 1, (1.0, 1.4, 2.0)) == "not settled"
    assert ask(pair | less, 1, between) == ask(pair | less, 1, beyond) == "passes"
    assert ask(order | less, 1, near) == "fails"  # nearer to a than b is
    assert ask(order | less, 1, (2.3, 3.0, 3.2)) == "fails"  # nearer to c
    assert ask(order | less, 1, (1.0, 2.0, 3.0)) == "not settled"
    assert ask(order | less, 2, near) == "fails" and ask(order | less, 2, beyond) == "passes"
    turned = [[-v for v in side] for side in sides]
    assert ask(pair | more, 0, (-1.3, -1.4, -1.95), turned) == "fails"
    assert ask(pair | more, 1, [-v for v in near], turned) == "fails"


def test_a_control_may_be_the_row_that_is_to_be_beaten():
    """What lacks one thing and nothing else: then the claim and its control are one comparison."""
    test = {"metric": "nll_valid", "better": "lower", "own": "nll", "than": ["merl"]}
    ablation = test | {"controls": {"merl": "without it; all else is the same"}}
    rows = runs("nll", LOW) + runs("merl", MIDDLE)
    assert decide(ablation, rows).verdict == "true"
    assert (
        decide(ablation, rows[:3] + [r | {"steps": 7} for r in rows[3:]]).verdict == "not settled"
    )
    assert decide(ablation, rows[:3] + runs("merl", (1.0, 2.0, 3.0))).verdict == "not settled"
    named = json.loads(json.dumps(ablation))
    named["own"], named["than"] = "merl", ["nll"]
    assert decide(named, rows).verdict == "false"


def test_a_row_that_is_known_not_to_be_its_control_proves_nothing(monkeypatch):
    known = {"system": "bjare2020", "row": DICE, "commits": ["abc"], "why": "it had half of it"}
    monkeypatch.setattr(claims, "_read", lambda real=claims._read: real() | {"unfit": [known]})
    old = [r | {"commit": "abc"} for r in FAILING]
    found = decide(CONTROLLED, THREE + old)
    assert (
        found.verdict == "not settled"
        and "controls nothing, for it had half of it" in found.control
    )
    assert decide(CONTROLLED, BORNE_OUT).verdict == "true"  # made again, elsewhere in time
    assert not claims.find_unfit(old[0] | {"control": None}) and claims.find_unfit(old[0])


def test_runs_are_not_compared_by_what_their_own_discriminators_say():
    for metric in sorted(claims.OWN_DISCRIMINATOR):
        with pytest.raises(ValueError, match="own discriminator"):
            decide(TEST | {"metric": metric}, [])
        order = {"metric": metric, "better": "lower", "order": ["nll", "merl"]}
        with pytest.raises(ValueError, match=metric):
            decide(order, [])
    bound = {"metric": "precision", "of": ["ordinary"], "at_least": 0.9}
    assert decide(bound, []).verdict == "– not run"  # a bound looks at each run by itself


def test_what_a_runs_own_discriminator_says_is_known_by_name():
    """Every recorded metric that begins as those do is in the set,
    but for the one that is of the discriminator itself.
    """
    names = {m for row in claims.read_all_records() for m in row["metrics"]}
    own = {m for m in names if m.split("@")[0].split("_")[0] in ("d", "first", "begin", "reward")}
    own = {m.split("@")[0] for m in own} - {"d_loss", "first_loss", "reward"}
    assert own - claims.OWN_DISCRIMINATOR == {"begin_auc"} and len(own) > 10


def test_a_bound_is_kept_by_every_run_or_it_is_not_kept():
    bound = {"metric": "precision", "of": ["ordinary", "merl"], "at_least": 0.99}
    bound |= {"controls": {"nll": "without a game"}}
    high, low = (0.995, 1.0, 1.0), (0.5, 0.6, 0.7)

    def verdict(ordinary, merl, control=low):
        sides = {"ordinary": ordinary, "merl": merl, "nll": control}
        return decide(bound, [r for n, v in sides.items() for r in runs(n, v, "precision")]).verdict

    assert verdict(high, high) == "true"
    assert verdict(high, high, high) == "void"
    assert verdict(high, high, (0.5, 0.6, 1.0)) == verdict(high, high, low[:2]) == "not settled"
    assert verdict(high, high, ()) == "not settled"
    assert verdict(high, low) == "false"
    assert verdict(high, (1.0, 1.0, 0.9)) == verdict(high[:2], high) == "not settled"
    upper = {"metric": "nll_valid", "of": ["nll"], "at_most": 2.58}
    assert decide(upper, runs("nll", LOW)).verdict == "not settled"  # it has no control
    assert decide(upper, runs("nll", HIGH)).verdict == "false"


def test_shuffled_labels_change_the_verdict():
    order = {"metric": "nll_valid", "better": "lower", "order": ["nll", "ordinary", "merl"]}
    order |= {"controls": {DICE: "dice for the reward"}}
    labels = [r["variant"] for r in THREE]
    found = []
    for way in itertools.permutations(("nll", "ordinary", "merl")):
        new = dict(zip(("nll", "ordinary", "merl"), way))
        dealt = [r | {"variant": new[r["variant"]]} for r in THREE]
        found.append(decide(order, dealt + FAILING).verdict)
    assert found == ["true"] + ["false"] * 5
    turned = [r | {"variant": v} for r, v in zip(THREE, labels[1:] + labels[:1])]  # by one run
    assert decide(order, turned + FAILING).verdict == "not settled"


def test_an_order_is_as_rare_as_counting_says():
    """All ways to hand out the labels, with the library's verdict on each."""
    values, wins, ways = range(6), 0, 0
    order = {"better": "lower", "order": ["nll", "ordinary"]}
    for own in itertools.combinations(values, 3):
        rest = [float(v) for v in values if v not in own]
        wins += evidence.compare(order, [list(map(float, own)), rest]) == "true"
        ways += 1
    assert luck(3, 3) == Fraction(wins, ways) == Fraction(1, 20)
    assert luck(2, 2, 2) == Fraction(1, 90) and luck(3, 3, 3, 3) == Fraction(1, 369600)
    assert luck(5) == 1


def test_the_papers_corpus_and_the_largest_profile_decide():
    elsewhere = [r | {"corpus": "chorales", "profile": "gpu"} for r in BORNE_OUT]
    turned = [
        r | {"variant": {"nll": "merl", "merl": "nll"}.get(r["variant"], "ordinary")} for r in THREE
    ]
    found = decide(CONTROLLED, turned + elsewhere)
    assert found.verdict == "false" and found.elsewhere == "chorales (gpu): true"
    assert decide(CONTROLLED, elsewhere).verdict == "true"
    large = [r | {"profile": "gpu"} for r in turned]
    assert decide(CONTROLLED, BORNE_OUT + large).verdict == "false"
    there = decide(CONTROLLED | {"corpus": "chorales"}, turned + elsewhere)
    assert there.verdict == "true" and not there.elsewhere


def test_the_longest_training_of_a_row_counts():
    short = [r | {"steps": 9, "seed": 5, "metrics": {"nll_valid": 9.0}} for r in THREE[:1]]
    assert decide(CONTROLLED, BORNE_OUT + short).verdict == "true"


def test_runs_of_several_states_of_the_code_are_pooled_and_told():
    assert "states of the code" not in decide(CONTROLLED, BORNE_OUT).evidence
    other = [BORNE_OUT[0] | {"commit": "another"}] + BORNE_OUT[1:]
    assert "runs of 2 states of the code" in decide(CONTROLLED, other).evidence


def test_a_proof_is_true_false_or_missing():
    proof = {"proof": "by_counting"}
    assert [decide(proof, [], p).verdict for p in ({"by_counting": True}, {"by_counting": False}, {})] == [
        "true", "false", "– not run",
    ]  # fmt: skip


def test_verdicts_come_from_the_files_of_results(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "root", lambda: tmp_path)
    wanted = "bjare2020-merl-most-undecided"
    assert {j.claim.id: j.verdict for j in claims.judge_all()}[wanted] == "– not run"
    rows = [
        row
        for variant, values in (("nll", LOW), ("ordinary", LOW), ("reward_baseline", MIDDLE), ("merl", HIGH))
        for row in runs(variant, values, "entropy")
    ]  # fmt: skip
    records.write(rows, tmp_path / "results" / "papers" / "bjare2020" / "nottingham.json")
    assert {j.claim.id: j.verdict for j in claims.judge_all()}[wanted] == "true"


#: Judged claims that name no control, with the reason.
WITHOUT = {"bjare2020-nll-258"}  # a number of the paper's: no row of ours lacks what it credits


def test_no_claim_is_true_without_a_control_that_fails():
    judged = [j for j in claims.judge_all() if "metric" in j.claim.test]
    assert {j.claim.id for j in judged if "controls" not in j.claim.test} == WITHOUT
    for j in judged:
        if j.verdict == "true":
            answers = [part.rsplit(": ", 1)[1] for part in j.control.split("; ")]
            assert "fails" in answers and set(answers) <= {"fails", "– not run"}, j.claim.id
        assert (j.luck is None) == (j.verdict == "– not run"), j.claim.id


def test_no_control_is_a_run_that_learns_nothing():
    """A reward of 0 is no update where nothing else moves the policy:
    the run ends where pre-training ended, to the bit.
    """
    for c in claims.list_claims():
        for row in c.test.get("controls", {}):
            variant, _, control = row.rpartition(": ")[2].partition(" + ")
            if control != "zero_reward" or c.paper == "anokhin2018":  # there cross-entropy is left
                continue
            label, *settings = variant.split(",")
            config = systems.find(c.paper).configure(label, "cpu")
            other = (
                config.estimator != "reinforce" or config.baseline == "critic" or config.likelihood
            )
            assert other and not settings, (c.id, row)


def test_what_was_changed_after_its_first_results_is_told():
    changed = {c.id: c.changed for c in claims.list_claims() if c.changed}
    assert {
        "neo2024-mode-collapse",
        "bjare2020-fewer-symbols",
        "anokhin2018-noise",
    } <= changed.keys()
    page = show()
    for words in changed.values():
        assert words.endswith(".") and escape(words) in page


def show(rows=()):
    return claims_table.show_table(claims.judge_all(list(rows)))


def test_the_list_is_plain_json():
    text = Path(claims.__file__).with_name("claims.json").read_text("utf-8")
    assert set(json.loads(text)) == {"papers", "unfit", "claims"}
