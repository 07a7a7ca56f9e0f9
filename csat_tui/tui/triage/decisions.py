"""How a decision is taken at the triage screen, and taken back."""

import asyncio
from typing import TYPE_CHECKING

from csat_tui.domain.asking import going_with
from csat_tui.domain.case import Case, Stage
from csat_tui.domain.decide import Lack, Undecidable
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.merging import MERGE_DECISION
from csat_tui.effects.public_reply import PublicReply
from csat_tui.tui.base.commands import SENTENCES, drop_typed, tell
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.sentences import NEWER_WORDS
from csat_tui.tui.base.time_text import clock_time
from csat_tui.tui.triage import case_loading
from csat_tui.tui.triage import history as histories
from csat_tui.tui.triage.composer.commands import SEND
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.outcome_menu import OutcomeMenu
from csat_tui.tui.triage.reply_confirmation import ConfirmReply
from csat_tui.tui.windows.sure import Sure
from csat_tui.workflow.whose_words import other_case

if TYPE_CHECKING:
    from csat_tui.tui.triage.screen import TriageScreen

NOT_KNOWN = "Decided before the customer's other tickets were known here: whether to merge any was not looked at."
"""Said after a decision that nothing held back because the help desk has not told the tickets yet."""


def undecidable(screen: "TriageScreen") -> str:
    """Say why no outcome can be chosen."""
    if screen.case is None:
        return "no case is chosen"
    decided = with_keys(screen.app, "this case is decided; {case.undo} takes it back while it waits")
    return decided if screen.case.stage is Stage.DECIDED else ""


def nothing_to_undo(screen: "TriageScreen") -> str:
    """Say why nothing can be taken back."""
    return "" if len(screen.grace) else "you have not decided anything in this session"


async def choose_outcome(screen: "TriageScreen") -> None:
    """Ask for the outcome, and begin to write for it."""
    case, desk = screen.case, screen.desk
    if case is None:
        return
    screen.composer.flush()
    draft = screen.composer.draft
    lacks = {
        one.id: desk.lacks(case, one.id, draft.fields, going_with(one, draft.findings, desk.playbook))
        for one in desk.playbook.outcomes
    }
    outcome_id = await screen.app.push_screen_wait(OutcomeMenu(case, desk.playbook, lacks, screen.unread))
    if outcome_id is not None and screen.case is not None and screen.case.id == case.id:
        screen.bring_to_front(screen.composer)
        screen.composer.start(outcome_id)
        screen.make_room()


def send_from_here(screen: "TriageScreen") -> None:
    """Send from any pane; a note that is out of sight is shown first, for nothing goes that nobody has looked at."""
    if screen.composer.display:
        screen.composer.send()
        return
    screen.go_to(screen.composer)
    key = screen.composer.key_of(SEND)
    screen.notify(f"This is the note; {key} sends it.", markup=False, timeout=4)


def send(screen: "TriageScreen", message: ComposerPane.SendRequested) -> None:
    """Begin to take a decision; asked for a second time before the first is over, it is taken once."""
    if message.survey_id not in screen.sending:
        screen.sending.add(message.survey_id)
        screen.do(_send(screen, message))


async def _send(screen: "TriageScreen", message: ComposerPane.SendRequested) -> None:
    try:
        await decide(screen, message)
    except SENTENCES as error:
        dropped = drop_typed(screen)
        tell(screen, error)
        if dropped:
            screen.notify(dropped, severity="warning", markup=False)
    finally:
        screen.sending.discard(message.survey_id)


async def decide(screen: "TriageScreen", message: ComposerPane.SendRequested) -> None:
    """Have a reply confirmed, take the decision, and go on in the queue."""
    case = screen.case
    if case is None or case.id != message.survey_id:
        raise Undecidable([Lack(other_case(message.survey_id))])
    known = await histories.look_again(screen)
    _after_the_news(screen)
    if not await _confirmed(screen, case, message):
        said = f"Nothing was sent. The draft is as it was. {drop_typed(screen)}".rstrip()
        screen.notify(said, markup=False, timeout=4)
        return
    # What the store has heard up to the last key, whether the screen has shown it or not.
    await case_loading.read(screen)
    _after_the_news(screen)
    with screen.acting(case.id):
        taken = await screen.app.writer.write(
            screen.desk.decide, case, message.outcome_id, message.fields, message.findings,
            written_for=message.survey_id,
        )  # fmt: skip
        screen.drafts.forget(case.id)
        screen.composer.sent(case.id)
        screen.grace.add(taken)
        # What was said about this case before, such as that nothing was sent, is no longer so.
        screen.app.clear_notifications()
        if not known:
            screen.notify(NOT_KNOWN, markup=False, timeout=5)
        screen.queue.move_on()
        screen.look(frozenset({"queue", "outbox"}))
        screen.go_to(screen.queue)


