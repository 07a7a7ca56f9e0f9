"""Recovery notes: what was done about one unhappy customer, and the private notes in which they stand on tickets.

A note is readable for people without csat-tui. What was written is read back without loss; a note that was edited, cut
or typed by hand is read as far as it goes, and says what it is.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from csat_tui.domain.formats import ParsedNote, normalise_text, parse_note, render_note
from csat_tui.domain.ids import OpId, TicketId
from csat_tui.domain.playbook import Format
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.step_notes import author_of, step_id_of
from csat_tui.domain.ticket import Author, Message

RECOVERY_DECISION = "(recovery)"
"""The outcome id of a recovery note, which decides no case; no playbook's outcome can have this id."""

RECOVERY_FORMAT = Format(
    "recovery", "Recovery note",
    (
        "CSAT recovery note", "Author: {author}", "Spoke to the customer: {spoken}", "Notes: {text}",
        "Reference: {id}", "Check: {check}",
    ),
)  # fmt: skip

LONGEST_AUTHOR = 200
_TITLE = RECOVERY_FORMAT.lines[0].casefold()
_SPOKEN = {"yes": True, "no": False}
_OTHER_SPACES = re.compile(r"[^\S\n]")
_NOT_YET = 2**63
_CHECKED = 12
"""Digits of the hash in a note."""


class NotesState(StrEnum):
    """What the recovery notes of a survey come to."""

    NONE = "none"
    NEVER_SPOKEN = "never spoken"
    HAS_SPOKEN = "has spoken"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryNote:
    """What was done about one unhappy customer; never edited once it is saved.

    `author` is any name (source document 003), `by` who was signed in at the help desk when it was written. `at` is the
    help desk's time once the note was read back there, and this computer's until then.
    """

    id: str
    """A UUIDv7."""
    ticket_id: TicketId | None
    """The survey ticket; None where the survey has none, and the note stays here."""
    by: HelpDeskUser
    at: datetime
    author: str
    spoken: bool
    text: str
    op_id: OpId | None = None
    comment_id: int | None = None
    """The number of its comment; None until it was read back."""
    problems: tuple[str, ...] = ()
    """Sentences about what in its text is not as it was written."""

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Its place among the notes of a survey: a help desk's times are whole seconds, and its numbers rise."""
        return self.at, self.comment_id or _NOT_YET, self.id

    @property
    def spoken_in_words(self) -> str:
        """Whether somebody spoke to the customer, as lists append it."""
        return spoken_in_words(self.spoken)

    @property
    def writer(self) -> str:
        """Who wrote it, where that is somebody else than its author; empty where it is the same name."""
        return "" if _one_line(self.by.name).casefold() == self.author.casefold() else self.by.name


def spoken_in_words(spoken: bool) -> str:
    """Return the words of source document 003."""
    return f"(Spoke? {'Yes' if spoken else 'No'})"


def default_author(signed_in: str, recipient: str, lead: str) -> str:
    """Return who a note is from unless somebody types another name: the first that applies, of source document 003.

    That is the person who is logged on, the recipient of the report where the note is opened from its title, and the
    lead of the support group.
    """
    return next((name for name in map(_one_line, (signed_in, recipient, lead)) if name), "")


def clean_author(name: str) -> str:
    """Return an author's name as it is kept: one line, cut where it is too long for one."""
    return _one_line(name)[:LONGEST_AUTHOR].rstrip()


def clean_words(text: str) -> str:
    """Return the words of a note as they are kept, so that they are read back as they are here.

    Spaces that do not break come back from a help desk as plain ones.
    """
    return normalise_text(_OTHER_SPACES.sub(" ", text))


def write_recovery_note(note: RecoveryNote) -> str:
    """Return the private note that stands on the survey ticket."""
    spoken = "yes" if note.spoken else "no"
    check = _check(note.id, note.ticket_id, note.author, note.spoken, note.text)
    told = {"author": note.author, "spoken": spoken, "text": note.text, "id": note.id, "check": check}
    return render_note(RECOVERY_FORMAT, told)


def is_recovery_note(message: Message) -> bool:
    """Return whether a message is a private note that calls itself a recovery note."""
    if message.public or message.author is not Author.AGENT:
        return False
    return message.body.lstrip()[: 4 * len(_TITLE)].split("\n", 1)[0].strip().casefold() == _TITLE


def read_recovery_note(message: Message) -> RecoveryNote:
    """Return the recovery note that a private note is, with a sentence for each thing that is not as it was written.

    Who wrote it and when are the help desk's word and never the text's. A note without a usable reference has one from
    its comment, the same whenever it is read.
    """
    note = parse_note(RECOVERY_FORMAT, message.body, one_line=("author", "spoken", "id", "check"))
    fields, by = note.fields, author_of(message)
    author, text = clean_author(fields.get("author", "")), fields.get("text", "")
    spoken = _SPOKEN.get(" ".join(fields.get("spoken", "").split()).casefold())
    reference = _uuid(fields.get("id", ""))
    problems = []
    if not author:
        problems.append("it does not say whose note it is")
    if spoken is None:
        problems.append("it does not say whether somebody spoke to the customer, so it counts as no")
    if not text:
        problems.append("it has no words")
    wanted = _check(reference, message.ticket_id, author, bool(spoken), text)
    if not fields.get("check"):
        problems.append("its end is missing: it was cut, or typed by hand")
    elif fields["check"] != wanted or _more(note):
        problems.append("it was changed, or written for another ticket: its check does not fit its words")
    return RecoveryNote(
        id=reference or step_id_of(message.id, message.created_at), ticket_id=message.ticket_id, by=by,
        at=message.created_at, author=author or _one_line(by.name), spoken=bool(spoken), text=text,
        op_id=message.op_id, comment_id=message.id, problems=tuple(problems),
    )  # fmt: skip


def _more(note: ParsedNote) -> bool:
    return bool(note.remainder or note.problems)


def _check(reference: str, ticket_id: TicketId | None, author: str, spoken: bool, text: str) -> str:
    # Spaces do not count: a help desk may come back with fewer.
    told = json.dumps([reference, ticket_id, author, spoken, " ".join(text.split())], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:_CHECKED]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _uuid(text: str) -> str:
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return ""
