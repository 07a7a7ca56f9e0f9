"""Lists of low scores as they arrive in a folder or a mailbox."""

from email.message import EmailMessage

from csat_tui.workflow.low_scores import LowScoresDesk
from csat_tui.workflow.watching import CheckedPlaces, Watching


def a_list(*tickets: int) -> str:
    return "\n".join(["Ticket,Comment", *(f"{ticket},late" for ticket in tickets)]) + "\n"


def a_mail(*tickets: int, subject: str = "Low scores") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "scores@example.com", "ana@example.com", subject
    mail["Date"] = "Sat, 31 Oct 2026 06:00:00 +0000"
    mail.set_content("Good morning,\n\n" + "\n".join(f"#{ticket} rating 1" for ticket in tickets) + "\n")
    return mail


def in_mbox(*mails: EmailMessage) -> bytes:
    between = b"From scores@example.com Sat Oct 31 06:00:00 2026\n"
    return b"".join(between + mail.as_bytes() + b"\n" for mail in mails)


def twice(watching: Watching) -> CheckedPlaces:
    """Look, and once more when what lies there has rested."""
    first = watching.check()
    second = watching.check()
    first.taken += second.taken
    first.problems += second.problems
    first.waiting = second.waiting
    return first


def tickets(lists: LowScoresDesk) -> list[int | None]:
    return [line.line.ticket_id for one in lists.open_lists() for line in one.lines]


def names(lists: LowScoresDesk) -> list[str]:
    return [one.report.name for one in lists.open_lists()]
