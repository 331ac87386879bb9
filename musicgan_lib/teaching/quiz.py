"""A question with its options, each with the reason why it is right or wrong. No script needed."""

import hashlib
from html import escape

_RIGHT = "<strong data-right>Right.</strong>"
_WRONG = "<strong>Not this one.</strong>"


class Quiz:
    """A question that a notebook shows, and whose reasons open one by one."""

    def __init__(self, question: str, options: dict[str, str], answer: str):
        self.question, self.options, self.answer = question, options, answer

    @property
    def name(self) -> str:
        """By which a page remembers the answer; another question has another one."""
        return hashlib.sha256(self.question.encode()).hexdigest()[:10]

    def __repr__(self) -> str:
        return "\n".join([self.question, *(f"  - {option}" for option in self.options)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<details><summary>{escape(option)}</summary><p>"
            f"{_RIGHT if option == self.answer else _WRONG} {escape(reason)}</p></details>"
            for option, reason in self.options.items()
        )
        return (
            f'<div class="musicgan-quiz" data-quiz="{self.name}"><p><strong>{escape(self.question)}</strong></p>'
            f"{rows}</div>"
        )


def quiz(question: str, options: dict[str, str], *, answer: str) -> Quiz:
    """Ask a question; each option opens to say whether it is right, and why.

    Parameters
    ----------
    options : option -> the reason, at least two, each with one. ``answer`` is one of them.

    Raises ValueError for an answer that is no option, or an option without a reason.
    """
    if answer not in options:
        raise ValueError(f"the answer {answer!r} is not one of the options {list(options)}")
    if len(options) < 2 or not all(reason.strip() for reason in options.values()):
        raise ValueError("a quiz has two or more options, each with its reason")
    return Quiz(question, options, answer)
