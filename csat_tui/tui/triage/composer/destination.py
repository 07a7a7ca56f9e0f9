"""Where the words of a decision will go and what else it does, said before it is taken."""

from collections.abc import Iterable, Mapping, Sequence

from textual.content import Content

from csat_tui.domain.case import Case
from csat_tui.domain.composing import Reach, applies
from csat_tui.domain.decide import Lack
from csat_tui.domain.facts import customer_name
from csat_tui.domain.landing import landing
from csat_tui.domain.places import places
from csat_tui.domain.playbook import (
    EffectTemplate,
    Field,
    MailTemplate,
    NoteTemplate,
    Outcome,
    Playbook,
    QuestionTemplate,
    RecordKind,
    RecordTemplate,
    ReplyTemplate,
    TrackerTemplate,
)
from csat_tui.tui.base.text import safe, safe_line


def public_fields(outcome: Outcome, fields: Sequence[Field], playbook: Playbook) -> frozenset[str]:
    """Return those of the fields whose words the customer will read."""
    formats = [playbook.formats[one.format] for one in outcome.effects if isinstance(one, ReplyTemplate | MailTemplate)]
    written = {place for form in formats for line in form.lines for place in places(line)}
    return frozenset(field.id for field in fields if field.id in written)


def destination(case: Case, outcome: Outcome, findings: Sequence[str], playbook: Playbook, reach: Reach) -> Content:
    """Return a line for what the customer will see, in its colour, and one for everything else that is done."""
    name = customer_name(case)
    done = [one for one in outcome.effects if applies(case, one, findings, playbook)]
    seen = [one for one in done if isinstance(one, ReplyTemplate | MailTemplate)]
    parts = [safe(_seen(case, one, name), "$public") for one in seen]
    if others := [_sentence(case, one, reach) for one in done if one not in seen]:
        if outcome.parks:
            others.append("parks the case until it is answered")
        rest = " · ".join(others)
        whose = "" if seen or not name else f"For {name} · "
        parts.append(safe(f"{whose}{rest[:1].upper()}{rest[1:]}", "$muted"))
    return Content("\n").join(parts)


def _seen(case: Case, effect: EffectTemplate, name: str) -> str:
    """Say where something goes that the customer will read."""
    whom = f" {name}" if name else ""
    if isinstance(effect, ReplyTemplate):
        return f"Goes to the customer{whom} on {_ticket(case, effect)} as a public reply{_changes(effect)}"
    return f"Goes to the customer{whom} as a mail" if "customer" in getattr(effect, "to", "") else "Goes out as a mail"


def _sentence(case: Case, effect: EffectTemplate, reach: Reach) -> str:
    """Say in a few words what one effect does that the customer does not see."""
    match effect:
        case NoteTemplate():
            return f"goes to {_ticket(case, effect)} as a private note{_changes(effect)}"
        case TrackerTemplate():
            return f"tracker row {columns(effect.cells)}{_beside('tracker', reach)}"
        case RecordTemplate(kind=RecordKind.COACHING):
            return f"coaching submission{_beside('coaching', reach)}"
        case RecordTemplate():
            return f"correction on record{_beside('correction', reach)}"
        case QuestionTemplate():
            return f"question to #{effect.channel.lstrip('#')}"
        case _:
            raise ValueError(f"no words for {effect}")


def _beside(form: str, reach: Reach) -> str:
    return " and its web form" if form in reach.forms else ""


def _ticket(case: Case, effect: NoteTemplate | ReplyTemplate) -> str:
    ticket = landing(case, effect)
    where = f"ticket #{ticket.id}" if ticket else f"{effect.on} ticket, which is not here"
    if ticket is not None and case.survey_ticket is not None and ticket.id == case.survey_ticket.id:
        return f"survey {where}"
    return where


def _changes(effect: NoteTemplate | ReplyTemplate) -> str:
    """Say what the same write does to the ticket."""
    status = f" · sets {effect.status}" if effect.status is not None else ""
    return status + (f" · tags {' '.join(effect.add_tags)}" if effect.add_tags else "")


def columns(letters: Iterable[str]) -> str:
    """Return column letters, three and more neighbours as a range: `A–D F`."""
    runs: list[list[str]] = []
    for letter in letters:
        follows = bool(runs) and len(letter) == 1 and len(runs[-1][-1]) == 1 and ord(letter) == ord(runs[-1][-1]) + 1
        if follows:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    return " ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else " ".join(run) for run in runs)


def lacking(lacks: Sequence[Lack], case: Case, fields: Sequence[Field]) -> list[Content]:
    """Return what is missing in as few lines as say it: what came first, empty fields and open checks together."""
    labels = {field.id: field.label.lower() for field in fields}
    empty = [labels[one.field_id] for one in lacks if _is_empty(one, labels)]
    open_checks = [one for one in lacks if one.check_id and one.check_id not in case.answers]
    lines = [safe_line(one.sentence) for one in lacks if one.message_id]
    if empty:
        lines.append(safe_line(f"{_listed(empty)} {'is' if len(empty) == 1 else 'are'} empty"))
    if len(open_checks) > 1:
        lines.append(Content(f"{len(open_checks)} checks are not answered"))
    told = [one for one in lacks if _is_empty(one, labels) or one.message_id]
    rest = [one for one in lacks if one not in told and (len(open_checks) < 2 or one not in open_checks)]
    return lines + [safe_line(one.sentence) for one in rest]


def _is_empty(lack: Lack, labels: Mapping[str, str]) -> bool:
    """Whether all that a lack says is that a field has no words yet."""
    return lack.field_id in labels and lack.sentence == f"{labels[lack.field_id]} is empty"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
