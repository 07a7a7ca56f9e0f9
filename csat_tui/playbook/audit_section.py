"""Read the audit rules: what the machine checks of delivered notes."""

from collections.abc import Collection, Mapping, Sequence

from csat_tui.domain.audit import AUDIT_EVALUATORS
from csat_tui.domain.case import Answer
from csat_tui.domain.playbook import Check, Field, Finding, Outcome
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.playbook.field_sections import report_duplicates
from csat_tui.toml_file import Table

LEAST_RISK, MOST_RISK = 1, 100

NEEDS_FIELD = ("summary", "rationale-repeated")
"""The rules that look at one field."""

ABOUT_A_FINDING = "finding"
"""The rule that holds findings against the records."""

_ANSWERS = tuple(answer.value for answer in Answer if answer is not Answer.UNSURE)


def read_audit(
    tables: Sequence[Table],
    outcomes: Sequence[Outcome],
    fields: Mapping[str, Field],
    findings: Mapping[str, Finding],
    checks: Mapping[str, Check],
) -> tuple[AuditRule, ...]:
    """Read the rules; each names an evaluator, and what that one looks at."""
    report_duplicates(tables)
    found = []
    for table in tables:
        rule = table.choice("rule", tuple(AUDIT_EVALUATORS))
        ids = [one.id for one in outcomes]
        only = _known(table, "outcomes", ids, "applies to", "[[outcome]]") if table.has("outcomes") else ()
        about_finding = rule == ABOUT_A_FINDING
        found.append(
            AuditRule(
                id=table.identifier(),
                label=table.text("label"),
                rule=rule,
                risk=table.whole_number("risk", LEAST_RISK, MOST_RISK, LEAST_RISK),
                outcomes=only,
                field=table.reference("field", fields, "looks at", "[[field]]") if rule in NEEDS_FIELD else "",
                findings=_known(table, "findings", findings, "is about", "[[finding]]") if about_finding else (),
                check=_check(table, checks) if about_finding else "",
                answer=table.choice("answer", _ANSWERS) if about_finding else "",
            )
        )
        table.finish()
    return tuple(one for one in found if one.rule in AUDIT_EVALUATORS)


def _known(table: Table, key: str, known: Collection[str], says: str, section: str) -> tuple[str, ...]:
    """Return a list of ids of another section."""
    names = table.texts(key)
    for index, name in enumerate(names):
        table.must_know((key, index), name, known, says, section)
    return names


def _check(table: Table, checks: Mapping[str, Check]) -> str:
    """Return a check that the records can answer."""
    name = table.reference("check", checks, "asks the records about", "[[check]]")
    if name in checks and not checks[name].suggest:
        table.wrong("check", f"“check” of {table.name} is “{name}”, which no record can answer: it lacks “suggest”")
    return name
