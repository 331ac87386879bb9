"""Palestrina's masses: values longer than a whole note, voices from the top, everything halved."""

from musicgan_lib.corpora import chorale_scores, palestrina

SCORE = """!!!OPR: Missa brevis
**kern\t**kern\t**kern\t**kern
*M4/2\t*M4/2\t*M4/2\t*M4/2
=1\t=1\t=1\t=1
0C\t00c\t1r\t1.g
.\t.\t1d\t2a
=2\t=2\t=2\t=2
0D\t.\t0e\t0b
==\t==\t==\t==
*-\t*-\t*-\t*-
"""


def write(folder):
    file = folder / "Kyrie_00.krn"
    file.write_text(SCORE, "latin1")
    return file


def test_a_breve_is_eight_quarters(tmp_path):
    parts = chorale_scores.read_score(write(tmp_path))
    assert [part.notes for part in parts] == [
        [[0, 6, 67], [6, 2, 69], [8, 8, 71]],
        [[4, 4, 62], [8, 8, 64]],
        [[0, 16, 60]],
        [[0, 8, 48], [8, 8, 50]],
    ]


def test_a_movement_is_read_from_the_top_in_halved_values(tmp_path):
    file = write(tmp_path)
    piece = palestrina.read_movement(file, "Missa brevis")
    assert palestrina.count_voices(file) == 4 and piece.metre[0][1:] == (4, 4)
    sung = {
        track: piece.notes[["onset", "duration", "pitch"]][piece.notes["track"] == track].tolist()
        for track in range(4)
    }
    assert sung[0] == [(0, 3, 67), (3, 1, 69), (4, 4, 71)] and sung[3] == [(0, 4, 48), (4, 4, 50)]
    assert piece.title == "Missa brevis: Kyrie_00" and not piece.dynamics


def test_movements_of_four_voices_are_found_without_reading_them():
    """A third of the files; those of five voices and more are left."""
    files = sorted(palestrina.find_scores().glob("*.krn"))
    of_four = sum(palestrina.count_voices(file) == 4 for file in files)
    assert (len(files), of_four) == (1318, 498)
