"""A verdict is what the records say: not what the labels say, and never what a control says."""

import itertools
import json
from fractions import Fraction

import pytest

from musicgan_lib.experiments import claims, claims_table, presets, records

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
CONTROLLED = TEST | {"controls": ["ordinary + zero_reward"]}


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
        assert c.test.get("better", "lower") in ("lower", "higher"), c.id
        for row in [*c.test.get("order", []), *c.test.get("of", []), *c.test.get("than", []),
                    *c.test.get("controls", []), *([c.test["own"]] if "own" in c.test else [])]:  # fmt: skip
            label, _, control = row.partition(" + ")
            system, _, label = label.rpartition(": ")
            game = presets.find(system or c.test.get("system", c.paper))
            variant, *settings = label.split(",")
            assert variant in game.VARIANTS and control in ("", *game.CONTROLS), (c.id, row)
            assert all(s.split("=")[0] in game.Config.__dataclass_fields__ for s in settings)


def test_without_records_nothing_is_true():
    verdicts = {j.verdict for j in claims.judge_all([])}
    assert verdicts == {"– not run", "untestable here"}


def test_a_claim_that_every_run_bears_out_is_true_and_its_reverse_false():
    found = decide(TEST, THREE)
    assert found.verdict == "true" and "nll 1 (3)" in found.evidence
    assert found.command == "musicgan train nll"
    assert decide(TEST | {"better": "higher"}, THREE).verdict == "false"
    order = {"metric": "nll_valid", "better": "lower", "order": ["nll", "ordinary", "merl"]}
    assert decide(order, THREE).verdict == "true"
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
    across = TEST | {"own": "lee2017: nll"}
    assert decide(across, other + THREE[3:]).verdict == "true"
    assert decide(across, THREE).verdict == "– not run"  # the paper's own nll is another row
    assert decide(TEST, other + THREE[3:]).verdict == "– not run"


def test_runs_of_another_kind_decide_nothing():
    for changes in ({"corpus": "chorales"}, {"profile": "smoke"}, {"split": "chunk"}):
        rows = runs("nll", LOW) + [r | changes for r in THREE[3:]]
        assert decide(TEST, rows).verdict == "– not run", changes
    assert decide(TEST, [r | {"system": "lee2017"} for r in THREE]).verdict == "– not run"


def test_a_controls_records_do_not_stand_in_for_the_system():
    only = [r | {"control": "zero_reward"} for r in THREE]
    assert decide(TEST, only).verdict == "– not run"
    renamed = runs("nll", MIDDLE) + THREE[3:]  # what the zero reward left as it was, in its place
    assert decide(TEST, renamed).verdict != "true"


def test_a_claim_that_its_control_bears_out_as_well_is_void():
    failing, passing = runs("ordinary + zero_reward", LOW), runs("ordinary + zero_reward", HIGH)
    assert decide(CONTROLLED, THREE).verdict == "not settled"  # the control was not run
    assert decide(CONTROLLED, THREE + failing).verdict == "true"
    assert decide(CONTROLLED, THREE + passing).verdict == "void"
    late = [r | {"steps": 7} for r in failing]
    assert decide(CONTROLLED, THREE + late).verdict == "not settled"  # another budget
    first = TEST | {"controls": ["repaired_nll"]}  # no row of its own: it stands in for the first
    assert decide(first, THREE + runs("repaired_nll", LOW)).verdict == "void"
    assert decide(first, THREE + runs("repaired_nll", HIGH)).verdict == "true"
    falsified = decide(CONTROLLED | {"better": "higher"}, THREE + passing)
    assert falsified.verdict == "false"  # needs no control


def test_a_bound_is_kept_by_every_run_or_it_is_not_kept():
    bound = {"metric": "precision", "of": ["ordinary", "merl"], "at_least": 0.99}
    high, low = (0.995, 1.0, 1.0), (0.5, 0.6, 0.7)

    def verdict(ordinary, merl):
        rows = runs("ordinary", ordinary, "precision") + runs("merl", merl, "precision")
        return decide(bound, rows).verdict

    assert verdict(high, high) == "true"
    assert verdict(high, low) == "false"
    assert verdict(high, (1.0, 1.0, 0.9)) == verdict(high[:2], high) == "not settled"
    upper = {"metric": "nll_valid", "of": ["nll"], "at_most": 2.58}
    assert decide(upper, runs("nll", LOW)).verdict == "true"
    assert decide(upper, runs("nll", HIGH)).verdict == "false"


def test_shuffled_labels_change_the_verdict():
    order = {"metric": "nll_valid", "better": "lower", "order": ["nll", "ordinary", "merl"]}
    labels = [r["variant"] for r in THREE]
    found = []
    for way in itertools.permutations(("nll", "ordinary", "merl")):
        new = dict(zip(("nll", "ordinary", "merl"), way))
        found.append(decide(order, [r | {"variant": new[r["variant"]]} for r in THREE]).verdict)
    assert found == ["true"] + ["false"] * 5
    turned = [r | {"variant": v} for r, v in zip(THREE, labels[1:] + labels[:1])]  # by one run
    assert decide(order, turned).verdict == "not settled"


