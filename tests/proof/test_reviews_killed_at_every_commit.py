"""A conversation over a note, killed at every commit and around every write, in both homes: none lost, none doubled.

What a kill leaves is what the last commit kept and what the help desk has by then. So a kill behind each commit, and
one on each side of each write before the next commit, are all the kills that there are.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from csat_tui.domain.review.steps import ReviewState
from csat_tui.store.review import ReviewDraft
from tests.proof import mishaps
from tests.proof.mishaps import Fate, Mishap
from tests.proof.review_homes import CARD, FAULT, ReviewHome, two_homes
from tests.proof.wire_desk import SURVEYS

TEXT = "Read the orders."


class Conversation:
    """A review, an answer and a settlement, each by a person who goes on where the work was left."""

    def __init__(self, *, undoes: bool) -> None:
        self.ana, self.lee, self.note = two_homes()
        self.there = self.ana.there
        self.undoes = undoes
        self.kept = False
        """Whether the draft of the review was saved."""

    def close(self) -> None:
        for home in (self.ana, self.lee):
            home.clear()

    def steps(self) -> list[tuple[ReviewHome, Callable[[], None]]]:
        """Return who does what, in order."""
        return [
            (self.lee, self.lee_reviews), (self.ana, self.ana_answers), (self.lee, self.lee_settles),
            (self.ana, lambda: None),
        ]  # fmt: skip

    def lee_reviews(self) -> None:
        loop = self.lee.loop
        if loop.thread(self.note).review is not None:
            return
        if loop.draft(self.note) is None:
            assert not self.kept, "the draft is lost"
            loop.save_draft(self.note, ReviewDraft(CARD.id, "", FAULT, TEXT, 42))
            self.kept = True
        taken = self.lee.send_back(self.note, TEXT)
        if self.undoes:
            self.undoes = False
            loop.undo(taken)
            assert loop.draft(self.note) is not None
            self.lee.send_back(self.note, TEXT)

    def ana_answers(self) -> None:
        if self.ana.loop.thread(self.note).state is ReviewState.SENT_BACK:
            self.ana.dispute(self.note)

    def lee_settles(self) -> None:
        if self.lee.loop.thread(self.note).state is ReviewState.DISPUTED:
            self.lee.settle(self.note)

    def no_draft_is_lost(self) -> None:
        if self.kept:
            assert self.lee.loop.draft(self.note) is not None or self.lee.loop.thread(self.note).review is not None


def takes_part(home: ReviewHome, does: Callable[[], None]) -> None:
    """Read back what others said, say something, send it, and read that back, too."""
    home.poll()
    does()
    home.clock.forward(11)
    home.run_down()
    home.clock.forward(5)
    home.poll()


@contextmanager
def conversation(*, undoes: bool = False) -> Iterator[Conversation]:
    made = Conversation(undoes=undoes)
    try:
        yield made
    finally:
        made.close()


def go_through(talk: Conversation, strike: Callable[[ReviewHome], None]) -> int:
    """Have the whole conversation, struck once at each step; returns how many of the steps were killed."""
    killed = 0
    for home, does in talk.steps():
        strike(home)
        try:
            takes_part(home, does)
        except BaseException:
            if not talk.there.dead:
                raise
            killed += 1
            talk.there.calm()
            home.clock.forward(60)  # the lease of the process that is gone
            home.start()
            home.identify()
            talk.no_draft_is_lost()
            takes_part(home, does)
        home.crash_at = None
    return killed


def assert_said_once(talk: Conversation) -> None:
    """Each step is on the ticket once, in one record at either home, and both know the same."""
    ours = [one for one in talk.there.comments[SURVEYS + 1] if one["metadata"]["custom"].get("op_id")]
    said = Counter(one["body"].split("\n")[0] or one["html_body"].split("<")[0] for one in ours)
    assert len(ours) == 3, said
    for home in (talk.ana, talk.lee):
        read = {number: times for number, times in home.records().items() if number is not None}
        assert read == {one["id"]: 1 for one in ours}
        assert home.loop.thread(talk.note).state is ReviewState.SETTLED
        assert home.listed(talk.note) == ReviewState.SETTLED
        assert home.value("SELECT count(*) FROM review_draft") == 0
        assert home.value('SELECT sum(sent_back) FROM "case"') == 0
        assert home.value("SELECT count(*) FROM outbox WHERE state NOT IN ('confirmed', 'withdrawn')") == 0
    assert talk.ana.told(talk.note) == talk.lee.told(talk.note)
    assert len(talk.ana.told(talk.note)[-1]) == 3


@pytest.mark.parametrize("undoes", [False, True], ids=["sent", "undone and sent"])
def test_killed_behind_every_commit_nothing_is_lost_and_nothing_doubled(*, undoes: bool) -> None:
    """Each run kills every step of the conversation behind its n-th commit, until no step has that many."""
    at, killed, kills = 0, 1, 0
    while killed:
        at += 1
        with conversation(undoes=undoes) as talk:
            killed = go_through(talk, lambda home: setattr(home, "crash_at", (at, True)))  # noqa: B023
            kills += killed
            assert_said_once(talk)
    assert kills >= 3 * len(("words", "lease", "claim", "landing", "reading back"))


@pytest.mark.parametrize("fate", Fate)
def test_killed_while_a_write_is_under_way_it_is_there_once(fate: Fate) -> None:
    """The program ends with the request on its way: it arrives, is lost, or arrives late."""

    def strike(home: ReviewHome) -> None:
        home.there.writes.append(Mishap(mishaps.CRASH, fate))

    with conversation() as talk:
        assert go_through(talk, strike) == 3
        assert_said_once(talk)
