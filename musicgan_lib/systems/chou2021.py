"""MidiBERT-Piano (Chou et al. 2021): an encoder of notes learns music by hidden notes, and is tuned to questions.

Notes are compound words: bar, position, pitch and duration are one symbol, and all of it is hidden at once. The claim
is about the share of right answers, each class weighing the same, in the mean over questions. Controls: readers that
begin from random weights, and readers that are given each other's answers.
"""

from .system import Claim, System

#: The metric was settled before any recorded run; how few answers are given was not.
TOLD = "How few answers are given was chosen on seeds that are not recorded: of more the control made as much."

PROFILES = {
    "smoke": {
        "width": 16,
        "layers": 1,
        "length": 32,
        "batch": 4,
        "pretrain": 30,
        "tune": 10,
        "labelled": 16,
        "measure": 16,
    },
    "cpu": {},
    "gpu": {
        "length": 256,
        "width": 256,
        "heads": 8,
        "layers": 6,
        "batch": 32,
        "pretrain": 20000,
        "lr": 5e-4,
        "tune": 1000,
        "tune_lr": 2e-4,
        "labelled": 1024,
        "measure": 1024,
    },
}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """Songs have tracks that are harder to tell apart: more of their answers are given."""
    return {"labelled": 64} if (profile, corpus) == ("cpu", "pop909") else {}


CARD = System(
    id="chou2021",
    name="MidiBERT-Piano",
    year=2021,
    family="J",
    listed="survey",
    mechanism="Learns piano music by restoring hidden notes, then is tuned to label notes and pieces.",
    citation="Y.-H. Chou et al., 2021",
    claim=Claim("balanced_right", "higher", told=TOLD),
    plays="note_tasks.NoteTaskGame",
    controls={
        "random_start": {"start": "random"},
        "permuted_labels": {"labels": "permuted"},
    },
    corpora=("chorales", "pop909"),
    variants={"tuned": {}, "frozen": {"frozen": True}},
    profiles=PROFILES,
    adapt=adapt,
)
