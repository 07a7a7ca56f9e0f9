"""Lists of low scores picked up where they arrive: each taken in once, what is no list said once, nothing touched."""

import logging
import os
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from csat_tui.domain.clock import Clock
from csat_tui.file_access import NotAFile
from csat_tui.intake import watched_places as places
from csat_tui.intake.low_score_rows import LowScores
from csat_tui.intake.low_scores import LARGEST_LIST, read_low_scores
from csat_tui.intake.watched_places import WatchedFile
from csat_tui.key_priority import yield_to_keys
from csat_tui.store import low_score_lists
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError
from csat_tui.store.low_score_lists import WatchedSource
from csat_tui.workflow.low_scores import TOPIC, LowScoresDesk, TakenBefore, TakenList

log = logging.getLogger(__name__)

WATCH_INTERVAL = 3.0
"""Seconds between two checks; a file with the same size and time in two checks is no longer being written."""

FILES_PER_CHECK = 20
"""The most files or mails that one check reads."""

PICKED_UP = "watched"
"""The topic of announcements about lists that were picked up, or could not be."""

WORDS_KEPT = timedelta(days=7)
"""How long the words are kept that say why something is no list; that it was said is kept for good."""

HUSH_EVERY = timedelta(hours=1)

_UNREADABLE = "unreadable "
_LAST_WORDS = 2.0
"""Seconds that the end of the program waits for a check: a folder may lie on a machine that does not answer."""

_OURS = "it could not be read, for a reason that is not yours; the log has the details"


@dataclass(slots=True)
class CheckedPlaces:
    """The result of a check: the lists that were picked up, new problems as sentences, and how many files wait."""

    taken: list[TakenList] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    waiting: int = 0

    @property
    def sentences(self) -> list[str]:
        """The lists and the problems, a sentence each."""
        rows = [
            f"“{one.report.name}” was picked up: {one.lines} {'row' if one.lines == 1 else 'rows'}"
            + (f", {one.unreadable} of them cannot be read." if one.unreadable else ".")
            for one in self.taken
        ]
        return [*rows, *(f"{one}." for one in self.problems)]


