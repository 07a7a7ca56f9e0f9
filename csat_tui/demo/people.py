"""Who works at the demo's help desk and who writes to it."""

from dataclasses import dataclass
from hashlib import sha256

from csat_tui.demo import names, plan
from csat_tui.demo.dice import dice

GROUPS = {5_402_118_700_017: "Customer care", 5_402_118_700_424: "CSAT strike team"}
CARE_GROUP, STRIKE_GROUP = GROUPS


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

SIGN_INS = {
    "agent": Staff(_FIRST, "Robin Vale", "robin.vale@example.com", group=STRIKE_GROUP),
    "second": Staff(_FIRST + 613, "Sam Oduya", "sam.oduya@example.com", group=STRIKE_GROUP),
    "admin": Staff(_FIRST + 1226, "Alex Marren", "alex.marren@example.com", role="admin", role_type=4),
    "light": Staff(_FIRST + 1839, "Lee Tarn", "lee.tarn@example.com", role_type=1, only_private=True),
    "no-notes": Staff(_FIRST + 2452, "Kit Brandel", "kit.brandel@example.com", no_notes=True),
}
CARE_AGENTS = tuple(
    Staff(_FIRST + 10_000 + 613 * place, name, f"{name.split()[0].lower()}@example.net")
    for place, name in enumerate(
        ("Ronan Bell", "Dita Marsh", "Marlo Quist", "Suki Arden", "Ewan Thorley", "Pia Lindgrove", "Cass Ferring")
    )
)
LEAD = Staff(_FIRST + 20_000, "Joss Arkwright", "joss@example.net")
WAREHOUSE = Staff(_FIRST + 20_613, "Warehouse desk", "warehouse@example.net")
STAFF = {person.id: person for person in (*SIGN_INS.values(), *CARE_AGENTS, LEAD, WAREHOUSE)}


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
    local = first.lower().replace("í", "i")
    name = f"{first} {surname}" if chance.random() < 0.6 else f"{first} {surname[0]}."
    email = f"{local}.{surname[0].lower()}{plan.email_code(index)}@example.{chance.choice(('com', 'org', 'net'))}"
    return Customer(
        index, plan.customer_id(index), plan.account_id(index), first, name, email, chance.choice(names.CITIES)
    )


def customer_by_email(seed: int, email: str) -> Customer | None:
    """Find the customer who has an address, without having looked at any other."""
    digits = email.partition("@")[0].rpartition(".")[2][1:]
    if not (digits.isascii() and digits.isdigit()):
        return None
    found = customer(seed, plan.read_email_code(int(digits) % plan.EMAIL_PRIME))
    return found if found.email == email.strip().lower() else None


def credentials(seed: int) -> dict[str, tuple[str, str]]:
    """Give each sign-in its address and token; the same seed gives the same token, so a demo can be restarted."""
    return {
        name: (person.email, "demo" + sha256(f"{seed}:{name}".encode()).hexdigest()[:36])
        for name, person in SIGN_INS.items()
    }
