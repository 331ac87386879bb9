"""Where music comes from: every corpus as a sequence of pieces, with its licence and its splits."""

from .loading import Corpus, CorpusUnavailable, available, load
from .registry import SOURCES, Source, data_statement

__all__ = [
    "SOURCES",
    "Corpus",
    "CorpusUnavailable",
    "Source",
    "available",
    "data_statement",
    "load",
]
