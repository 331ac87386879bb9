"""What the command line tells of a system: all that it can be asked, from its card and its game's own source."""

import dataclasses
import re
import subprocess
import sys

import families
import pytest
import test_likelihood

from musicgan_lib import cli, systems
from musicgan_lib.experiments import descriptions, settings

#: What no command may import that only tells something
HEAVY = ("torch", "numpy", "scipy", "music21", "symusic", "matplotlib", "pretty_midi", "IPython")


def ask(capsys, *words) -> str:
    assert cli.main(list(words)) == 0
    return capsys.readouterr().out


def read_rows(text: str) -> dict[str, tuple[str, str]]:
    """Setting -> its value and the first line of its note, as the help prints them."""
    rows = re.findall(r"^    (\w+) +(\S+) *(.*)$", text.split("settings, here of")[1], re.M)
    return {name: (value, note) for name, value, note in rows}


@pytest.mark.parametrize("name", systems.names())
def test_the_help_of_a_system_says_all_that_it_can_be_asked(name, capsys):
    card = systems.find(name)
    corpus = families.choose_corpus(card)
    said = ask(capsys, "train", name, "--help", "--corpus", corpus)
    flat = " ".join(said.split())
    for names in (card.variants, card.corpora, card.profiles, card.list_controls()):
        assert f" {', '.join(names)} (" in flat
    config = card.configure(next(iter(card.variants)), "smoke", corpus)
    rows = read_rows(said)
    assert list(rows) == [field.name for field in dataclasses.fields(config)]
    for setting, (value, _) in rows.items():
        assert value == descriptions.spell(getattr(config, setting)), setting
        if value != "none":  # it can be given back
            assert settings.read_setting(card, f"{setting}={value}")[1] == getattr(config, setting)
    for option in ("--variant", "--control", "--set NAME=VALUE", "--minutes"):
        assert option in said


def test_the_settings_shown_are_those_of_the_run_that_is_asked_about(capsys):
    words = ["bjare2020", "--help", "--variant", "merl", "--profile", "cpu", "--set", "batch=7"]
    rows = read_rows(ask(capsys, "train", *words))
    assert rows["batch"][0] == "7" and rows["hidden"][0] == "192" and rows["estimator"][0] == "merl"
    assert rows["lag"] == ("0.8", "of the policy that finishes them")
    assert "settings, here of merl at cpu on" in ask(capsys, "train", *words)


def test_help_without_a_system_lists_them(capsys):
    said = ask(capsys, "train", "--help")
    assert f"systems: {', '.join(systems.names())}" in said and "train SYSTEM --help" in said


@dataclasses.dataclass
class Planted:
    """A string with a # sign, which is no comment."""

    plain: int = 1
    text: str = "# none"  # behind it
    # a heading,
    # of two lines
    #: above it
    low: tuple = (
        1,
        2,
    )  # and behind
    high: int = 3

    @property
    def steps(self):  # of a function
        return self.high  # and inside

    # another
    last: int = 4


def test_notes_are_the_comments_beside_the_fields():
    note, heading = descriptions.Note, "a heading, of two lines"
    assert descriptions.read_notes(Planted) == {
        "plain": note(),
        "text": note("", "behind it"),
        "low": note(heading, "above it and behind"),
        "high": note(heading),
        "last": note("another"),
    }


@dataclasses.dataclass
class Longer(Planted):
    more: int = 5  # of its own


def test_what_a_class_has_from_another_is_noted_there():
    made = dataclasses.make_dataclass("Made", [("width", int, 8)], bases=(Longer,))
    notes = descriptions.read_notes(made)
    assert notes == descriptions.read_notes(Planted) | {"more": descriptions.Note("", "of its own")}


def test_a_network_says_what_its_own_settings_are():
    """Where any network will do, its settings stand in its docstring."""
    card = test_likelihood.CARD
    rows = read_rows(descriptions.describe(card, "flat"))
    assert rows["layers"][0] == "1" and rows["cell"][0] == "lstm" and rows["keys"][0] == "0"
    assert rows["keys"][1] == "semitones up and down in which training pieces stand, too"
    assert rows["dropout"][1] == "of embeddings and of each layer's output while training."
    assert rows["width"][1].startswith('"lstm" or "gru", units, and how many lie')
    assert "  of the network, RecurrentModel\n" in descriptions.describe(card)
    assert "controls: shallow, shuffled_order (by default none)" in descriptions.describe(card)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train"], "musicgan train: say which system"),
        (["train", "nobody"], "musicgan train: no system 'nobody'; near: "),
        (["train", "nobody", "--help"], "musicgan train: no system 'nobody'; near: "),
        (["train", "bjare2020", "--help", "--variant", "x"], "musicgan train: no variant 'x'; "),
        (["train", "bjare2020", "--set", "x=1"], "musicgan train: no setting 'x'; "),
        (["train", "bjare2020", "--seed", "x"], "musicgan train: argument --seed: invalid int"),
        (["systems", "nobody"], "musicgan systems: no system 'nobody'; near: "),
        (["data", "prepare", "nothing"], "musicgan data prepare: 'nothing' is neither a corpus"),
        (["data"], "musicgan data: the following arguments are required: COMMAND"),
        (["nothing"], "musicgan: argument COMMAND: invalid choice: 'nothing'"),
        (["evaluate", "nowhere"], "musicgan evaluate: "),
    ],
)
def test_an_error_speaks_of_its_command(words, said, capsys):
    try:
        code = cli.main(words)
    except SystemExit as left:
        code = left.code
    told = capsys.readouterr()
    assert code in (1, 2) and told.err.startswith(said) and told.out == ""
    assert "Traceback" not in told.err


@pytest.mark.parametrize("words", [["systems"], ["train", "--help"], ["--help"]])
def test_what_only_tells_imports_nothing_heavy(words):
    code = f"""import sys
from musicgan_lib import cli
try:
    cli.main({words})
except SystemExit:
    pass
print(sorted(set(sys.modules) & set({HEAVY})), file=sys.stderr)"""
    command = [sys.executable, "-c", code]
    reply = subprocess.run(command, capture_output=True, text=True, check=True)
    assert reply.stderr.strip() == "[]" and len(reply.stdout) > 200
