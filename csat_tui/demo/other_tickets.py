"""The other tickets of a customer: whose they are, what they say, and whether they belong together."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from csat_tui.demo import names, people, plan, tickets, wire
from csat_tui.demo.histories import SITUATIONS, Situation, Sketch
from csat_tui.demo.histories.model import MARKET, NEIGHBOUR, PEOPLE, SECOND_ACCOUNT, SECOND_ADDRESS
from csat_tui.demo.plan import dice
from csat_tui.demo.story import Case, Message
from csat_tui.demo.wire import Json

STORES = {MARKET: (tickets.MARKET_BRAND_ID, names.MARKET)}
UNDEALT = ("follow-up", "needs-evaluation")
"""A reviewer's conclusion if the rated ticket left its concern open."""


@dataclass(frozen=True)
class Merging:
    """What source document 004 says about a new ticket and the tickets beside it, as a careful agent reads them.

    `into` is the ticket that stays (None: nothing is merged, or whoever merges chooses), `status` and `owner` are the
    merged ticket's afterwards (owner None: whoever merges).
    """

    situation: str
    new: int
    beside: tuple[int, ...]
    merge: bool
    why: str
    into: int | None
    status: str | None
    owner: int | None
    notify: bool
    mentioned: bool
    answered: bool


@lru_cache(maxsize=64)
def _turns(seed: int, round_: int) -> tuple[str, ...]:
    turns = list(SITUATIONS)
    dice(seed, "situations", round_).shuffle(turns)
    return tuple(turns)


def situation_of(seed: int, index: int) -> Situation | None:
    """Tell which history the customer of a story has, if any; the situations take turns."""
    group = index // plan.GROUP
    if plan.host(seed, group) != index:
        return None
    round_, turn = divmod(plan.hosts_before(seed, group), len(SITUATIONS))
    return SITUATIONS[_turns(seed, round_)[turn]]


def numbers(seed: int, index: int) -> list[int]:
    """Give the numbers of a story's other tickets, oldest first."""
    found = situation_of(seed, index)
    return [] if found is None else [_number(index, place) for place in range(len(found.sketches))]


def _number(index: int, place: int) -> int:
    group = index // plan.GROUP
    return plan.ticket_number("other", group * plan.GROUP + plan.GROUP - 1 - place)


def read_seat(seed: int, seat: int) -> tuple[int, int] | None:
    """Tell whose other ticket a seat is and which of them; None where nobody sits."""
    group, back = divmod(seat, plan.GROUP)
    index = plan.host(seed, group)
    if index is None:
        return None
    found, place = situation_of(seed, index), plan.GROUP - 1 - back
    return (index, place) if found and place < len(found.sketches) else None


def store_of_older(seed: int, index: int) -> str | None:
    """Tell in which store a customer placed their oldest order, if their other tickets speak of it."""
    found = situation_of(seed, index)
    if found is None:
        return None
    speaking = [sketch for sketch in found.sketches if any("{older}" in said.text for said in sketch.said)]
    return STORES.get(speaking[0].store, (0, names.BRAND))[1] if speaking else None


def person(seed: int, index: int, place: int) -> people.Customer | None:
    """Give who has a user id near a customer's: the customer, or who else writes in their history."""
    if place == 0:
        return people.customer(seed, index)
    found = situation_of(seed, index)
    if found is None or place >= len(PEOPLE) or all(sketch.writer != PEOPLE[place] for sketch in found.sketches):
        return None
    maker = {SECOND_ACCOUNT: people.second_account, NEIGHBOUR: people.neighbour}[PEOPLE[place]]
    return maker(seed, index)


def addresses(seed: int, index: int, place: int) -> list[str]:
    """Give the addresses under which somebody writes, the first of them first."""
    who = person(seed, index, place)
    if who is None:
        return []
    found = situation_of(seed, index)
    second = place == 0 and found is not None and any(one.writer == SECOND_ADDRESS for one in found.sketches)
    return [who.email, people.second_account(seed, index).email] if second else [who.email]


def by_email(seed: int, email: str) -> tuple[int, int] | None:
    """Find who writes under an address, without having looked at anybody else."""
    index = people.read_address(email)
    if index is None:
        return None
    wanted = email.strip().lower()
    return next(((index, place) for place in range(len(PEOPLE)) if wanted in addresses(seed, index, place)), None)


