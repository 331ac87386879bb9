"""A ``Piece`` to and from the libraries that readers already know."""


def to_pretty_midi(piece):
    raise NotImplementedError


def to_music21(piece):
    raise NotImplementedError


def from_music21(stream):
    raise NotImplementedError


def write_musicxml(piece, path):
    raise NotImplementedError
