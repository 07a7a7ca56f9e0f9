"""Say before a decision is taken where its words will go and what else it does."""

from collections.abc import Mapping, Sequence

from textual.content import Content

from csat_tui.domain.case import Case
from csat_tui.domain.composing import Reach, applies
from csat_tui.domain.decide import Blocker
from csat_tui.domain.facts import customer_name
from csat_tui.domain.places import places
from csat_tui.domain.playbook import Field, Outcome, Playbook
from csat_tui.effects.registry import template_kind
from csat_tui.tui.base.text import safe, safe_line


def public_fields(outcome: Outcome, fields: Sequence[Field], playbook: Playbook) -> frozenset[str]:
    """Return those of the fields whose words the customer will read."""
    formats = [playbook.formats[one.format_id] for one in outcome.effects if one.read_by_customer]
    written = {place for form in formats for line in form.lines for place in places(line)}
    return frozenset(field.id for field in fields if field.id in written)


def destination(case: Case, outcome: Outcome, findings: Sequence[str], playbook: Playbook, reach: Reach) -> Content:
    """Return a line for what the customer will see, in its colour, and one for everything else that is done."""
    name = customer_name(case)
    done = [one for one in outcome.effects if applies(case, one, findings, playbook)]
    said = [(one.read_by_customer, template_kind(one).sentence(one, case, reach)) for one in done]
    parts = [safe(sentence, "$public") for read, sentence in said if read]
    if others := [sentence for read, sentence in said if not read]:
        if outcome.parks:
            others.append("parks the case until it is answered")
        rest = " · ".join(others)
        whose = "" if parts or not name else f"For {name} · "
        parts.append(safe(f"{whose}{rest[:1].upper()}{rest[1:]}", "$muted"))
    return Content("\n").join(parts)


def lacking(lacks: Sequence[Blocker], case: Case, fields: Sequence[Field]) -> list[Content]:
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


def _is_empty(lack: Blocker, labels: Mapping[str, str]) -> bool:
    """Whether all that a lack says is that a field has no words yet."""
    return lack.field_id in labels and lack.sentence == f"{labels[lack.field_id]} is empty"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
