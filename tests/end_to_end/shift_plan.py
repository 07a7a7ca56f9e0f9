"""What a careful agent makes of each case of a shift: from the demo's own verdicts, and nothing of the product's."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from csat_tui.demo.histories.model import SECOND_ACCOUNT
from csat_tui.demo.story import Story
from csat_tui.demo.world import World

LETTERS = {
    "cancellation-not-done": "cancel",
    "concern-not-solved": "mainconcern",
    "better-solution": "better",
    "meals-not-changed": "meals",
    "plan-not-changed": "ofplan",
    "address-or-day-not-changed": "address",
    "promo-code-not-applied": "code",
    "credit-not-applied": "promisedcredit",
    "chat-left-no-mail": "chat",
    "repeated-within-guide": "repeated",
    "handled-by-lead": "lead",
    "issue-relogged": "anew",
    "refund-issued": "refund",
    "credit-issued": "creditcorr",
}
"""What is typed to find each finding."""

OWN_FIELD = {
    "cancellation-not-done": "Promised",
    "concern-not-solved": "",
    "better-solution": "Better solution",
    "meals-not-changed": "Asked for",
    "plan-not-changed": "Asked for",
    "address-or-day-not-changed": "Asked for",
    "promo-code-not-applied": "Code",
    "credit-not-applied": "Promised credit",
    "chat-left-no-mail": "Left open",
    "repeated-within-guide": "",
    "handled-by-lead": "By",
    "issue-relogged": "Logged now as",
    "refund-issued": "Refund",
    "credit-issued": "Credit",
}
"""How the note calls what each finding asks for; empty where the workstation fills it in from the case."""

PROMISES = {
    "cancellation-not-done",
    "meals-not-changed",
    "plan-not-changed",
    "address-or-day-not-changed",
    "promo-code-not-applied",
    "credit-not-applied",
}
LABELS = {
    "no-response": "No response needed",
    "follow-up": "Followed up",
    "non-actionable": "Non-actionable",
    "needs-evaluation": "Needs evaluation",
}
"""What column C of the tracker says."""
TAGS = {
    "no-response": "csat_nrn",
    "follow-up": "csat_followup",
    "non-actionable": "csat_non_actionable",
    "needs-evaluation": "csat_evaluation",
}


@dataclass(frozen=True)
class Work:
    """One case as the agent works it; words are deterministic, and only this case's."""

    story: Story
    outcome: str
    findings: tuple[str, ...] = ()
    coaching: bool = False
    asked_first: bool = False
    """Whether the channel is asked before it is decided; the answer does not come in this shift where `answered` is
    not set."""
    answered: bool = False
    merges: bool = False
    """Whether the rules merge tickets of its customer, which holds its decision."""

    @property
    def number(self) -> int:
        """Tell which case it is: the survey's ticket."""
        return self.story.survey_ticket_id

    @property
    def readable(self) -> bool:
        """Tell whether the survey says which contact it is about."""
        return self.story.kind != "unparseable"

    @property
    def ticket(self) -> int:
        """Number the ticket that the case is about, as far as anyone can tell."""
        return self.story.source_ticket_id if self.readable else self.number

    @property
    def decided(self) -> bool:
        """Tell whether the shift ends with a decision about it."""
        return not self.asked_first or self.answered

    @property
    def corrections(self) -> tuple[str, ...]:
        """Name what is put right in the admin system."""
        return tuple(one for one in self.findings if one in ("issue-relogged", "refund-issued", "credit-issued"))

    def words(self, what: str) -> str:
        """Give the words for one field."""
        return f"{what} {self.number}"

    @property
    def reply(self) -> str:
        """Give what the customer reads."""
        return f"Hello,\n\nthank you for your words. I am sorry for the trouble: {self.number} is settled as of today."

    def truth(self, check: str) -> tuple[str, ...]:
        """Give the answers to a check that a careful reviewer would let stand, the plainest first."""
        wrong = {
            "Issue logged correctly?": "issue-relogged" in self.findings,
            "Accommodation within the guide?": bool({"refund-issued", "credit-issued"} & set(self.findings)),
            "Everything promised was carried out?": bool(PROMISES & set(self.findings)),
            "E-mail sent after an abandoned chat?": "chat-left-no-mail" in self.findings,
        }
        if check == "Coaching for the first agent?":
            return ("yes",) if self.coaching else ("no",)
        return ("no",) if wrong.get(check) else ("yes", "n/a")

    def first_answer(self, check: str) -> str:
        """Give the answer to a check before anyone else was asked."""
        unsure = self.asked_first and check == "Accommodation within the guide?"
        return "unsure" if unsure else self.truth(check)[0]


def shift_of(seed: int, surveys: int) -> list[Work]:
    """Plan the whole shift, the oldest case first, as the queue has them; a repeated survey stands for both."""
    world = World(surveys, seed, datetime.now(UTC))
    newest: dict[int, Story] = {}
    for index in range(surveys):
        told = world.story(index)
        newest.setdefault(told.source_ticket_id, told)
    planned: list[Work] = []
    asked = 0
    for told in newest.values():
        verdict = told.verdict
        findings = tuple(one for one in (*verdict.findings, verdict.ground, *verdict.corrections) if one)
        if verdict.outcome == "ask-channel":
            asked += 1
            planned.append(Work(told, "no-response", findings, verdict.coaching, True, asked == 1))
        else:
            planned.append(Work(told, verdict.outcome, findings, verdict.coaching))
    return [replace(work, merges=_merges(world, work.story.index)) for work in planned[::-1]]


def _merges(world: World, index: int) -> bool:
    """Tell whether the rules merge tickets of this customer; those of a second account are in no history."""
    others = world.merging(index)
    return others is not None and others.merge and others.situation != SECOND_ACCOUNT
