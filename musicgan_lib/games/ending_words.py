"""The game on words where a word is a pitch: the last notes of melodies."""

from ..data.encode import encode_tokens
from ..data.endings import LENGTH
from . import word_settings
from .settings import Request, refuse
from .words import WordGame

#: Settings of words that have a choice of forms and keys, which pitches in one key have not
OF_WORDS = ("form", "all_keys", "one_key", "close_chords")


class EndingGame(WordGame):
    """An LSTM over pitches and a discriminator, by the loop of the game on words."""

    Config = word_settings.Config

    def configure(self, request: Request) -> word_settings.Config:
        """See :func:`word_settings.configure`. ValueError for forms and keys of words, and more notes."""
        config, plain = word_settings.configure(request, self.Config), self.Config()
        for name in OF_WORDS:
            value = getattr(config, name)
            refuse(
                value != getattr(plain, name),
                f"{name} is {value}, and ends of melodies are pitches in one key: leave it",
            )
        refuse(
            config.length > LENGTH,
            f"length is {config.length}, and an end has {LENGTH} notes: choose {LENGTH} or less",
        )
        self.choose_signal(config).refuse(config, request.changes)
        return config

    def encode(self, config, corpus: str):
        return encode_tokens(corpus, "endings")
