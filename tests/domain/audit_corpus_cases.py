"""The cases of the audit corpus: contacts with what was promised, given and logged, and the records that show it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from csat_tui.domain.account import Accommodation, Account, LoggedIssue, Money, Order
from csat_tui.domain.case import Case
from csat_tui.domain.ids import FactorId, SurveyId, TicketId, UserId
from csat_tui.domain.playbook import Issue
from csat_tui.domain.ticket import Author, Message, Ticket
from tests.builders import NOON, a_case, a_survey, a_survey_ticket, a_ticket, ratings, the_playbook
from tests.domain.audit_corpus_texts import (
    FEELINGS,
    FIRST_ANSWERS,
    FOREIGN,
    LATER_CUSTOMER_WORDS,
    NO_COMMENT,
    PAIRS,
    TICKET_WORDS,
    Concern,
)

CUSTOMERS = (
    "Nora Whitfield", "Pat Miller", "Ade Okafor", "June Park", "Theo Lindqvist", "Grace O'Neill", "Ravi Menon",
    "Ellen Stone", "Marcus Bell", "Wendy Zhou", "Oscar Ruiz", "Hannah Cole",
)  # fmt: skip
FOREIGN_CUSTOMERS = {"es": ("María Torres", "Javier Peña"), "de": ("Jürgen Vogt", "Anke Brandt")}
FIRST_AGENTS = ("Sol Berg", "Jun Ito", "Bea Crane", "Rob Vance")


@dataclass(frozen=True)
class Gift:
    """Something that a customer was given: its kind and, where it is money, how much."""

    kind: str
    amount: Decimal | None = None

    @property
    def text(self) -> str:
        """The amount as agents write it to customers."""
        return "" if self.amount is None else f"${self.amount:.2f}"


@dataclass
class Contact:
    """A contact with its survey, before it becomes a case; a sample changes what it needs to."""

    number: int
    concern: Concern
    comment: str
    summary: str
    customer: str
    first_agent: str
    logged: str
    total: Decimal
    words: str
    high: bool = False
    channel: str = "email"
    left: bool = False
    """Whether the customer left the chat with something open."""
    mailed: bool = False
    repeated: bool = False
    given: list[Gift] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    subscription: str = "active"
    plan: str = "6 meals a week"
    offline: bool = False
    later_gifts: list[Gift] = field(default_factory=list)
    """What the note's author gave; the account shows it where it was fetched since."""

    @property
    def began(self) -> datetime:
        """When the customer got in touch."""
        return NOON + timedelta(hours=5 * self.number)

    @property
    def surveyed(self) -> datetime:
        """When the survey came in."""
        return self.began + timedelta(hours=20)

    @property
    def order_id(self) -> str:
        """The number of the contact's order."""
        return str(48_000 + self.number)

    @property
    def source_id(self) -> TicketId:
        """The number of the source ticket."""
        return TicketId(7_300_000 + self.number)

    @property
    def survey_id(self) -> TicketId:
        """The number of the survey ticket."""
        return TicketId(9_900_000 + self.number)

    @property
    def address(self) -> str:
        """The customer's mail address."""
        return f"customer{self.number}@example.com"


def guide_entry(issue: str) -> Issue:
    """Return the guide's entry of that id."""
    return next(one for one in the_playbook().issues if one.id == issue)


def gift_for(rng: Random, issue: str, total: Decimal) -> Gift | None:
    """Return something that the guide allows for an issue; None where it allows nothing."""
    allows = guide_entry(issue).allows if issue else ()
    if not allows:
        return None
    allowance = rng.choice(allows)
    if allowance.kind == "replacement":
        return Gift("replacement")
    if allowance.up_to is None:
        return Gift(allowance.kind, rng.choice((total, Decimal("12.00"))))
    return Gift(allowance.kind, allowance.up_to.amount - rng.choice((0, 0, 0, 3, 5)))


def answer_for(rng: Random, kind: str, amount: str = "") -> str:
    """Return what a first agent answers who gives or promises something of a kind."""
    return rng.choice(FIRST_ANSWERS[kind]).format(amount=amount)


def give(rng: Random, contact: Contact, gift: Gift) -> None:
    """Let the first agent give something and say so."""
    contact.given = [gift]
    contact.answers = [answer_for(rng, gift.kind, gift.text)]