def ticket(seed: int, behind: Case, place: int) -> Json:
    """Describe one of the other tickets of a case's customer."""
    sketch = _sketch(seed, behind, place)
    said = _messages(seed, behind, sketch)
    who, address = _writer(seed, behind, sketch)
    subject = sketch.subject.format(**_facts(behind))
    record = tickets.ticket(
        _number(behind.index, place),
        subject,
        wire.squeeze(said[0].text),
        sketch.status,
        who.id,
        said[0].at,
        said[-1].at,
    )
    store = STORES.get(sketch.store)
    name = store[1] if store else names.BRAND
    to = {"name": name, "address": tickets.INBOX}
    record["via"] = wire.via("email", {"name": who.name, "address": address}, to)
    record["tags"] = ["care", "email"]
    if store:
        record["brand_id"] = store[0]
    if sketch.status != "new":
        record["assignee_id"] = _owner(seed, behind).id
    return record


def comments(seed: int, behind: Case, place: int) -> list[Json]:
    """Give the transcript of one of the other tickets."""
    sketch, number = _sketch(seed, behind, place), _number(behind.index, place)
    who, _ = _writer(seed, behind, sketch)
    authors = {"customer": who.id, "agent": _owner(seed, behind).id}
    return [
        wire.message_comment(tickets.audit_id(number, order), authors[said.author], said)
        for order, said in enumerate(_messages(seed, behind, sketch))
    ]


def merging(seed: int, behind: Case) -> Merging | None:
    """Tell what is right to do with the newest of the other tickets."""
    found = situation_of(seed, behind.index)
    if found is None:
        return None
    *older, new = numbers(seed, behind.index)
    answered = behind.plot.expects not in UNDEALT if found.answered is None else found.answered
    merge = found.merge and not answered
    beside = (behind.ticket,) if found.beside_rated else tuple(older)
    owner = behind.agent if found.beside_rated else _owner(seed, behind)
    kept = merge and found.status is not None
    return Merging(
        found.id,
        new,
        beside,
        merge,
        behind.fill(found.why),
        into=beside[0] if kept else None,
        status=found.status if merge else None,
        owner=owner.id if kept else None,
        notify=merge and found.notify,
        mentioned=found.mentioned,
        answered=answered,
    )


def _sketch(seed: int, behind: Case, place: int) -> Sketch:
    found = situation_of(seed, behind.index)
    if found is None:
        raise LookupError(f"The customer of survey {behind.index} has no other tickets.")
    return found.sketches[place]


def _owner(seed: int, behind: Case) -> people.Staff:
    return dice(seed, "owner", behind.index).choice(people.CARE_AGENTS)


def _writer(seed: int, behind: Case, sketch: Sketch) -> tuple[people.Customer, str]:
    """Tell who wrote a ticket and from which address."""
    if sketch.writer == SECOND_ADDRESS:
        return behind.customer, addresses(seed, behind.index, 0)[1]
    place = PEOPLE.index(sketch.writer)
    who = behind.customer if place == 0 else person(seed, behind.index, place) or behind.customer
    return who, who.email


def _facts(behind: Case) -> dict[str, str]:
    concern = behind.fill(behind.plot.concerns[0])
    earlier, older = (plan.order_number(behind.index, band) for band in plan.BANDS[1:])
    return {**behind.facts, "earlier": earlier, "older": older, "concern": concern, "name": behind.customer.name}


def _messages(seed: int, behind: Case, sketch: Sketch) -> list[Message]:
    """Put a sketch into words and times; the newest ticket came in between the rated one's end and its survey."""
    came = behind.solved + timedelta(minutes=10 + dice(seed, "came", behind.index).randrange(30))
    who, _ = _writer(seed, behind, sketch)
    facts = _facts(behind) | {"agent": _owner(seed, behind).name.split()[0]}
    if who.id != behind.customer.id:
        facts |= {"first": who.first, "name": who.name}
    return [
        Message(said.who, came + timedelta(minutes=said.minutes), said.text.format(**facts)) for said in sketch.said
    ]
