"""Where the words of a decision will go and what else it does, said before it is taken."""

from collections.abc import Iterable, Sequence

from textual.content import Content

from csat_tui.domain.case import Case
from csat_tui.domain.decide import Lack, landing
from csat_tui.domain.formats import places
from csat_tui.domain.playbook import EffectTemplate, NoteTemplate, Outcome, Playbook, ReplyTemplate
from csat_tui.tui.text import safe, safe_line


def public_fields(outcome: Outcome, playbook: Playbook) -> frozenset[str]:
    """Return the fields whose words the customer will read."""
    formats = [playbook.formats[one.format] for one in outcome.effects if isinstance(one, ReplyTemplate)]
    written = {place for form in formats for line in form.lines for place in places(line)}
    return frozenset(field.id for field in outcome.fields if field.id in written)


def destination(case: Case, outcome: Outcome) -> Content:
    """Return a line for the reply, in its colour, and one for everything else that the decision does."""
    replies = [one for one in outcome.effects if isinstance(one, ReplyTemplate)]
    others = [one for one in outcome.effects if not isinstance(one, ReplyTemplate)]
    parts = [safe(_sentence(case, one), "$public") for one in replies]
    if others:
        rest = " · ".join(_sentence(case, one) for one in others)
        parts.append(safe(rest[:1].upper() + rest[1:], "$muted"))
    return Content("\n").join(parts)


def _sentence(case: Case, effect: EffectTemplate) -> str:
    if not isinstance(effect, NoteTemplate | ReplyTemplate):
        return f"tracker row {columns(effect.cells)}"
    ticket = landing(case, effect)
    where = f"ticket #{ticket.id}" if ticket else f"{effect.on} ticket, which is not here"
    if ticket is not None and case.survey_ticket is not None and ticket.id == case.survey_ticket.id:
        where = f"survey {where}"
    if isinstance(effect, ReplyTemplate):
        sentence = f"Goes to the customer on {where} as a public reply"
    else:
        sentence = f"goes to {where} as a private note"
    if effect.status is not None:
        sentence += f" · sets {effect.status}"
    if effect.add_tags:
        sentence += f" · tags {' '.join(effect.add_tags)}"
    return sentence


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


def lacking(lacks: Sequence[Lack], case: Case, outcome: Outcome) -> list[Content]:
    """Return what is missing in as few lines as say it: what came first, empty fields and open checks together."""
    labels = {field.id: field.label.lower() for field in outcome.fields}
    empty = [labels[one.field_id] for one in lacks if one.field_id in labels]
    open_checks = [one for one in lacks if one.check_id and one.check_id not in case.answers]
    lines = [safe_line(one.sentence) for one in lacks if one.message_id]
    if empty:
        lines.append(safe_line(f"{_listed(empty)} {'is' if len(empty) == 1 else 'are'} empty"))
    if len(open_checks) > 1:
        lines.append(Content(f"{len(open_checks)} checks are not answered"))
    told = [one for one in lacks if one.field_id in labels or one.message_id]
    rest = [one for one in lacks if one not in told and (len(open_checks) < 2 or one not in open_checks)]
    return lines + [safe_line(one.sentence) for one in rest]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