def test_luck_is_counted():
    """All ways to hand out the labels, with the library's verdict on each."""
    values, wins, ways = range(6), 0, 0
    order = {"metric": "nll_valid", "better": "lower", "order": ["nll", "ordinary"]}
    for own in itertools.combinations(values, 3):
        rest = [v for v in values if v not in own]
        rows = runs("nll", map(float, own)) + runs("ordinary", map(float, rest))
        wins, ways = wins + (decide(order, rows).verdict == "true"), ways + 1
    assert claims.luck(3, 3) == Fraction(wins, ways) == Fraction(1, 20)
    assert claims.luck(2, 2, 2) == Fraction(1, 90) and claims.luck(3, 3, 3, 3) == Fraction(
        1, 369600
    )
    assert claims.luck(5) == 1


def test_the_papers_corpus_and_the_largest_profile_decide():
    elsewhere = [r | {"corpus": "chorales", "profile": "gpu"} for r in THREE]
    turned = [
        r | {"variant": {"nll": "merl", "merl": "nll"}.get(r["variant"], "ordinary")} for r in THREE
    ]
    found = decide(TEST, turned + elsewhere)
    assert found.verdict == "false" and found.elsewhere == "chorales (gpu): true"
    assert decide(TEST, elsewhere).verdict == "true"
    large = [r | {"profile": "gpu"} for r in turned]
    assert decide(TEST, THREE + large).verdict == "false"
    there = decide(TEST | {"corpus": "chorales"}, turned + elsewhere)
    assert there.verdict == "true" and not there.elsewhere


def test_the_longest_training_of_a_row_counts():
    rows = THREE + [r | {"steps": 9, "seed": 5, "metrics": {"nll_valid": 9.0}} for r in THREE[:1]]
    assert decide(TEST, rows).verdict == "true"


def test_a_proof_is_true_false_or_missing():
    proof = {"proof": "by_counting"}
    assert [decide(proof, [], p).verdict for p in ({"by_counting": True}, {"by_counting": False}, {})] == [
        "true", "false", "– not run",
    ]  # fmt: skip


def test_verdicts_come_from_the_files_of_results(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "root", lambda: tmp_path)
    wanted = "bjare2020-merl-least-reward"
    assert {j.claim.id: j.verdict for j in claims.judge_all()}[wanted] == "– not run"
    rows = [
        row
        for variant, values in (("merl", LOW), ("ordinary", HIGH), ("reward_baseline", MIDDLE))
        for row in runs(variant, values, "reward_mean")
    ]
    records.write(rows, tmp_path / "results" / "papers" / "bjare2020" / "nottingham.json")
    assert {j.claim.id: j.verdict for j in claims.judge_all()}[wanted] == "true"


def show(rows=()):
    return claims_table.show_table(claims.judge_all(list(rows)))


def test_the_table_reads_without_javascript():
    page = show(THREE)
    assert page._repr_html_() == str(page)
    body = page.split("<script>")[0]
    assert body.count("<tr id=") == len(claims.list_claims())
    for claim in claims.list_claims():
        assert f'id="claim-{claim.id}"' in body
    assert "http" not in page and "src=" not in page and len(page) < 60_000
    nasty = claims.Judgement(
        claims.Claim("x", "bjare2020", "<i>", "<script>", "papers/x", {}), "true", "a < b & c"
    )
    shown = claims_table.show_table([nasty]).split("</table>")[0]
    assert "<script>" not in shown and "<i>" not in shown and "a &lt; b &amp; c" in shown


@pytest.mark.browser
@pytest.mark.filterwarnings("default")
def test_a_click_sorts_in_a_browser(browser, tmp_path):
    path = tmp_path / "page.html"
    page_text = "<!doctype html><meta charset=utf-8><title>Claims</title>" + show() * 2
    path.write_text(page_text.replace("claim-", "claim-", 1))
    page = browser.new_page()
    wrong = []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.goto(path.as_uri())
    first = page.locator("table").first

    def column(i):
        return first.locator(f"tbody tr td:nth-child({i + 1})").all_inner_texts()

    before = column(3)
    first.get_by_role("button", name="claim", exact=True).click()
    assert column(3) == sorted(before, key=str.lower) != before
    assert first.locator("th").nth(3).get_attribute("aria-sort") == "ascending"
    first.get_by_role("button", name="claim", exact=True).click()
    assert column(3) == sorted(before, key=str.lower, reverse=True)
    first.get_by_role("button", name="verdict", exact=True).click()
    places = [claims.VERDICTS.index(v) for v in column(0)]
    assert places == sorted(places) and sorted(column(3)) == sorted(before)
    assert first.locator("th[aria-sort]").count() == 1
    assert first.get_by_role("button").count() == len(claims_table.HEAD)  # once, for two scripts
    assert not wrong
    page.close()


def test_the_list_is_plain_json():
    text = claims.resources.files(claims.__package__).joinpath("claims.json").read_text("utf-8")
    assert set(json.loads(text)) == {"papers", "claims"}
