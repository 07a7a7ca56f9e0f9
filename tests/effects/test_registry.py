"""The registry of effect kinds: each kind is declared whole, and comes back from its row as it was."""

import json
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest

from csat_tui.domain.addressee import AddressedBy
from csat_tui.domain.effect import Effect, Mail
from csat_tui.domain.escalation import EscalatedBy
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.playbook import TextTemplate
from csat_tui.domain.sheet import Sheet
from csat_tui.domain.ticket import Status
from csat_tui.effects import registry
from csat_tui.effects.channel_question import Question
from csat_tui.effects.escalation import Escalation
from csat_tui.effects.form_entry import FormEntry
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, TemplateKind, missing_parts
from csat_tui.effects.merge import Merge
from csat_tui.effects.private_note import PrivateNote
from csat_tui.effects.public_reply import PublicReply
from csat_tui.effects.record import Record
from csat_tui.effects.recovery_note import RecoveryMessage
from csat_tui.effects.review_note import ReviewNote
from csat_tui.effects.told_finding import FindingMessage
from csat_tui.effects.tracker_row import TrackerRow

TICKET = TicketId(5)
WRITTEN: tuple[Effect, ...] = (
    PrivateNote(TICKET, "Called.", Status.SOLVED, ("called",), UserId(3)),
    PrivateNote(TICKET, "Called."),
    PublicReply(TICKET, "Dear Pat", Status.PENDING, ("answered", "late")),
    TrackerRow({"A": "2026-03-10", "B": "Late box"}),
    Record(Sheet.COACHING, {"Agent": "Ron"}),
    FormEntry("tracker", {"A": "2026-03-10"}),
    Question("qa", "Was it right?"),
    Escalation("lead", EscalatedBy.MAIL, ("lead@example.com",), "Not contacted for 4 h", "Ticket #5"),
    Mail(("pat@example.com", "kim@example.com"), "Your box", "Dear Pat", "<p>Dear Pat</p>"),
    FindingMessage("Owner", AddressedBy.MAIL, "uma@example.com", "A process broke down", "PR-12"),
    ReviewNote(TICKET, "CSAT review\nNote: 5", None, ("csat_reviewed",)),
    RecoveryMessage(TICKET, "CSAT recovery note\nAuthor: Lee"),
    Merge(TICKET, (TicketId(6), TicketId(7)), "came in", "went", Status.OPEN, UserId(3), "It is yours."),
)


@pytest.mark.parametrize("effect", WRITTEN, ids=lambda one: type(one).__name__)
def test_an_effect_comes_back_from_its_row_as_it_was(effect: Effect) -> None:
    kind = registry.kind_of(effect)
    ticket_id, payload = kind.to_row(effect)
    assert kind.from_row(ticket_id, json.loads(json.dumps(payload))) == effect


def test_every_kind_is_tried_here() -> None:
    assert {type(effect) for effect in WRITTEN} == {kind.effect for kind in registry.kinds().values()}


def test_the_names_in_the_outbox_stay_what_they_were() -> None:
    """They are in databases and ledgers that have shipped."""
    shipped = ["note", "reply", "tracker", "record", "form", "question", "mail", "merge", "review", "finding"]
    shipped += ["recovery", "escalation"]
    assert [*registry.kinds()] == shipped


@pytest.mark.parametrize("effect", WRITTEN, ids=lambda one: type(one).__name__)
def test_a_payload_that_a_disk_has_emptied_still_has_words(effect: Effect) -> None:
    words = registry.kind_of(effect).words
    for said in (words.destination(None, {}), words.heading({}), words.text("", {}), words.goes_to({})):
        assert isinstance(said, str)


def test_a_name_that_no_kind_has_is_carried_as_a_write_and_called_by_it() -> None:
    kind = registry.kind_named("nöte")
    assert (kind.words.label, kind.method, kind.asks) == ("nöte", DeliveryMethod.TICKET_WRITE, False)


class Handover(Effect):
    """A pretended kind."""


def whole(**over: Any) -> EffectKind[Handover]:
    declared = EffectKind(
        name="handover",
        effect=Handover,
        to_row=lambda _effect: (None, {}),
        from_row=lambda _ticket, _payload: Handover(),
        method=DeliveryMethod.TICKET_WRITE,
        words=EffectWords(label="handover note", command_line="handover note"),
    )
    return replace(declared, **over)


def test_a_whole_declaration_lacks_nothing() -> None:
    assert missing_parts(whole(), registry.kinds()) == ()


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"name": "Hand over"}, "needs a name of lower-case letters"),
        ({"name": "note"}, "is registered twice"),
        ({"words": EffectWords(label="", command_line="handover")}, "has no label for the screen"),
        ({"words": EffectWords(label="handover", command_line=" ")}, "has no name on the command line"),
        ({"method": DeliveryMethod.ERRAND}, "does not say where a person looks for it"),
        ({"method": DeliveryMethod.KEPT_HERE}, "does not say in which sheet"),
        ({"public": True}, "is public and leaves no message"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_a_declaration_that_lacks_a_part_is_refused_with_a_sentence(over: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        registry.register(whole(**over))
    assert Handover not in {kind.effect for kind in registry.kinds().values()}


@dataclass(frozen=True, slots=True)
class HandoverTemplate(TextTemplate):
    """A template that nobody has said how to compose."""


def test_a_template_that_lacks_its_parts_is_refused_with_a_sentence_for_each() -> None:
    declared = TemplateKind(
        template=HandoverTemplate, sections=(), sentence=lambda *_: "hands over", line=lambda _: "handover"
    )
    with pytest.raises(ValueError, match="effect kind “handover”") as caught:
        registry.register(whole(template=declared))
    for sentence in (
        "no key in the playbook",
        "does not say how HandoverTemplate is composed",
        "has no place in the order of delivery",
        "has a text and no name for it",
    ):
        assert sentence in str(caught.value)


def test_every_kind_that_a_playbook_can_write_has_its_own_key() -> None:
    keys = ["note", "reply", "tracker", "coaching", "correction", "question", "mail", "tell_findings"]
    assert [*registry.sections()] == keys


def test_a_declaration_without_a_required_part_is_not_even_made() -> None:
    parts = {one.name: getattr(whole(), one.name) for one in fields(EffectKind)}
    for name in ("name", "effect", "to_row", "from_row", "method", "words"):
        with pytest.raises(TypeError, match=name):
            EffectKind(**{key: value for key, value in parts.items() if key != name})
