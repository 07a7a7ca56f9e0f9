"""`csat-tui conversation` records a conversation with the client or the employee, and lists those of a case."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from csat_tui.cli.case import find_cases
from csat_tui.cli.console import say, say_json
from csat_tui.cli.conversation_document import held_document, held_lines
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.domain.case_conversation import CaseConversation, ConversationMeans, Counterpart, missing_conversations


def record_conversation(
    number: Annotated[str, typer.Argument(metavar="CASE", help="A case's, survey ticket's or source ticket's number.")],
    counterpart: Annotated[Counterpart | None, typer.Option("--with", help="With whom you spoke.")] = None,
    how: Annotated[ConversationMeans, typer.Option("--how", help="How you spoke.")] = ConversationMeans.CALL,
    when: Annotated[
        str, typer.Option("--when", metavar="TIME", help="14:05, “yesterday 14:05” or “2026-11-08 14:05”; else now.")
    ] = "",
    said: Annotated[str, typer.Option("--said", metavar="TEXT", help="What was said.")] = "",
    prevention: Annotated[
        bool, typer.Option("--prevention", help="It was discussed how to prevent the same from happening again.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Record a conversation about a case, which nobody can change afterwards; without --with, list those that were had.

    Works offline. A time without a day is today's, in the zone of this machine.
    """
    from csat_tui.workflow.conversations import NotRecorded, TypedConversation

    with opened_workplace(find_installation()) as workplace:
        survey_id = find_cases(workplace, number)[0]
        recorded: CaseConversation | None = None
        if counterpart is not None:
            typed = TypedConversation(counterpart, how, when, said, prevention)
            try:
                recorded = workplace.paperwork.conversations.record(survey_id, typed)
            except NotRecorded as error:
                raise Failure(Exit.USAGE, str(error)) from error
        elif when or said or prevention:
            raise Failure(
                Exit.USAGE, "Say with whom you spoke: --with client or --with employee. Nothing was recorded."
            )
        case = workplace.desk.case(survey_id)
        held = () if case is None else case.conversations
        document = {
            "case_id": survey_id,
            "recorded": None if recorded is None else held_document(recorded),
            "conversations": [held_document(one) for one in held],
            "missing": [one.sentence for one in missing_conversations(held)],
        }
        if json:
            say_json(document)
            return
        for line in _lines(document):
            say(line)


def _lines(document: dict[str, Any]) -> Iterator[str]:
    if document["recorded"] is not None:
        yield f"Recorded a conversation with the {document['recorded']['with']} about case {document['case_id']}."
    elif not document["conversations"]:
        yield f"No conversation about case {document['case_id']} is recorded."
    for held in document["conversations"]:
        yield from held_lines(held)
    for sentence in document["missing"]:
        yield f"  still open: {sentence}"
