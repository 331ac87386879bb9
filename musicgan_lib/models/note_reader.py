"""An encoder of notes with a question on top: of each note, or of the whole row."""

import torch
from torch import nn

from .note_encoder import NoteEncoder

OF = ("note", "piece")


class NoteReader(nn.Module):
    """What the answer to a question may be, given all notes of a row.

    Parameters
    ----------
    encoder : hears the notes, and hides nothing of them.
    classes : how many answers there are.
    of : ``"note"``, an answer for each note; or ``"piece"``, one for the row, of what its notes say in a mean whose
        weights are learned.

    ValueError for another ``of``. Source: Chou et al. (2021), with one dense layer before the answer.
    """

    def __init__(self, encoder: NoteEncoder, classes: int, of: str):
        super().__init__()
        if of not in OF:
            raise ValueError(f"a question is of {of!r}; choose {', '.join(OF)}")
        width = encoder.norm.normalized_shape[0]
        self.encoder = encoder
        self.weigh = nn.Linear(width, 1) if of == "piece" else None
        self.answer = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, classes))

    def forward(self, notes: torch.Tensor) -> torch.Tensor:
        """Logits of notes ``(B, N, F)``, -1 where there is none: ``(B, N, classes)``, of a piece ``(B, classes)``."""
        there = notes[..., 0] >= 0
        nothing = torch.zeros(notes.shape, dtype=torch.bool).to(notes.device)
        heard = self.encoder.hear(self.encoder.embed(notes, nothing), there)
        if self.weigh is not None:
            weight = self.weigh(heard).masked_fill(~there[..., None], -torch.inf).softmax(1)
            heard = (weight * heard).sum(1)
        return self.answer(heard)

    def take_over(self, encoder: NoteEncoder) -> None:
        """Begin from the weights of another encoder of this size."""
        self.encoder.load_state_dict(encoder.state_dict())
