"""Cases: the surveys they are about, the queue of them, and what a person answered, drafted, asked and decided."""

from csat_tui.store.cases import drafts, questions, queue, surveys
from csat_tui.store.cases.casework import (
    BESIDE_A_CASE,
    answers,
    decided_between,
    decision,
    drop_answer,
    give_back,
    kept_apart,
    load_case,
    put_answer,
    put_apart,
    put_beside,
    put_decision,
    reopen,
    set_claim,
    snooze,
    stage,
)
from csat_tui.store.cases.duplicates import ON_THE_DESK

__all__ = [
    "BESIDE_A_CASE",
    "ON_THE_DESK",
    "answers",
    "decided_between",
    "decision",
    "drafts",
    "drop_answer",
    "give_back",
    "kept_apart",
    "load_case",
    "put_answer",
    "put_apart",
    "put_beside",
    "put_decision",
    "questions",
    "queue",
    "reopen",
    "set_claim",
    "snooze",
    "stage",
    "surveys",
]
