"""What is decoded from a real piece is that piece: its licence travels with it."""

import pytest

from musicgan_lib import corpora
from musicgan_lib.listening import player
from musicgan_lib.representations import note_matrix, quadruplets, triples, words


@pytest.mark.parametrize("module", [note_matrix, quadruplets, triples, words])
def test_the_licence_survives_a_round_trip(module, monkeypatch):
    tune = corpora.load("tunes")[0].replace(source="nottingham", publishable=False)
    array = module.encode(tune)
    assert module.decode(array).source == "generated"
    again = module.decode(array, like=tune)
    assert (again.source, again.publishable, again.title) == ("nottingham", False, tune.title)
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    assert "Not in this page" in player(again).html and "Not in this page" in player(tune).html
