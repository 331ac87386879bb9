"""Files are written whole, under names that a file system takes."""

import pytest

from musicgan_lib.files import shorten_name, write_whole


@pytest.mark.parametrize("name", ["plain", "a" * 120, "é" * 60])
def test_a_short_name_stays(name):
    assert shorten_name(name) == name


@pytest.mark.parametrize("name", ["a" * 121, "é" * 200, "variant," + "setting=1," * 40])
def test_a_long_name_fits_and_stays_its_own(name, tmp_path):
    short = shorten_name(name)
    assert len(short.encode()) <= 120 and short[:8] == name[:8]
    assert short != shorten_name(name + "!")
    assert write_whole(tmp_path / f"{short}-0-0.mid", b"x").read_bytes() == b"x"
