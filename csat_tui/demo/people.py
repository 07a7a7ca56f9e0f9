"""The people who work at the demo's help desk, and the customers who write to it."""

from dataclasses import dataclass, replace
from hashlib import sha256

from csat_tui.demo import names, plan
from csat_tui.demo.plan import dice

GROUPS = {
    5_402_118_700_017: "Customer care",
    5_402_118_700_424: "CSAT strike team",
    5_402_118_700_831: "Orders and delivery",
    5_402_118_701_238: "Billing",
    5_402_118_701_645: "Spring campaign",
}
CARE_GROUP, STRIKE_GROUP, ORDERS_GROUP, BILLING_GROUP, CAMPAIGN_GROUP = GROUPS


@dataclass(frozen=True)
class Staff:
    """One member of the help desk's staff, with what the role lets them do."""

    id: int
    name: str
    email: str
    role: str = "agent"
    role_type: int | None = 0
    only_private: bool = False
    no_notes: bool = False
    group: int = CARE_GROUP


_FIRST = 5_402_118_770_031

CARE_AGENTS = tuple(
    Staff(_FIRST + 10_000 + 613 * place, name, f"{name.split()[0].lower()}@example.net")
    for place, name in enumerate(
        ("Ronan Bell", "Dita Marsh", "Marlo Quist", "Suki Arden", "Ewan Thorley", "Pia Lindgrove", "Cass Ferring")
    )
)
TERSE, CHATTY, BY_TEMPLATE, BY_HAND, FREE_HANDED, COPYING = STRIKE_TEAM = tuple(
    Staff(_FIRST + 30_000 + 613 * place, name, f"{name.replace(' ', '.').lower()}@example.com", group=STRIKE_GROUP)
    for place, name in enumerate(
        ("Nora Keld", "Tobin Ashgrove", "Ines Callory", "Wren Hadlow", "Otis Pellam", "Mila Forsell")
    )
)
"""The reviewers whose notes a supervisor finds, each with a habit: few words, many, by the template, typed by hand with
the labels in another order, now and then in no format, and reasons copied from note to note."""
SIGN_INS = {
    "agent": Staff(_FIRST, "Robin Vale", "robin.vale@example.com", group=STRIKE_GROUP),
    "second": Staff(_FIRST + 613, "Sam Oduya", "sam.oduya@example.com", group=STRIKE_GROUP),
    "admin": Staff(_FIRST + 1226, "Alex Marren", "alex.marren@example.com", role="admin", role_type=4),
    "light": Staff(_FIRST + 1839, "Lee Tarn", "lee.tarn@example.com", role_type=1, only_private=True),
    "no-notes": Staff(_FIRST + 2452, "Kit Brandel", "kit.brandel@example.com", no_notes=True),
    "reviewed": FREE_HANDED,
}
"""Who can sign in, by what they are for; the last is one of the strike team, whose work is reviewed."""
LEAD = Staff(_FIRST + 20_000, "Joss Arkwright", "joss@example.net")
WAREHOUSE = Staff(_FIRST + 20_613, "Warehouse desk", "warehouse@example.net")
STAFF = {person.id: person for person in (*SIGN_INS.values(), *CARE_AGENTS, *STRIKE_TEAM, LEAD, WAREHOUSE)}


@dataclass(frozen=True)
class Customer:
    """One invented customer, derived from the index of their story."""

    index: int
    id: int
    account: str
    first: str
    name: str
    email: str
    city: str


def customer(seed: int, index: int) -> Customer:
    """Derive a customer, with an address at one of the domains that are kept for examples."""
    chance = dice(seed, "customer", index)
    first, surname = chance.choice(names.FIRST_NAMES), chance.choice(names.SURNAMES)
    local = _local(first)
    name = f"{first} {surname}" if chance.random() < 0.6 else f"{first} {surname[0]}."
    if plan.kind_at(seed, index) == "hostile":
        name = names.HOSTILE_NAMES[plan.nth_of_kind(seed, index) % len(names.HOSTILE_NAMES)]
    email = f"{local}.{surname[0].lower()}{plan.email_code(index)}@example.{chance.choice(('com', 'org', 'net'))}"
    return Customer(
        index, plan.customer_id(index), plan.account_id(index), first, name, email, chance.choice(names.CITIES)
    )


def second_account(seed: int, index: int) -> Customer:
    """Give the same person as the customer, as one who writes from another address."""
    who = customer(seed, index)
    local = who.email.partition(".")[0]
    return replace(who, id=plan.customer_id(index, 1), email=f"{local}.x{plan.email_code(index)}@mail.example.com")


def neighbour(seed: int, index: int) -> Customer:
    """Give somebody else than the customer, who knows of their order."""
    chance = dice(seed, "neighbour", index)
    who = customer(seed, index)
    first = chance.choice([name for name in names.FIRST_NAMES if name != who.first])
    name = f"{first} {chance.choice(names.SURNAMES)}"
    email = f"{_local(first)}.x{plan.email_code(index)}@post.example.org"
    return replace(who, id=plan.customer_id(index, 2), account="", first=first, name=name, email=email)


def _local(first: str) -> str:
    return first.lower().replace("í", "i")


def read_address(email: str) -> int | None:
    """Tell of which story somebody may be who has such an address, without having looked at any other."""
    digits = email.partition("@")[0].rpartition(".")[2][1:]
    if not (digits.isascii() and digits.isdigit()):
        return None
    return plan.read_email_code(int(digits) % plan.EMAIL_PRIME)


def customer_by_email(seed: int, email: str) -> Customer | None:
    """Find the customer who has an address."""
    index = read_address(email)
    found = None if index is None else customer(seed, index)
    return found if found and found.email == email.strip().lower() else None


def credentials(seed: int) -> dict[str, tuple[str, str]]:
    """Give each sign-in its address and token; the same seed gives the same token, so a demo can be restarted."""
    return {
        name: (person.email, "demo" + sha256(f"{seed}:{name}".encode()).hexdigest()[:36])
        for name, person in SIGN_INS.items()
    }
