"""`csat-tui review agreement`: the machine beside reviewers and agents, and each reviewer's own record."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import day_asked_for, say, say_json, table
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.review.machine_agreement import ReviewerRecord
    from csat_tui.workflow.agreement import AgreementOverview


def show_agreement(
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="From this day on: 2026-11-08, today.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Up to and including this day.")] = "",
    limit: Annotated[
        int, typer.Option(min=1, max=100_000, metavar="N", help="The latest reviewed notes and decided cases, so many.")
    ] = 1_000,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how far the machine and people agree, and how each reviewer's reviews fared. Works offline."""
    with opened_workplace(find_installation()) as workplace:
        now = workplace.desk.now
        found = workplace.paperwork.agreement.overview(
            day_asked_for(since, now) if since else None,
            day_asked_for(until, now) + timedelta(days=1) if until else None,
            limit,
        )
        if json:
            say_json(_document(found))
        else:
            _print(found, {check.id: check.ask for check in workplace.playbook.checks.values()})


def _document(found: "AgreementOverview") -> dict[str, Any]:
    from csat_tui.cli.calibration_document import agreement_document

    return {
        "reviewed": found.reviewed, "not_here": found.not_here, "decided": found.decided,
        "rules": [
            {"rule": one.line.audit, "scorecard": one.card_id, "line": one.line.id, "label": one.line.label,
             **agreement_document(one.agreement), "silent": one.silent, "failures_upheld": one.upheld,
             "failures_overruled": one.overruled, "missed": one.missed}
            for one in found.rules
        ],
        "all_rules": agreement_document(found.rules_together),
        "checks": [
            {"check": one.check, "answered": one.answered, "taken_over": one.taken_over, "silent": one.silent,
             **agreement_document(one.agreement), "by_hand": agreement_document(one.by_hand)}
            for one in found.checks
        ],
        "reviewers": [_record(one) for one in found.reviewers],
    }  # fmt: skip


def _record(one: "ReviewerRecord") -> dict[str, Any]:
    return {
        "id": one.reviewer_id, "name": one.name, "reviews": one.reviews, "sent_back": one.sent_back,
        "disputed": one.disputed, "open_disputes": one.open_disputes, "upheld": one.upheld,
        "partly_overturned": one.partly_overturned, "overturned": one.overturned, "lines_scored": one.lines_scored,
        "lines_overturned": one.lines_overturned, "settled_by_others": one.settled_by_others,
    }  # fmt: skip


def _print(found: "AgreementOverview", checks: dict[str, str]) -> None:
    from csat_tui.cli.calibration_document import AGREEMENT_HEAD, agreement_cells

    say(
        f"The machine and the reviewers, over {found.reviewed} reviewed notes, "
        f"of which the machine could not look at {found.not_here}"
    )
    if found.rules:
        lines = [["SILENT", "UPHELD", "OVERRULED", "MISSED", *AGREEMENT_HEAD, "LINE"]]
        lines += [
            [str(one.silent), str(one.upheld), str(one.overruled), str(one.missed),
             *agreement_cells(one.agreement, one.line.label)]
            for one in found.rules
        ]  # fmt: skip
        lines.append(["", "", "", "", *agreement_cells(found.rules_together, "All lines")])
        table(lines, right=(0, 1, 2, 3, 4, 5, 7))
    if found.rules_together.why_not:
        say(found.rules_together.why_not)
    say("")
    say(f"Suggestions and answers to checks, over {found.decided} decided cases: in all, and answered by hand")
    if found.checks:
        lines = [["ANSWERED", "TAKEN OVER", *AGREEMENT_HEAD, "", "CHECK"]]
        for check in found.checks:
            name = checks.get(check.check, check.check)
            lines.append(
                [str(check.answered), str(check.taken_over), *agreement_cells(check.agreement, "in all"), name]
            )
            lines.append(["", "", *agreement_cells(check.by_hand, "by hand"), ""])
        table(lines, right=(0, 1, 2, 3, 5))
    say("")
    if not found.reviewers:
        say("No review counts in this period.")
        return
    lines = [
        ["REVIEWS", "SENT BACK", "DISPUTED", "OPEN", "UPHELD", "PARTLY", "OVERTURNED", "LINES CHANGED", "REVIEWER"]
    ]
    lines += [
        [str(one.reviews), str(one.sent_back), str(one.disputed), str(one.open_disputes), str(one.upheld),
         str(one.partly_overturned), str(one.overturned), f"{one.lines_overturned} of {one.lines_scored}", one.name]
        for one in found.reviewers
    ]  # fmt: skip
    table(lines, right=tuple(range(8)))
