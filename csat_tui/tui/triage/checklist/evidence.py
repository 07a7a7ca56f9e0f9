"""The window with all evidence for a check: the records, the guide and the account."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from csat_tui.domain.account import Account, Money
from csat_tui.domain.case import Case, Suggestion
from csat_tui.domain.check_links import CheckLink, links_of
from csat_tui.domain.clock import day_and_month, day_and_time
from csat_tui.domain.concern import best_issues
from csat_tui.domain.playbook import Allowance, Check, Issue, Playbook
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.dialog import show_page
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import Line, LinesView, wrap
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.triage.checklist.lines import word
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen

SHOWN = 40
"""Entries shown of each kind; the admin system has the others."""


class EvidenceLines(LinesView):
    """The evidence, wrapped to the width."""

    def __init__(self, paragraphs: Sequence[tuple[Content, str]]) -> None:
        super().__init__()
        self._paragraphs = paragraphs

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the paragraphs, indented under their marks."""
        lines: list[Line] = []
        for text, mark in self._paragraphs:
            lines += [Line(line) for line in wrap(text, width, mark, indent=len(mark))]
        return lines


class EvidenceView(Commanded, ModalScreen[None]):
    """Shows the evidence for a check."""

    NAME = "Evidence"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("evidence.close", ("escape", "enter", "q"), "close", "Go back", lambda s: s.close(), footer=True),
        Command(
            "evidence.open", ("o",), "open link", "Open the article about this check, or a link of the ticket.",
            lambda s: s.open_link(), lambda s: "" if s.links else "this check has no link to open",
        ),
        Command("evidence.down", ("j",), "down", "Scroll down", lambda s: s.scroll_by(1)),
        Command("evidence.up", ("k",), "up", "Scroll up", lambda s: s.scroll_by(-1)),
        Command("evidence.page-down", ("ctrl+d",), "page down", "Scroll down a page", lambda s: s.scroll_by(10)),
        Command("evidence.page-up", ("ctrl+u",), "page up", "Scroll up a page", lambda s: s.scroll_by(-10)),
    )  # fmt: skip

    def __init__(self, case: Case, check: Check, suggestion: Suggestion | None, playbook: Playbook) -> None:
        super().__init__()
        self._title = check.ask
        self.links = [one for one in links_of(check, case, playbook) if one.address]
        self._view = EvidenceLines(_paragraphs(case, check, suggestion, playbook))

    def compose(self) -> ComposeResult:
        """Lay out the evidence in a frame."""
        self._view.border_title = safe_line(self._title)
        what = "article" if [one.label for one in self.links] == ["article"] else "link"
        article = f"{{evidence.open}} opens the {what} · " if self.links else ""
        self._view.border_subtitle = Content(
            with_keys(self.app, article + "{evidence.down} {evidence.up} scroll · {evidence.close} closes")
        )
        yield self._view

    def close(self) -> None:
        """Go back to the checklist."""
        self.dismiss(None)

    async def open_link(self) -> None:
        """Open the check's only link, or the one that the person chooses; its address stands beside it."""
        chosen: CheckLink | None = self.links[0]
        if len(self.links) > 1:
            choices = [Choice(str(place), one.address, one, one.label) for place, one in enumerate(self.links, 1)]
            chosen = await self.app.push_screen_wait(ChoiceScreen("Open a link", choices))
        if chosen is not None:
            await show_page(self, chosen.address)

    def scroll_by(self, lines: int) -> None:
        """Scroll the evidence."""
        self._view.scroll_relative(y=lines, animate=False)


