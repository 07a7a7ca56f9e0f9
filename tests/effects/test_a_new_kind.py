"""A kind that only the registry has heard of is read from a playbook, decided, kept, carried and shown."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

import csat_tui.playbook
from csat_tui.cli.outbox import effect_document, effect_lines
from csat_tui.cli.playbook_text import procedure_lines
from csat_tui.domain.composing import ComposingContext, Reach, effects_of
from csat_tui.domain.effect import Effect, EffectState, TicketMessage
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook, TicketTemplate
from csat_tui.domain.ticket import Status
from csat_tui.effects import registry, ticket_message
from csat_tui.effects.kind import (
    ON_A_TICKET,
    DeliveryMethod,
    EffectKind,
    EffectWords,
    Key,
    KeyType,
    Payload,
    Section,
    TemplateKind,
    status_in,
)
from csat_tui.playbook import parse_playbook
from csat_tui.playbook.schema import schema_text
from csat_tui.tui.outbox.lines import detail_lines, list_lines
from csat_tui.tui.triage.composer.note_lines import destination
from csat_tui.workflow.desk import Desk
from tests.sync.bench import QUESTION, Bench, survey_ticket

BOOK = Path(csat_tui.playbook.__file__).parent / "builtin/strike-team.toml"


@dataclass(frozen=True, slots=True)
class Handover(TicketMessage):
    """An internal message to whoever works on the ticket next."""

    noun: ClassVar[str] = "handover"


@dataclass(frozen=True, slots=True)
class HandoverTemplate(TicketTemplate):
    order: ClassVar[int] = 35
    noun: ClassVar[str] = "handover"

    @property
    def wording_sort(self) -> str:
        return "note"


def _from_row(ticket_id: TicketId | None, payload: Payload) -> Handover:
    ticket, tags = ticket_message.ticket_of(ticket_id), tuple(payload["add_tags"])
    return Handover(ticket, payload["body"], status_in(payload), tags)


KIND = EffectKind(
    name="handover",
    effect=Handover,
    to_row=ticket_message.to_row,
    from_row=_from_row,
    method=DeliveryMethod.TICKET_WRITE,
    leaves_message=True,
    words=EffectWords(label="handover message", in_list="handover", command_line="handover message, colleagues see it"),
    template=TemplateKind(
        template=HandoverTemplate,
        sections=(
            Section(
                "a handover",
                (Key("handover", KeyType.FORMAT, "a handover: the id of its format", "format"), *ON_A_TICKET),
                HandoverTemplate,
            ),
        ),
        sentence=lambda template, case, _reach: f"hands over on {ticket_message.ticket_words(case, template)}",
        line=lambda template: ticket_message.playbook_line("handover", template),
        as_text="Handover as text",
    ),
)


@pytest.fixture
def registered() -> Iterator[None]:
    @effects_of.register
    def _compose(template: HandoverTemplate, context: ComposingContext) -> Iterator[Effect | str]:
        return ticket_message.compose_message(template, context, Handover)

    registry.register(KIND)
    yield
    registry.remove(KIND)


@pytest.fixture
def book(registered: None) -> Playbook:
    """The strike team's playbook, in which a case that needs evaluation is handed over instead of noted."""
    text = BOOK.read_text("utf-8")
    assert '{ note = "evaluation"' in text
    return parse_playbook(text.replace('{ note = "evaluation"', '{ handover = "evaluation"'), BOOK)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()


def test_a_playbook_is_told_which_kinds_there_are_without_it() -> None:
    assert "handover" not in registry.sections()


def test_editors_know_its_keys(registered: None) -> None:
    schema = json.loads(schema_text.__wrapped__())
    kinds = schema["properties"]["outcome"]["items"]["properties"]["effects"]["items"]["oneOf"]
    (own,) = [one for one in kinds if one["title"] == "a handover"]
    assert [*own["properties"]] == ["handover", "on", "when_closed", "status", "add_tags", "when"]
    assert own["required"] == ["handover", "on"]


def test_the_playbook_says_what_it_does(book: Playbook) -> None:
    assert any("→ handover “evaluation” on the survey ticket, open" in line for line in procedure_lines(book))


async def test_it_is_decided_kept_carried_and_shown(bench: Bench, book: Playbook) -> None:
    desk = Desk(bench.database, book, bench.clock, "Ana")
    case = desk.case(bench.arrive())
    assert case is not None
    said = destination(case, book.outcome("needs-evaluation"), (), book, Reach()).plain
    assert f"hands over on survey ticket #{survey_ticket(1)}" in said.casefold()

    taken = desk.decide(case, "needs-evaluation", QUESTION)
    first = bench.effects(taken)[0]
    assert (first.kind, first.state, first.public, first.status) == ("handover", EffectState.QUEUED, False, Status.OPEN)
    assert KIND.from_row(first.ticket_id, first.details).body == first.body

    await bench.after_grace()
    assert all(state is EffectState.CONFIRMED for state in bench.states(taken))
    (landed,) = bench.memory.landed
    assert (landed.change.ticket_id, landed.change.public) == (survey_ticket(1), False)
    assert landed.change.body == first.body

    effect = bench.effects(taken)[0]
    now = bench.clock.now()
    assert any("handover" in line.content.plain for line in list_lines([effect], 100, now))
    shown = [line.content.plain for line in detail_lines(effect, bench.dispatch.history(effect.id), 100, now)]
    assert any(f"handover message on ticket #{survey_ticket(1)}" in line for line in shown)
    document = effect_document(effect, ())
    assert document["kind"] == "handover"
    printed = next(effect_lines(document))
    assert f"handover message, colleagues see it on #{survey_ticket(1)}" in printed