class Watching:
    """Looks at the folder and the mailbox that are configured, on a thread of its own beside the screen."""

    def __init__(
        self, database: Database, lists: LowScoresDesk, clock: Clock, folder: str = "", mailbox: str = ""
    ) -> None:
        self._database = database
        self._lists = lists
        self._clock = clock
        self._folder = Path(folder) if folder else None
        self._mailbox = Path(mailbox) if mailbox else None
        self._known: dict[str, dict[str, WatchedSource]] = {}
        self._resting: dict[str, dict[str, str]] = {}
        """By place, what was seen at the last look and not read yet, with its stamp."""
        self._hushed: datetime | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._news = deque[str]()

    @property
    def places(self) -> tuple[str, ...]:
        """The places that are looked at."""
        return tuple(places.storable(str(one)) for one in (self._folder, self._mailbox) if one is not None)

    def start(self) -> None:
        """Begin, where there is anything to look at."""
        if self.places:
            self._thread = threading.Thread(target=self._run, name="watched lists", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End; a list that is being read is finished, unless its place does not answer."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(_LAST_WORDS)

    def news(self) -> list[str]:
        """Return what was picked up since this was last asked, and what could not be, as sentences."""
        return [self._news.popleft() for _ in range(len(self._news))]

    def problems(self, since: datetime) -> list[str]:
        """Return what could not be picked up since a moment, a sentence without its full stop each."""
        if not self.places:
            return []
        with self._database.read() as connection:
            return low_score_lists.watch_problems(connection, self.places, since)

    def _run(self) -> None:
        yield_to_keys()
        while not self._ended.wait(WATCH_INTERVAL):
            try:
                checked = self.check()
            except StoreError as error:
                log.warning("watched lists: %s", error)
            except Exception:  # on a thread beside the screen, where nobody else would hear of it
                log.exception("watched lists: a fault of our own")
            else:
                if checked.sentences:
                    self._news.extend(checked.sentences)
                    self._database.announce(PICKED_UP)

    def check(self) -> CheckedPlaces:
        """Read everything that is new and has not changed since the last check. Raises StoreError."""
        checked = CheckedPlaces()
        self._hush()
        for place, mailbox in ((self._folder, False), (self._mailbox, True)):
            if place is None or self._ended.is_set():
                continue
            one = _Place(self, place, checked, mailbox=mailbox)
            try:
                one.check()
            except (NotAFile, OSError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                where = "mailbox" if mailbox else "folder"
                one.complain(f"The watched {where} {place} cannot be read: {reason[:1].lower()}{reason[1:]}")
            else:
                one.complain("")
        return checked

    def _hush(self) -> None:
        now = self._clock.now()
        if self._hushed is None or not now - HUSH_EVERY < self._hushed <= now:
            self._hushed = now
            with self._database.write() as connection:
                low_score_lists.forget_old_problems(connection, self.places, now - WORDS_KEPT)

    # What a place is looked at with

    def known(self, place: str) -> dict[str, WatchedSource]:
        """Return what was looked at in a place."""
        if place not in self._known:
            with self._database.read() as connection:
                self._known[place] = low_score_lists.watched_in(connection, place)
        return self._known[place]

    def keep(self, place: str, one: WatchedSource) -> None:
        """Keep what was looked at."""
        with self._database.write(*((TOPIC,) if one.problem else ())) as connection:
            low_score_lists.put_watched(connection, place, one, self._clock.now())
        self.known(place)[one.name] = one

    def forget(self, place: str, names: Sequence[str]) -> None:
        """Forget what has gone from a place."""
        with self._database.write(TOPIC) as connection:
            low_score_lists.forget_watched(connection, place, names)
        for name in names:
            del self.known(place)[name]

    def resting(self, place: str, stamps: dict[str, str]) -> dict[str, str]:
        """Return what was seen there at the last look, and remember what is seen now."""
        before, self._resting[place] = self._resting.get(place, {}), stamps
        return before

    def take(self, read: LowScores, name: str) -> TakenList | None:
        """Take a list in; None where it was taken in before."""
        try:
            return self._lists.keep(read, name)
        except TakenBefore:
            return None

    @property
    def ended(self) -> bool:
        """Whether the program is about to end."""
        return self._ended.is_set()


class _Place:
    """One place during one look."""

    def __init__(self, watching: Watching, path: Path, checked: CheckedPlaces, *, mailbox: bool) -> None:
        self._watching = watching
        self._path = path
        self._checked = checked
        self._mailbox = mailbox
        self._name = places.storable(str(path))
        self._known = watching.known(self._name)

    def check(self) -> None:
        """Read what is new. Raises NotAFile, OSError for the place itself."""
        if self._mailbox and not self._path.is_dir():
            self._check_mails()
            return
        if self._mailbox and not places.is_maildir(self._path):
            raise NotAFile("it is a folder and no Maildir, for it has neither “new” nor “cur” in it")
        self._check_files(places.watched_files(self._path, mails=self._mailbox))

    def complain(self, problem: str) -> None:
        """Keep what is wrong with the place itself, or that nothing is any more."""
        before = self._known.get("", WatchedSource("", ""))
        if before.problem != problem:
            self._watching.keep(self._name, replace(before, problem=problem))
            self._checked.problems += [problem] if problem else []

    def _check_files(self, files: Sequence[WatchedFile]) -> None:
        new = [one for one in files if self._is_new(one)]
        before = self._watching.resting(self._name, {one.name: one.stamp for one in new})
        ready = [one for one in new if before.get(one.name) == one.stamp]
        self._checked.waiting += max(len(new) - min(len(ready), FILES_PER_CHECK), 0)
        there = {one.name for one in files}
        gone = [name for name in self._known if name and name not in there]
        if gone and not new:
            # Only now, for something new may be what has gone under another name.
            self._watching.forget(self._name, gone)
        for one in ready[:FILES_PER_CHECK]:
            if self._watching.ended:
                return
            self._read(one)

    def _is_new(self, one: WatchedFile) -> bool:
        """Tell whether a file was not read as it is now; one without any content is waited for."""
        before = self._known.get(one.name)
        return one.size != 0 and (before is None or before.stamp != one.stamp)

    def _read(self, one: WatchedFile) -> None:
        before = self._known.get(one.name)
        called = one.path.name
        try:
            content = places.content_of(one.path)
        except (NotAFile, OSError) as error:
            stamp = f"{_UNREADABLE}{one.stamp}"
            if os.path.lexists(one.path) and (before is None or before.stamp != stamp):
                self._keep(WatchedSource(one.name, stamp, problem=self._sentence(called, str(error))))
            return
        if len(content) < one.size <= LARGEST_LIST or len(content) > one.size:
            return  # it changed while it was read: the next looks see what comes of it
        digest = places.digest_of(content, is_mail=self._mailbox)
        same = before if before is not None and before.digest == digest else self._same(digest)
        if same is not None:
            self._keep(replace(same, name=one.name, stamp=one.stamp), again=True)
            return
        if self._mailbox:
            called = places.subject_of(content)
        problem = self._take(content, called, self._earlier(before, content))
        self._keep(WatchedSource(one.name, one.stamp, digest, problem))

    def _same(self, digest: str) -> WatchedSource | None:
        """Return what had the same content under another name; what was said of it is not said again."""
        found = next((one for one in self._known.values() if one.digest == digest), None)
        return None if found is None else replace(found, problem="")

    def _earlier(self, before: WatchedSource | None, content: bytes) -> LowScores:
        """Return what was taken in already of a list that has grown."""
        size = 0 if before is None or not before.digest or self._mailbox else int(before.stamp.split()[-1])
        if before is None or not 0 < size < len(content) or places.digest_of(content[:size]) != before.digest:
            return LowScores()
        return _read_safely(content[:size])

    def _check_mails(self) -> None:
        stamp = places.stamp_of(self._path)
        state = self._known.get("", WatchedSource("", ""))
        if state.stamp == stamp:
            return
        if self._watching.resting(self._name, {"": stamp}).get("") != stamp:
            self._checked.waiting += 1
            return
        begins, tail = state.digest.split() if " " in state.digest else ("0", "")
        place = int(begins)
        if place and places.tail_of(self._path, place) != tail:
            place = 0
        try:
            place, more = self._read_mails(place)
        except NotAFile:
            if not place:
                raise
            place, more = 0, True  # the mailbox was written anew: the next look begins at its beginning
        if more:
            stamp = ""
            self._checked.waiting += 1
        digest = f"{place} {places.tail_of(self._path, place)}"
        self._watching.keep(self._name, replace(self._known.get("", state), stamp=stamp, digest=digest))

    def _read_mails(self, place: int) -> tuple[int, bool]:
        """Read the mails from a place on; returns where the last one begins, and whether there are more."""
        read = 0
        for mail in places.mails_of(self._path, place):
            if read == FILES_PER_CHECK or self._watching.ended:
                return place, True
            place = mail.begins
            digest = places.digest_of(mail.content, is_mail=True)
            if digest in self._known or not mail.content.strip():
                continue
            read += 1
            problem = self._take(mail.content, places.subject_of(mail.content), LowScores())
            self._keep(WatchedSource(digest, "", digest, problem))
        return place, False

    def _take(self, content: bytes, called: str, earlier: LowScores) -> str:
        """Take in what is a list, without the rows that were taken in before; returns why it is none."""
        called = places.storable(called)
        read = _read_safely(content)
        if read.refused:
            return self._sentence(called, read.refused)
        known = {(row.ticket_id, row.text) for row in earlier.rows}
        rows = tuple(row for row in read.rows if (row.ticket_id, row.text) not in known)
        taken = self._watching.take(replace(read, rows=rows), called) if rows else None
        if taken is not None:
            self._checked.taken.append(taken)
        return ""

    def _sentence(self, called: str, reason: str) -> str:
        return f"“{places.storable(called)}” in {self._path.name} was not taken in: {reason}"

    def _keep(self, one: WatchedSource, *, again: bool = False) -> None:
        self._watching.keep(self._name, one)
        if one.problem and not again:
            self._checked.problems.append(one.problem)


def _read_safely(content: bytes) -> LowScores:
    """Return a list as it was read; a fault of our own stops neither what comes after it nor the next look."""
    try:
        return read_low_scores(content)
    except Exception:  # said to the person as what it is
        log.exception("watched lists: a fault of our own")
        return LowScores(refused=_OURS)
