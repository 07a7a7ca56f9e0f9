"""Service recovery: where surveys belong, what was set by hand, recovery notes, and their lists."""

from csat_tui.store.service_recovery.notes import (
    RecoveryDraft,
    drop_recovery_draft,
    put_recovery_draft,
    put_recovery_note,
    recovery_draft,
    recovery_notes,
    recovery_tickets,
    take_note_back,
    take_recovery_notes,
)
from csat_tui.store.service_recovery.placement import PLACES_CHANGED, fixes_of, keep_places, place_surveys, put_fix
from csat_tui.store.service_recovery.survey_list import (
    NewestNote,
    RecoveryKey,
    RecoveryList,
    RecoverySurvey,
    recovery_survey,
    recovery_surveys_after,
    recovery_surveys_before,
    recovery_surveys_of_ticket,
    replaced_by_surveys,
    surveys_to_fix,
)

__all__ = [
    "PLACES_CHANGED",
    "NewestNote",
    "RecoveryDraft",
    "RecoveryKey",
    "RecoveryList",
    "RecoverySurvey",
    "drop_recovery_draft",
    "fixes_of",
    "keep_places",
    "place_surveys",
    "put_fix",
    "put_recovery_draft",
    "put_recovery_note",
    "recovery_draft",
    "recovery_notes",
    "recovery_survey",
    "recovery_surveys_after",
    "recovery_surveys_before",
    "recovery_surveys_of_ticket",
    "recovery_tickets",
    "replaced_by_surveys",
    "surveys_to_fix",
    "take_note_back",
    "take_recovery_notes",
]
