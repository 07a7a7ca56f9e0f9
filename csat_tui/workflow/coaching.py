"""The coaching desk: mark what an agent is to work on, note talks and agreements, and see what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from csat_tui.domain.review.coaching import (
    NOTED,
    SUBMITTED,
    CoachingDeed,
    CoachingItem,
    CoachingState,
    CoachingStep,
    by_need,
    why_no_step,
    why_no_text,
)
from csat_tui.domain.review.results import ScoresAround, lines_below_full, scores_around
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.scorecard import ScorecardLine
from csat_tui.reports.coaching_rows import COACHING_COLUMNS, coaching_row
from csat_tui.reports.tracker import write_csv, write_xlsx
from csat_tui.store.database import Database
from csat_tui.store.review import (
    delivered_note,
    ratings_of,
    review_draft,
    reviewed_notes_of,
    scorecard_in_version,
    thread_of_note,
)
from csat_tui.store.review.coaching import (
    coaching_items,
    coaching_items_ending,
    coaching_submission,
    coaching_submissions,
    put_coaching_item,
    put_coaching_step,
)
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review_loop import ReviewLoop

COACHING_CHANGED = "coaching"
"""What the store announces where a coaching item has changed."""

COACHING_TITLE = "Coaching items"
"""The title of the sheet; the tracker's own “Coaching” has what agents submitted."""

SHORTEST_ENDING = 4
"""Characters of an id that name an item, if no other ends so."""


class NotCoached(Exception):
    """Nothing was written about coaching; the text says why."""


@dataclass(frozen=True, slots=True)
class CoachingList:
    """Items in the order in which somebody works on them; `set_aside` counts submissions about ratings set aside."""

    items: tuple[CoachingItem, ...]
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """What is written beforehand for a new item, and the lines of the scorecard that it is about."""

    what: str = ""
    line_ids: tuple[str, ...] = ()