def no_news(screen: "TriageScreen") -> str:
    """Say why there is nothing that would have to be read first."""
    return "" if screen.transcript.view.news.unread else "the customer has written nothing since you opened this case"


def read_news(screen: "TriageScreen") -> None:
    """Go and read what the customer wrote while the case was open; nothing said in passing stays in front of it."""
    screen.app.clear_notifications()
    go_to_news(screen)


def go_to_news(screen: "TriageScreen") -> None:
    """Go to what the customer wrote while the case was open."""
    screen.go_to(screen.transcript)
    screen.call_after_refresh(screen.transcript.view.go_to_news)


def unread(screen: "TriageScreen", key: str, history_key: str) -> tuple[Lack, ...]:
    """Return what stands before any decision: what the customer wrote meanwhile, and tickets that are to be merged."""
    return (*_news(screen, key), *histories.to_merge(screen, history_key))


def _news(screen: "TriageScreen", key: str) -> tuple[Lack, ...]:
    news = screen.transcript.view.news.unread
    if not news:
        return ()
    when = clock_time(news[-1].created_at, screen.desk.now)
    said = f"the customer wrote at {when} after you opened this case; {key} reads it first"
    if len(news) > 1:
        said = f"the customer wrote {len(news)} times, last at {when}, after you opened this case; {key} reads it first"
    return (Lack(said, message_id=news[0].id),)


def _after_the_news(screen: "TriageScreen") -> None:
    """Raise Undecidable where the customer has written meanwhile, or tickets are to be merged first."""
    screen.tell_news()
    if screen.unread:
        raise Undecidable(screen.unread)


def label(screen: "TriageScreen") -> str:
    """Return what the decision is called that an undo would take back; empty where there is none."""
    last = screen.grace.last
    if last is None:
        return ""
    return "Merge" if last.outcome_id == MERGE_DECISION else screen.desk.playbook.label_of(last.outcome_id)


async def undo(screen: "TriageScreen") -> None:
    """Take the last decision back and show its case again."""
    taken = screen.grace.last
    if taken is None:
        return
    before = await asyncio.to_thread(screen.desk.draft, taken.survey_id)
    survey_id = await screen.app.writer.write(screen.desk.undo, taken.decision_id)
    screen.grace.drop(taken)
    screen.look(frozenset({"queue", "outbox"}))
    if taken.outcome_id == MERGE_DECISION:
        screen.notify("Taken back: nothing is merged.", markup=False, timeout=5)
        return
    stayed = before.typed and before == await asyncio.to_thread(screen.desk.draft, survey_id)
    if not screen.queue.go_to(survey_id):
        screen.read(survey_id)
    where = NEWER_WORDS if stayed else "Its words are in the note again."
    screen.notify(f"Taken back: nothing of it was sent. {where}", markup=False, timeout=8 if stayed else 5)


async def _confirmed(screen: "TriageScreen", case: Case, message: ComposerPane.SendRequested) -> bool:
    """Have a person look once more at what the customer will see, and at amounts that nothing vouches for."""
    doubts = screen.desk.doubts(case, message.outcome_id, message.fields, message.findings)
    reply = _reply(screen, case, message)
    if reply is not None:
        return bool(await screen.app.push_screen_wait(ConfirmReply(case, reply, doubts)))
    if doubts:
        said = "\n".join(f"{one[:1].upper()}{one[1:]}." for one in doubts)
        return bool(await screen.app.push_screen_wait(Sure("Amounts to confirm", said, "decides it with them")))
    return True


def _reply(screen: "TriageScreen", case: Case, message: ComposerPane.SendRequested) -> PublicReply | None:
    decision = screen.desk.preview(case, message.outcome_id, message.fields, message.findings)
    return next((one for one in decision.effects if isinstance(one, PublicReply)), None)


async def discard(screen: "TriageScreen", survey_id: SurveyId) -> None:
    """Forget the words of a decided case that its decision did not say."""
    await screen.app.writer.write(screen.desk.discard_draft, survey_id)
    screen.drafts.forget(survey_id)
    screen.composer.let_go()
    screen.notify("The words are gone.", markup=False, timeout=3)
    screen.read(survey_id)
