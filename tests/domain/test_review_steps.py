"""The steps of a review as private notes, and where they leave the conversation about a note."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.formats import normalise_text
from csat_tui.domain.ids import OpId, TicketId, UserId
from csat_tui.domain.review.rules import HelpDeskUser, ReviewPolicy, reviewers_listed
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.domain.review.step_notes import is_step, read_step, write_step
from csat_tui.domain.review.steps import (
    Review,
    ReviewAnswer,
    ReviewAnswerKind,
    ReviewState,
    ReviewStep,
    ReviewThread,
    ReviewVerdict,
    Settlement,
    SettlementKind,
    review_thread,
)
from csat_tui.domain.ticket import Author, Message

AT = datetime(2026, 11, 8, 9, 30, tzinfo=UTC)
AGENT = HelpDeskUser(UserId(11), "Ana Agent", "ana@team.example", "agent")
LEAD = HelpDeskUser(UserId(12), "Lee Lead", "lee@team.example", "admin")
PEER = HelpDeskUser(UserId(13), "Pat Peer", "pat@team.example", "agent")
IDS = [f"0190a000-0000-7000-8000-00000000000{digit}" for digit in range(8)]

BREAKS = "\r\x00\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters=BREAKS), max_size=60)
ONE_LINE = WORDS.map(lambda text: " ".join(text.split()))
SCORES = st.builds(
    LineScore,
    answer=st.none() | st.sampled_from(LineAnswer),
    cause=ONE_LINE,
    comment=WORDS.map(normalise_text),
    message_id=st.none() | st.integers(1, 2**63 - 1),
)
LINES = st.dictionaries(st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True), SCORES, max_size=4)


def review(by: HelpDeskUser = LEAD, *, sent_back: bool = True, at: datetime = AT, number: int = 0) -> Review:
    verdict = ReviewVerdict.SENT_BACK if sent_back else ReviewVerdict.ACCEPTED
    return Review(id=IDS[number], note=4711, ticket_id=TicketId(900), by=by, at=at, verdict=verdict)


def answer(
    kind: ReviewAnswerKind, by: HelpDeskUser = AGENT, *, hours: float = 1, number: int = 1, to: int = 0
) -> ReviewAnswer:
    return ReviewAnswer(
        id=IDS[number], note=4711, ticket_id=TicketId(900), by=by, at=AT + timedelta(hours=hours), review_id=IDS[to],
        kind=kind,
    )  # fmt: skip


def settlement(
    kind: SettlementKind = SettlementKind.REJECTED, by: HelpDeskUser = LEAD, *, hours: float = 2
) -> Settlement:
    return Settlement(
        id=IDS[2], note=4711, ticket_id=TicketId(900), by=by, at=AT + timedelta(hours=hours), answer_id=IDS[1],
        kind=kind,
    )  # fmt: skip


def as_message(step: ReviewStep, body: str | None = None, *, public: bool = False) -> Message:
    return Message(
        77, step.ticket_id, step.at, Author.AGENT, step.by.name, public, write_step(step) if body is None else body,
        op_id=step.op_id, author_id=step.by.id, author_email=step.by.email, author_role=step.by.role,
    )  # fmt: skip


@given(WORDS.map(normalise_text), LINES, st.sampled_from(ReviewVerdict), ONE_LINE)
def test_a_review_is_read_back_as_it_was_written(
    text: str, lines: dict[str, LineScore], verdict: ReviewVerdict, label: str
) -> None:
    step = Review(
        id=IDS[0], note=4711, ticket_id=TicketId(900), by=LEAD, at=AT, verdict=verdict, text=text, lines=lines,
        labels=dict.fromkeys(lines, label), card_id="note-quality", card_label="Note quality",
        card_version="3f2a91c04b7e", percent=72.5, passes=False, op_id=OpId("op-1"), comment_id=77,
    )  # fmt: skip
    assert read_step(as_message(step)) == step


@given(WORDS.map(normalise_text), LINES, st.sampled_from(ReviewAnswerKind), st.sampled_from(SettlementKind))
def test_answers_and_settlements_are_read_back_as_they_were_written(
    text: str, lines: dict[str, LineScore], kind: ReviewAnswerKind, decision: SettlementKind
) -> None:
    labels = dict.fromkeys(lines, "")
    answered = replace(answer(kind), text=text, lines=lines, labels=labels, comment_id=77)
    settled = replace(settlement(decision), text=text, lines=lines, labels=labels, comment_id=77)
    assert read_step(as_message(answered)) == answered
    assert read_step(as_message(settled)) == settled


def test_author_and_time_are_the_help_desks_whatever_the_text_says() -> None:
    forged = as_message(review(), write_step(review(LEAD)) + "\nBy: Lee Lead")
    read = read_step(replace(forged, author_id=PEER.id, author_name="Pat Peer", author_email="", author_role="agent"))
    assert isinstance(read, Review)
    assert (read.by.id, read.by.called) == (PEER.id, "Pat Peer")


def test_a_reply_that_the_customer_reads_is_no_step() -> None:
    assert is_step(as_message(review()))
    assert not is_step(as_message(review(), public=True))
    assert not is_step(as_message(review(), "Reviewed: fine"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("Note: 4711", "Note: the one above"), "it does not say which note it is about"),
        (("Note: 4711", f"Note: {2**63}"), "it does not say which note it is about"),
        (("Verdict: sent back", "Verdict: hm"), "it does not say whether the note was accepted or sent back"),
    ],
)
def test_a_review_that_lacks_what_it_needs_is_none(change: tuple[str, str], sentence: str) -> None:
    body = write_step(review()).replace(*change)
    assert read_step(as_message(review(), body)) == sentence


def test_a_review_changed_by_hand_says_what_does_not_fit() -> None:
    step = replace(
        review(), percent=90.0, passes=True, lines={"outcome": LineScore(LineAnswer.YES)}, labels={"outcome": "Outcome"}
    )
    body = write_step(step).replace("90.0 %", "very good").replace("= yes", "= surely").replace(IDS[0], "mine")
    read = read_step(as_message(step, body + "\nand so on"))
    assert isinstance(read, Review)
    assert (read.percent, read.lines["outcome"].answer) == (None, None)
    assert read.problems == (
        "the answer to line “outcome” cannot be read",
        "“and so on” is no line of a scorecard",
        "its reference is missing or is none",
        "its score cannot be read",
    )
    again = read_step(as_message(step, body + "\nand so on"))
    assert isinstance(again, Review)
    assert again.id == read.id, "read twice, it is one review"


def thread(*steps: ReviewStep, within: timedelta | None = None) -> ReviewThread:
    return review_thread(steps, AGENT, ReviewPolicy(dispute_within=within))


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), ReviewState.NOT_REVIEWED),
        ((review(sent_back=False),), ReviewState.ACCEPTED),
        ((review(),), ReviewState.SENT_BACK),
        ((review(), answer(ReviewAnswerKind.ACCEPTS)), ReviewState.TAKEN),
        ((review(), answer(ReviewAnswerKind.AMENDS)), ReviewState.AMENDED),
        ((review(), answer(ReviewAnswerKind.TALK)), ReviewState.TALK),
        ((review(), answer(ReviewAnswerKind.DISPUTES)), ReviewState.DISPUTED),
        ((settlement(), answer(ReviewAnswerKind.DISPUTES), review()), ReviewState.SETTLED),
        ((review(), answer(ReviewAnswerKind.AMENDS), review(sent_back=False, at=AT + timedelta(days=1), number=3)),
         ReviewState.ACCEPTED),
    ],
)  # fmt: skip
def test_where_a_conversation_stands(steps: tuple[ReviewStep, ...], state: ReviewState) -> None:
    assert thread(*steps).state is state


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((review(PEER),), "a review by Pat Peer, who may not review"),
        ((review(replace(AGENT, role="admin")),), "a review by Ana Agent of their own note"),
        ((review(HelpDeskUser(None, "Lee Lead", "lee@team.example", "admin")),),
         "a review by Lee Lead, who may not review"),
        ((review(), answer(ReviewAnswerKind.ACCEPTS, PEER)), "an answer by Pat Peer, who did not write the note"),
        ((answer(ReviewAnswerKind.ACCEPTS),), "an answer to a review that is not here, or does not count"),
        ((review(), answer(ReviewAnswerKind.DISPUTES), settlement(by=PEER)),
         "a review by Pat Peer, who may not review"),
        ((review(), answer(ReviewAnswerKind.AMENDS), settlement()),
         "a settlement of a dispute that is not here, or does not count"),
    ],
)  # fmt: skip
def test_what_counts_nowhere_stays_in_the_conversation_and_says_why(steps: tuple[ReviewStep, ...], why: str) -> None:
    told = thread(*steps)
    assert [one.why_not for one in told.steps if not one.counts] == [why]
    assert told.state is thread(*(one.step for one in told.steps if one.counts)).state


def test_a_dispute_counts_within_the_playbooks_window_only() -> None:
    week = timedelta(days=7)
    in_time, late = (replace(answer(ReviewAnswerKind.DISPUTES, hours=7 * 24 + more), comment_id=78) for more in (0, 1))
    sent_back = replace(review(), comment_id=77)
    assert thread(sent_back, in_time, within=week).state is ReviewState.DISPUTED
    told = thread(sent_back, late, within=week)
    assert told.state is ReviewState.SENT_BACK
    assert told.steps[-1].why_not == "a dispute after the playbook's window of 7 days"


def test_a_person_is_listed_by_number_or_address_and_never_by_name() -> None:
    for listed, state in (
        ("13", ReviewState.SENT_BACK), (" Pat@Team.example", ReviewState.SENT_BACK),
        ("Pat Peer", ReviewState.NOT_REVIEWED),
    ):  # fmt: skip
        policy = ReviewPolicy(reviewers_listed([listed]))
        assert review_thread([review(PEER)], AGENT, policy).state is state


def test_a_settlement_changes_the_scores_that_it_names() -> None:
    scored = {"outcome": LineScore(LineAnswer.NO, "Not read", "see #3"), "tone": LineScore(LineAnswer.YES)}
    settled = replace(settlement(SettlementKind.PARTLY), lines={"outcome": LineScore(LineAnswer.YES)})
    told = thread(replace(review(), lines=scored), answer(ReviewAnswerKind.DISPUTES), settled)
    assert told.lines == {"outcome": LineScore(LineAnswer.YES, "Not read", "see #3"), "tone": LineScore(LineAnswer.YES)}
