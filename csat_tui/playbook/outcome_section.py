"""The outcomes: the letter that takes each, what it needs, the words and findings it asks for, and what it does."""

import re
from collections.abc import Sequence

from csat_tui.domain.formats import places
from csat_tui.domain.playbook import EffectTemplate, Outcome
from csat_tui.effects.channel_question import QuestionTemplate
from csat_tui.playbook.conditions import read_answers, ruled_out
from csat_tui.playbook.effect_section import Terms, read_effect
from csat_tui.playbook.field_sections import asked_for, read_groups
from csat_tui.toml_file import Table

_KEY = re.compile(r"[a-z]")


def read_outcomes(tables: Sequence[Table], terms: Terms) -> tuple[Outcome, ...]:
    """Read the outcomes in the order in which they are offered."""
    found = []
    for table in tables:
        effects = [(one, read_effect(one, terms)) for one in table.tables("effects", "effect")]
        outcome = Outcome(
            table.identifier(),
            _key(table),
            table.text("label"),
            table.text("summary", ""),
            asked_for(table, terms.fields),
            tuple(effect for _, effect in effects if effect),
            read_answers(table, "needs", terms.checks, "needs"),
            read_groups(table, "findings", terms.findings),
            read_groups(table, "needs_findings", terms.findings),
            table.flag("parks", False),
            table.reference("step", [step.id for step in terms.steps], "is of step", "[[step]]")
            if table.has("step") else "",
        )  # fmt: skip
        table.finish()
        if table.has("effects") and not table.data["effects"]:
            table.wrong("effects", f"{table.name} has no effects: deciding for it would do nothing")
        _report_effects(table, outcome, effects)
        _report_findings(table, outcome)
        _report_parking(table, outcome)
        _report_lost_words(table, outcome, terms)
        found.append(outcome)
    return tuple(found)


def _key(table: Table) -> str:
    key = table.text("key")
    if key and not _KEY.fullmatch(key):
        table.wrong("key", f"“key” of {table.name} is “{key}”, expected one lower-case letter")
    return key


def _report_effects(table: Table, outcome: Outcome, effects: Sequence[tuple[Table, EffectTemplate | None]]) -> None:
    """Note effects and fields that never come about, and an outcome that might do nothing at all."""
    always = 0
    for one, effect in effects:
        if effect is None:
            continue
        condition = effect.when
        if check_id := ruled_out(condition, outcome.needs):
            one.wrong("when", f"{one.name} waits for an answer of check “{check_id}” that “needs” rules out")
        group = effect.finding_group
        if group and group not in outcome.findings:
            one.wrong(
                "when_finding", f"{one.name} waits for a finding of group “{group}”, which “findings” does not offer"
            )
        always += not condition and not group
    if outcome.effects and not always:
        table.wrong("effects", f"each effect of {table.name} waits for something: deciding for it might do nothing")
    for field in outcome.fields:
        if check_id := ruled_out(field.when, outcome.needs):
            key = "fields" if field.required else "optional"
            table.wrong(key, f"{table.name} never asks for “{field.id}”: it waits for an answer of check “{check_id}”"
                             " that “needs” rules out")  # fmt: skip


def _report_findings(table: Table, outcome: Outcome) -> None:
    for group in outcome.needs_findings:
        if group not in outcome.findings:
            table.wrong(
                "needs_findings", f"{table.name} needs a finding of group “{group}”, which “findings” does not offer"
            )


def _report_parking(table: Table, outcome: Outcome) -> None:
    """Hold parking and asking together: a parked case without a question would wait for nothing."""
    asks = [effect for effect in outcome.effects if isinstance(effect, QuestionTemplate)]
    if outcome.parks and not asks:
        table.wrong("parks", f"{table.name} parks the case but asks nobody; add an effect “question”")
    elif asks and not outcome.parks:
        table.wrong("effects", f"{table.name} asks a question and does not park the case; it lacks “parks = true”")
    elif len(asks) > 1:
        table.wrong("effects", f"{table.name} asks {len(asks)} questions; a parked case waits for one answer")
    elif asks and asks[0].when:
        table.wrong(
            "effects", f"the question of {table.name} waits for answers; one that parks the case is always asked"
        )


def _report_lost_words(table: Table, outcome: Outcome, terms: Terms) -> None:
    """Note each field that is typed and then written nowhere, where every format of the outcome is known."""
    unread = any(effect.format_id not in ("", *terms.formats) for effect in outcome.effects)
    if not outcome.effects or unread:
        return
    written = {place for effect in outcome.effects for text in effect.texts(terms.formats) for place in places(text)}
    for field in outcome.fields:
        if field.id not in written:
            table.wrong("fields", f"{table.name} asks for “{field.id}”, but its effects do not write it anywhere")
    for finding in terms.findings.values():
        for field in finding.fields if finding.group in outcome.findings else ():
            if field.id not in written:
                table.wrong("findings", f"{table.name} asks for “{field.id}” with finding “{finding.id}”, which none of"
                                        " its effects writes anywhere")  # fmt: skip
