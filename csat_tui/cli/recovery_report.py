"""`csat-tui recovery report`: the Service Recovery Report of a support group and a day, as a PDF and as a web page."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.console import day_asked_for, say, say_json
from csat_tui.cli.exits import Exit, Failure, complain
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.recovery.rules import RecoveryRules, SupportGroup


class PaperName(StrEnum):
    """The sizes of paper, as they are typed."""

    A4 = "a4"
    LETTER = "letter"


def write_recovery_report(
    group: Annotated[str, typer.Option("--group", metavar="GROUP", help="The code of a support group.")],
    date: Annotated[
        str, typer.Option("--date", metavar="DAY", help="The day on which the feedback came: 2026-11-08, yesterday.")
    ],
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write a PDF.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a web page.")] = None,
    paper: Annotated[PaperName, typer.Option(help="The paper of the PDF.")] = PaperName.A4,
    recipient: Annotated[
        str, typer.Option("--recipient", metavar="NAME", help="Whom it is for; else the group's lead.")
    ] = "",
    over: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write the report about the unhappy customers of a support group and a day. Works offline."""
    from csat_tui.file_access import NotSaved, new_file
    from csat_tui.workflow.recovery_report import report_of_day

    if pdf is None and html is None:
        raise Failure(Exit.USAGE, "Say where to write the report: --pdf FILE, --html FILE, or both.")
    with opened_workplace(find_installation()) as workplace:
        now = workplace.desk.now
        rules = workplace.playbook.recovery
        day = day_asked_for(date, now).date()
        report = report_of_day(
            workplace.database, workplace.playbook, workplace.link, _group(group, rules), day, recipient, now
        )
        remarks: list[str] = []
        try:
            if pdf is not None:
                from csat_tui.reports.service_recovery.pdf import Paper, pdf_report
                from csat_tui.reports.service_recovery.typesetting import PdfNotMade

                try:
                    made = pdf_report(report, Paper(paper.value))
                except PdfNotMade as error:
                    raise Failure(Exit.FAULT, f"The PDF could not be made: {error}. --html FILE still can.") from error
                remarks += made.remarks
                with new_file(pdf, over=over) as out:
                    out.write(made.content)
            if html is not None:
                from csat_tui.reports.service_recovery.web_page import web_page

                with new_file(html, over=over) as out:
                    out.writelines(piece.encode() for piece in web_page(report))
        except NotSaved as error:
            raise Failure(Exit.USAGE, str(error)) from error
    surveys = sum(1 for _ in report.customers)
    files = [file for file in (pdf, html) if file is not None]
    for remark in remarks:
        complain(remark)
    if json:
        say_json({"files": [str(file) for file in files], "group": group, "date": f"{day}", "surveys": surveys})
        return
    said = "1 survey" if surveys == 1 else f"{surveys:,} surveys"
    for file in files:
        say(f"{said} of {day} in {file}.")


def _group(code: str, rules: "RecoveryRules") -> "SupportGroup":
    found = rules.group(code)
    if found is not None:
        return found
    known = ", ".join(group.id for group in rules.groups)
    named = f"it has {known}" if known else "it has none; add [[support_group]] to it"
    raise Failure(Exit.USAGE, f"The playbook has no support group “{code[:40]}”: {named}.")