def a_contact(rng: Random, number: int, issues: tuple[str, ...] | None = None, *, commented: bool = False) -> Contact:
    """Return a contact in which everything is in order, about one of some issues, or about anything.

    With `commented` the survey has a comment in English.
    """
    pool = [one for one in PAIRS if issues is None or one.issue in issues]
    if issues is None and not commented and rng.random() < 0.1:
        pool = list(FOREIGN)
    concern = rng.choice(pool)
    comment, summary = concern.comment, concern.summary
    foreign = concern.language != "en"
    if not (commented or foreign) and rng.random() < 0.1:
        comment, summary = "", NO_COMMENT[concern.issue]
    elif not foreign and rng.random() < 0.35:
        feeling = rng.choice(FEELINGS)
        comment = f"{feeling} {comment}" if rng.random() < 0.5 else f"{comment} {feeling}"
    total = Decimal(rng.choice(("59.90", "71.40", "84.00", "65.88", "95.94")))
    contact = Contact(
        number, concern, comment, summary, rng.choice(FOREIGN_CUSTOMERS.get(concern.language, CUSTOMERS)),
        rng.choice(FIRST_AGENTS), concern.issue or "general-question", total, rng.choice(TICKET_WORDS[concern.issue]),
        high=rng.random() < 0.08,
    )  # fmt: skip
    if rng.random() < 0.25:
        contact.channel = "chat"
        contact.left = rng.random() < 0.3
        contact.mailed = contact.left
    _put_in_order(rng, contact)
    return contact


def _put_in_order(rng: Random, contact: Contact) -> None:
    """Let the first agent handle a contact as the guide has it."""
    issue = contact.concern.issue
    contact.answers = [answer_for(rng, "")]
    if issue == "cancellation":
        contact.subscription, contact.answers = "cancelled", [answer_for(rng, "cancel")]
    elif issue == "subscription-change" and rng.random() < 0.6:
        contact.plan, contact.answers = "4 meals a week", [answer_for(rng, "plan")]
    elif issue == "address-change" and rng.random() < 0.6:
        contact.answers = [answer_for(rng, "address")]
    elif rng.random() < 0.85 and (gift := gift_for(rng, issue, contact.total)) is not None:
        give(rng, contact, gift)


def the_case(contact: Contact, survey_ticket: Ticket, author: str, at: datetime, since: tuple[Message, ...]) -> Case:
    """Return the case of a contact; with messages `since` the survey, its records were fetched after the note."""
    survey = a_survey(
        source=f"ticket:{contact.survey_id}", received_at=contact.surveyed, survey_ticket_id=contact.survey_id,
        source_ticket_id=contact.source_id, customer=contact.address, agent=contact.first_agent,
        comment=contact.comment, ratings=_figures(contact),
    )  # fmt: skip
    source = a_ticket(
        id=contact.source_id, subject=contact.words[:40], created_at=contact.began, updated_at=contact.began,
        channel=contact.channel, requester_name=contact.customer, requester_email=contact.address,
        assignee_name=contact.first_agent,
    )  # fmt: skip
    return a_case(
        id=SurveyId(contact.number), survey=survey, survey_ticket=survey_ticket, source_ticket=source,
        messages=(*_transcript(contact), *since),
        account=None if contact.offline else _account(contact, author, at),
        missing=("the admin system is offline",) if contact.offline else (),
    )  # fmt: skip


def a_survey_ticket_of(contact: Contact, **over: object) -> Ticket:
    """Return the survey ticket of a contact."""
    return a_survey_ticket(
        id=contact.survey_id, created_at=contact.surveyed, updated_at=contact.surveyed,
        description=contact.comment, requester_name=contact.customer, requester_email=contact.address, **over,
    )  # fmt: skip


def _figures(contact: Contact) -> dict[FactorId, int]:
    spread = Random(contact.number)
    figures = [spread.randint(3, 5) if contact.high else spread.randint(1, 4) for _ in range(6)]
    if not contact.high:
        figures[spread.randrange(6)] = spread.choice((1, 1, 2))
    return ratings(*figures)