class CoachingDesk:
    """What agents are coached on; every method is one short transaction. Works offline."""

    def __init__(self, database: Database, desk: Desk, loop: ReviewLoop) -> None:
        self._database = database
        self._desk = desk
        self._loop = loop

    @property
    def today(self) -> date:
        """The day of this machine's zone."""
        return self._desk.now.astimezone().date()

    def items(self, agent: str = "", *, closed: bool = False) -> CoachingList:
        """Return the items of an agent or of everybody, with what agents submitted. Raises StoreError."""
        with self._database.read() as connection:
            found = coaching_items(connection, agent, closed=closed)
            submitted, aside = coaching_submissions(connection, agent)
        return CoachingList(tuple(by_need([*found, *submitted], self.today)), aside)

    def due(self) -> list[CoachingItem]:
        """Return the items whose follow-up is due, the one that waits longest first. Raises StoreError."""
        with self._database.read() as connection:
            found = coaching_items(connection)
        today = self.today
        return [item for item in by_need(found, today) if item.state(today) is CoachingState.DUE]

    def find(self, text: str) -> CoachingItem:
        """Return the item that an id means, or the end of one. Raises NotCoached, StoreError."""
        with self._database.read() as connection:
            return _find(connection, text)

    def scores(self, items: Sequence[CoachingItem]) -> Mapping[str, ScoresAround]:
        """Return by the items' ids the agents' scores before the first talk and after it; nothing before there was one.

        A review counts by when its note was written, and as it stands after a settlement. Raises StoreError.
        """
        talked = [(item, day) for item in items if (day := item.talked_on) is not None]
        found: dict[str, ScoresAround] = {}
        policy, cards = self._desk.review_policy, self._desk.playbook.scorecards
        with self._database.read() as connection:
            for agent_id, agent in dict.fromkeys((item.agent_id, item.agent) for item, _ in talked):
                notes = reviewed_notes_of(connection, policy, cards, agent_id, agent)
                percents = [(note.at, note.percent) for note in notes]
                ratings, aside = ratings_of(connection, agent)
                found |= {
                    item.id: ScoresAround(day, scores_around(percents, day), scores_around(ratings, day), aside)
                    for item, day in talked
                    if (item.agent_id, item.agent) == (agent_id, agent)
                }
        return found

    def rows(
        self, agent: str = "", since: datetime | None = None, until: datetime | None = None
    ) -> list[Mapping[str, str]]:
        """Return every item that was found in a period as a row of a sheet, closed ones as well. Raises StoreError.

        Submissions that nobody has taken up are on their own sheet.
        """
        items = [
            item
            for item in self.items(agent, closed=True).items
            if item.taken_up and (since is None or item.at >= since) and (until is None or item.at < until)
        ]
        scores = self.scores(items)
        return [coaching_row(item, scores.get(item.id), self.today) for item in items]

    def export(self, path: Path, agent: str = "", *, over: bool = False) -> int:
        """Write every item to a file, a workbook or, for any other name, CSV; returns how many. Raises NotSaved."""
        rows = self.rows(agent)
        if path.suffix.lower() == ".xlsx":
            return write_xlsx(path, COACHING_TITLE, COACHING_COLUMNS, rows, over=over)
        return write_csv(path, COACHING_COLUMNS, rows, over=over)

    def offered(self, comment_id: int) -> OfferedItem:
        """Return what a note's author may be to work on: what lost points in its review, finished or not.

        Where nobody has scored the note, it is what the note fails by the machine's rules. Raises StoreError.
        """
        with self._database.read() as connection:
            note = delivered_note(connection, comment_id)
            if note is None:
                return OfferedItem()
            lines = self._lines_that_lost(connection, comment_id)
        if lines:
            return OfferedItem("; ".join(line.label for line in lines), tuple(line.id for line in lines))
        rules = {rule.id: rule.label for rule in self._desk.playbook.audit}
        return OfferedItem("; ".join(rules.get(one, one) for one in note.failed))

    def _lines_that_lost(self, connection: Connection, comment_id: int) -> Sequence[ScorecardLine]:
        draft = review_draft(connection, comment_id)
        thread = thread_of_note(connection, comment_id, self._desk.review_policy)
        if draft is not None:
            version, scores = draft.card_version, draft.lines
        elif thread.review is not None:
            version, scores = thread.review.card_version, thread.lines
        else:
            return ()
        card = scorecard_in_version(connection, version, self._desk.playbook.scorecards)
        return () if card is None else lines_below_full(card, scores)

    def mark(self, comment_id: int, what: str, agent: str = "", line_ids: Sequence[str] = ()) -> CoachingItem:
        """Mark on a delivered note what its author, or another agent, is to work on. Raises NotCoached, StoreError."""
        what, agent = _clean(what), " ".join(_clean(agent).split())
        if why := why_no_text(what):
            raise NotCoached(f"{why} Nothing was written.")
        person = self._coach()
        with self._database.write(COACHING_CHANGED) as connection:
            note = delivered_note(connection, comment_id) if 0 < comment_id < 2**63 else None
            if note is None:
                raise NotCoached(f"There is no note {comment_id} here. Nothing was written.")
            agent_id = note.author_id if not agent or agent == note.author else None
            item = CoachingItem(
                "", note.survey_id, self._desk.now, person.id, person.name, agent_id, agent or note.author, what,
                comment_id, tuple(line_ids),
            )  # fmt: skip
            return put_coaching_item(connection, item)

    def step(self, item_id: str, deed: CoachingDeed, text: str, day: date | None = None) -> CoachingItem:
        """Note what was done about an item; a submission is taken up by it. Raises NotCoached, StoreError.

        The day is today where none is said; an agreement needs one.
        """
        text, person = _clean(text), self._coach()
        with self._database.write(COACHING_CHANGED) as connection:
            item = _find(connection, item_id)
            if day is None and deed is CoachingDeed.AGREED:
                raise NotCoached("Say by which day it is followed up. Nothing was written.")
            day = day or self.today
            if why := why_no_step(item, deed, day, text, self.today):
                raise NotCoached(f"{why} Nothing was written.")
            if not item.taken_up:
                item = put_coaching_item(connection, item)
            step = CoachingStep("", self._desk.now, person.id, person.name, deed, day, text)
            return put_coaching_step(connection, item, step)

    def _coach(self) -> HelpDeskUser:
        """Return who works here. Raises NotCoached where they may not review."""
        if why := self._loop.why_no_reviewer():
            raise NotCoached(f"Nothing was written: {why}.")
        return self._loop.person()


def _find(connection: Connection, text: str) -> CoachingItem:
    wanted = text.strip().lower()
    if wanted.startswith((SUBMITTED, NOTED)):
        submitted = coaching_submission(connection, wanted)
        found = [] if submitted is None else [submitted]
    else:
        found = coaching_items_ending(connection, wanted) if len(wanted) >= SHORTEST_ENDING else []
    match found:
        case [item]:
            return item
        case []:
            raise NotCoached(f"There is no coaching item “{text[:40]}” here. Nothing was written.")
    raise NotCoached(f"Several coaching items end in “{text[:40]}”; say more of the id. Nothing was written.")


def _clean(text: str) -> str:
    return text.strip().encode("utf-8", "replace").decode()