def _paragraphs(
    case: Case, check: Check, suggestion: Suggestion | None, playbook: Playbook
) -> list[tuple[Content, str]]:
    paragraphs: list[tuple[Content, str]] = []
    if check.help:
        paragraphs.append((safe(check.help, "$muted"), ""))
    for link in links_of(check, case, playbook):
        said = f"{link.label}: {link.address}" if link.address else link.label
        paragraphs.append((safe(said, "$muted" if link.address else "$fair"), ""))
    if suggestion is not None:
        paragraphs += _heading("What the records say")
        paragraphs += [(safe(line), "  ") for line in suggestion.evidence]
        if suggestion.answer is not None:
            paragraphs.append((Content.assemble(("suggested ", "$muted"), word(check, suggestion.answer)), "  "))
    paragraphs += _heading("The guide")
    paragraphs += [(line, "  ") for line in _guide(case, playbook)]
    if case.account is None:
        reason = next((line for line in case.missing if "admin" in line), "the admin system has not answered yet")
        return [*paragraphs, *_heading("Account"), (safe(reason, "$fair"), "  ")]
    return paragraphs + _account(case.account)


def _heading(text: str) -> list[tuple[Content, str]]:
    return [(Content(""), ""), (Content.styled(text, "bold $accent"), "")]


def _account(account: Account) -> list[tuple[Content, str]]:
    facts = [account.name, account.email, account.plan, account.subscription_status]
    if account.next_delivery:
        facts.append(f"next delivery {account.next_delivery}")
    lines = [*_heading("Account"), (safe_line(" · ".join(fact for fact in facts if fact)), "  ")]
    lines += _heading(f"Logged issues ({len(account.issues)})")
    for issue in account.issues[:SHOWN]:
        parts = (f"ticket #{issue.ticket_id}" if issue.ticket_id else "", _order(issue.order_id))
        head = safe_line(f"{day_and_time(issue.logged_at)}  {issue.category} by {issue.logged_by}")
        lines.append((_beside(head, *parts), "  "))
        if issue.text:
            lines.append((safe(issue.text, "$muted"), "    "))
    lines += _heading(f"Accommodations given ({len(account.accommodations)})")
    for accommodation in account.accommodations[:SHOWN]:
        head = safe_line(f"{day_and_time(accommodation.given_at)}  {accommodation.kind}{_money(accommodation.amount)}")
        lines.append(
            (_beside(head, accommodation.reason, accommodation.given_by, _order(accommodation.order_id)), "  ")
        )
    lines += _heading(f"Orders ({len(account.orders)})")
    for order_ in account.orders[:SHOWN]:
        head = safe_line(f"{day_and_month(order_.placed_at)}  {order_.id} · {order_.status}{_money(order_.total)}")
        lines.append((_beside(head, ", ".join(order_.items)), "  "))
    return lines


def _order(order_id: str) -> str:
    return f"order {order_id}" if order_id else ""


def _beside(head: Content, *parts: str) -> Content:
    """Return a fact followed by its details in a muted colour."""
    rest = " · ".join(part for part in parts if part)
    return head + Content("  ") + safe_line(rest, "$muted") if rest else head


def _guide(case: Case, playbook: Playbook) -> list[Content]:
    """Return what the guide allows for the logged issues and for the customer's complaint."""
    logged = {issue.category.casefold() for issue in case.account.issues} if case.account else set()
    concerns = {issue.id: words for issue, words in best_issues(case, playbook)}
    found = [issue for issue in playbook.issues if issue.id in concerns or issue.category.casefold() in logged]
    lines: list[Content] = []
    for issue in found:
        why = f"in the customer's words: “{concerns[issue.id]}”" if issue.id in concerns else "as logged"
        lines.append(_beside(safe_line(f"{issue.label}: {_allowed(issue)}"), why))
    return lines or [Content.styled("no entry matches the logged issues or the customer's words", "$muted")]


def _allowed(issue: Issue) -> str:
    return " or ".join(_allowance(allowance) for allowance in issue.allows) or "nothing"


def _allowance(one: Allowance) -> str:
    text = f"{one.kind} up to {one.up_to}" if one.up_to else one.kind
    return f"{text}, once in {one.once_per.days} d" if one.once_per else text


def _money(amount: Money | None) -> str:
    return f" {amount}" if amount else ""
