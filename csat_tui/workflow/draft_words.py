"""The words that a decision takes, what it leaves in the draft, and the text of windows that were open at the end."""

from collections.abc import Collection, Mapping, Sequence

from csat_tui.domain.case import Case, Draft, Version
from csat_tui.domain.clock import Clock
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.decide import Blocker, Decision
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Playbook
from csat_tui.store.cases import drafts
from csat_tui.store.database import Database


def other_case(begun_for: SurveyId) -> str:
    """Say why words are not sent on the case on the screen."""
    return f"these words were begun for case {begun_for}, and this is another case; they are kept with theirs"


def contested(label: str, versions: Sequence[Version]) -> str:
    """Say that somebody else has written in a field too."""
    by = versions[-1].by or "another terminal"
    return f"{label} was also written by {by}: choose between the two first"


def unweighed(draft: Draft, name: str, text: str, writer: str, seen: str | None = None) -> tuple[Version, ...]:
    """Return what others have written in a field beside the words that this writer has there.

    That is also what somebody has put in the place of these words, unless this writer has `seen` it.
    """
    versions = list(draft.others.get(name, ()))
    last = draft.written.get(name)
    # Words that a decision left or gave back are nobody's: they were sent or on a screen before, and are no rival's.
    if last is not None and last.writer not in ("", writer) and last.text != seen:
        versions.append(last)
    return tuple(one for one in versions if one.text.strip() and one.text.strip() != text.strip())


def contested_fields(
    case: Case, decision: Decision, draft: Draft, playbook: Playbook, settled: Collection[str], writer: str
) -> tuple[Blocker, ...]:
    """Return the fields of a decision in which others wrote words that its writer has not weighed yet."""
    asked = asked_fields(case, playbook.outcome(decision.outcome_id), decision.findings, playbook)
    versions = {one.id: unweighed(draft, one.id, decision.fields.get(one.id, ""), writer) for one in asked}
    return tuple(
        Blocker(contested(field.label.lower(), versions[field.id]), field_id=field.id)
        for field in asked
        if versions[field.id] and field.id not in settled
    )


def draft_left(case: Case, decision: Decision, playbook: Playbook) -> Draft:
    """Return what stays in the draft: of a case that is only parked, the words beside the question."""
    if not decision.parks:
        return Draft()
    outcome = playbook.outcome(decision.outcome_id)
    asked = {field.id for field in asked_fields(case, outcome, decision.findings, playbook)}
    return Draft(None, {name: text for name, text in decision.fields.items() if name not in asked})


class RecoveredText:
    """Text of open windows, which belongs to no case yet; every method is one short transaction on the store."""

    def __init__(self, database: Database, clock: Clock, writer: str) -> None:
        self._database = database
        self._clock = clock
        self._writer = writer

    def keep(self, words: str) -> None:
        """Keep the text of this process's windows, in place of what it kept before."""
        with self._database.write() as connection:
            drafts.keep_recovered_text(connection, self._writer, words, self._clock.now())

    def read(self) -> Mapping[str, str]:
        """Return the kept texts, by the process that kept each."""
        with self._database.read() as connection:
            return drafts.recovered_text(connection)

    def forget(self, seen: Mapping[str, str]) -> None:
        """Forget the texts that the person has seen; a text that has changed since then stays."""
        with self._database.write() as connection:
            drafts.forget_recovered_text(connection, seen)