def _transcript(contact: Contact) -> tuple[Message, ...]:
    number = 1_000_000 + 100 * contact.number
    if contact.channel == "chat":
        said = [Message(
            number, contact.source_id, contact.began, Author.CUSTOMER, contact.customer, True, _chat(contact), "chat"
        )]  # fmt: skip
        if contact.mailed:
            at = contact.began + timedelta(hours=2)
            body = f"Hi {contact.customer.split()[0]}, here is what we talked about. {FIRST_ANSWERS[''][0]}"
            said.append(_of_agent(contact, number + 1, at, body))
        return tuple(said)
    turns = [Message(
        number, contact.source_id, contact.began, Author.CUSTOMER, contact.customer, True, contact.words, "email",
        author_id=UserId(11),
    )]  # fmt: skip
    at = contact.began + timedelta(minutes=25)
    turns += [_of_agent(contact, number + 1 + place, at, text) for place, text in enumerate(contact.answers)]
    if contact.repeated:
        again = f"{LATER_CUSTOMER_WORDS[contact.number % 3]} {contact.words}"
        turns += [
            Message(
                number + 20, contact.source_id, at + timedelta(hours=6), Author.CUSTOMER, contact.customer, True, again,
                "email", author_id=UserId(11),
            ),
            _of_agent(contact, number + 21, at + timedelta(hours=7), FIRST_ANSWERS[""][contact.number % 2]),
        ]  # fmt: skip
    return tuple(turns)


def _of_agent(contact: Contact, number: int, at: datetime, text: str) -> Message:
    return Message(
        number, contact.source_id, at, Author.AGENT, contact.first_agent, True, text, "email",
        author_id=UserId(21 + FIRST_AGENTS.index(contact.first_agent)),
    )  # fmt: skip


def _chat(contact: Contact) -> str:
    agent, customer = contact.first_agent.split()[0], contact.customer.split()[0]
    turns = [(customer, contact.words), *((agent, text) for text in contact.answers)]
    if contact.left:
        turns += [(agent, "One moment, I am looking."), (customer, "and when do I hear from you?")]
    else:
        turns += [(customer, "Thanks, bye!")]
    clock = contact.began
    lines = [f"Chat started: {clock:%Y-%m-%d %I:%M %p} UTC", ""]
    for name, text in turns:
        clock += timedelta(seconds=95)
        lines.append(f"({clock:%I:%M:%S %p}) {name}: {text}")
    lines.append(f"({clock + timedelta(seconds=40):%I:%M:%S %p}) *** {contact.customer} left the chat ***")
    return "\n".join(lines)


def _account(contact: Contact, author: str, at: datetime) -> Account:
    began = contact.began
    order = Order(
        contact.order_id, began - timedelta(days=3), ("Lentil stew", "Baked trout"), Money(contact.total, "USD"),
        "delivered",
    )  # fmt: skip
    issues = [LoggedIssue(
        f"I-{contact.number}", contact.logged, contact.first_agent, began + timedelta(minutes=20), contact.order_id,
        contact.source_id,
    )]  # fmt: skip
    answered = began + timedelta(minutes=25)
    given = [_accommodation(contact, place, one, contact.first_agent, answered)
             for place, one in enumerate(contact.given)]  # fmt: skip
    later = [_accommodation(contact, 10 + place, one, author, at) for place, one in enumerate(contact.later_gifts)]
    orders = [order]
    if contact.number % 4 == 0:  # a customer with a past, which says nothing of this contact
        old = began - timedelta(days=200)
        orders.append(Order("39001", old, ("Veal ragout",), Money(Decimal("44.00"), "USD"), "delivered"))
        issues.append(LoggedIssue("I-old", "late-delivery", "Jun Ito", old, "39001", TicketId(6_100_001)))
        given.append(Accommodation(
            "A-old", "credit", old, Money(Decimal("10.00"), "USD"), "late delivery", "Jun Ito", "39001", "I-old"
        ))  # fmt: skip
    return Account(
        f"C-{contact.number}", contact.address, contact.customer, contact.plan, contact.subscription,
        orders=tuple(orders), issues=tuple(issues), accommodations=(*later, *given),
    )  # fmt: skip


def _accommodation(contact: Contact, place: int, gift: Gift, by: str, at: datetime) -> Accommodation:
    return Accommodation(
        f"A-{contact.number}-{place}", gift.kind, at, None if gift.amount is None else Money(gift.amount, "USD"),
        contact.logged.replace("-", " "), by, contact.order_id, f"I-{contact.number}",
    )  # fmt: skip
