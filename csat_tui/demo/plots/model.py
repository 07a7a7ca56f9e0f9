"""The parts of a story; texts have places such as {first}, {item} and {order} that each case fills."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing said: who, what (one of several wordings), and how many minutes after the line before."""

    who: str
    text: str | tuple[str, ...]
    after: int = 30
    public: bool = True
    chat: bool = False
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Logged:
    """An issue as the first agent logged it in the admin system; whether it is the right one is the case's question."""

    category: str
    text: str


@dataclass(frozen=True)
class Given:
    """An accommodation; an amount of "order" means the whole order, in USD."""

    kind: str
    amount: str
    reason: str


@dataclass(frozen=True)
class Verdict:
    """A careful reviewer's decision: the outcome, and the findings picked with it.

    `findings` are missed opportunities, `ground` is why a case is non-actionable, `corrections` are what the reviewer
    puts right in the admin system, and `coaching` tells whether the first agent is due any (source document 000).
    """

    outcome: str
    findings: tuple[str, ...] = ()
    ground: str = ""
    corrections: tuple[str, ...] = ()
    coaching: bool = False


@dataclass(frozen=True)
class Plot:
    """One coherent case; `expects` is the outcome a careful reviewer reaches and `why` is what they would say.

    A plot that is `rated` "high" is only told behind surveys of 3 to 5.
    """

    id: str
    subject: tuple[str, ...]
    lines: tuple[Line, ...]
    concerns: tuple[str, ...]
    expects: str
    why: str
    logged: tuple[Logged, ...] = ()
    given: tuple[Given, ...] = ()
    subscription: str = "active"
    order: str = "delivered"
    worst: tuple[int, ...] = (0, 3)
    findings: tuple[str, ...] = ()
    ground: str = ""
    corrections: tuple[str, ...] = ()
    coaching: bool = False
    rated: str = "low"

    @property
    def verdict(self) -> Verdict:
        """Give everything that a careful reviewer decides."""
        return Verdict(self.expects, self.findings, self.ground, self.corrections, self.coaching)


def customer(*text: str, after: int = 30, files: tuple[str, ...] = ()) -> Line:
    """Say a line of the customer's by mail."""
    return Line("customer", text, after, files=files)


def agent(*text: str, after: int = 40, files: tuple[str, ...] = ()) -> Line:
    """Say a line of the first agent's by mail."""
    return Line("agent", text, after, files=files)


def lead(*text: str, after: int = 50) -> Line:
    """Say a line of the team lead's by mail."""
    return Line("lead", text, after)


def note(*text: str, who: str = "agent", after: int = 3) -> Line:
    """Leave an internal note, which the customer never sees."""
    return Line(who, text, after, public=False)


def chat(*said: tuple[str, str]) -> tuple[Line, ...]:
    """Hold a chat: pairs of who and what; "left" as who means that the customer closed the window."""
    return tuple(Line(who, text, 1, chat=True) for who, text in said)
