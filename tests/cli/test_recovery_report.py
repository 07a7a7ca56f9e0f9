"""`csat-tui recovery report`: the files are written once, and what is wrong is said before anything is."""

from pathlib import Path

import pytest

from csat_tui.domain.ids import TicketId
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from tests.builders import NOON, a_ticket
from tests.cli.conftest import CommandLine
from tests.reports.service_recovery.pages import sizes, texts
from tests.store.shelf import arriving


def test_the_report_is_written_as_a_pdf_and_as_a_web_page(synced: CommandLine, tmp_path: Path) -> None:
    day, count = a_day_of_billing(synced)
    pdf, html = tmp_path / "report.pdf", tmp_path / "report.html"
    asked = ("recovery", "report", "--group", "billing", "--date", day, "--pdf", str(pdf), "--html", str(html))
    done = synced(*asked, "--paper", "letter", "--recipient", "Dana Whitfield", "--json")
    assert (done.code, done.json) == (
        0,
        {"files": [str(pdf), str(html)], "group": "billing", "date": day, "surveys": count},
    )
    assert sizes(pdf.read_bytes()) == {(612, 792)}
    first = texts(pdf.read_bytes())[0]
    assert "Recipient Dana Whitfield" in first
    assert "2 customers were unhappy" in first
    assert "Customer 1" in first
    assert "Customer 2" in html.read_text("utf-8")
    again = synced(*asked)
    assert (again.code, "report.pdf" in again.err) == (2, True)
    assert f"of {day} in {html}." in synced(*asked, "--overwrite").out


def a_day_of_billing(line: CommandLine) -> tuple[str, int]:
    """Put two unhappy customers of Billing into the store; their day, and how many they are."""
    workplace = line.workplace()
    try:
        with workplace.database.write() as connection:
            surveys.put_surveys(connection, [arriving(number, customer=f"Customer {number}") for number in (1, 2)])
            asked = [a_ticket(id=TicketId(7_300_000 + number), group_name="Billing") for number in (1, 2)]
            tickets.put_tickets(connection, asked, NOON)
    finally:
        workplace.close()
    return f"{NOON:%Y-%m-%d}", 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--group", "billing", "--date", "today"), "--pdf FILE, --html FILE, or both"),
        (("--group", "accounts", "--date", "today", "--pdf", "x.pdf"), "has no support group “accounts”: it has care,"),
        (("--group", "billing", "--date", "30 Nov", "--pdf", "x.pdf"), "“30 Nov” is not a valid day"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    synced: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = synced("recovery", "report", *options)
    assert (done.code, said in done.err) == (2, True)
    assert not (tmp_path / "x.pdf").exists()
