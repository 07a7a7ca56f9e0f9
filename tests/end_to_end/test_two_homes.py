"""Two people at one help desk, each at a terminal and in a home of their own: notes are sampled, reviewed, answered and
settled by keys, and another client reads every step back. Between the two homes there is the help desk alone."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csat_tui.demo.delivered_texts import WORDS
from csat_tui.demo.people import SIGN_INS
from csat_tui.demo.server import DemoOptions, DemoServer
from tests.agent import Agent, AtTerminal
from tests.end_to_end.places import point_at
from tests.end_to_end.shift_plan import Work, shift_of
from tests.terminal import PROGRAM, Terminal
from tests.warm import Piped
from tests.zenpy_desk import zenpy_client

SEED, SURVEYS = 3274, 13
"""A world of twelve cases in which nobody has another ticket to merge, and four customers are to be answered."""

LINES = 21
"""The lines of the scorecard."""

TRIES = 40
"""How often a key is pressed on the way to something."""

ROBIN, ALEX = SIGN_INS["agent"].id, SIGN_INS["admin"].id
NOTE, REVIEW = ("NRN", ROBIN), ("CSAT review", ALEX)
ANSWER, SETTLEMENT = ("CSAT answer to a review", ROBIN), ("CSAT settlement of a dispute", ALEX)
"""The steps of the story, each by the first line of its note and who wrote it."""


class Witness:
    """Somebody else at the help desk, with another client."""

    def __init__(self, server: DemoServer) -> None:
        self._client: Any = zenpy_client(server.url, *server.world.credentials["second"])

    def notes(self, ticket: int) -> list[Any]:
        """Return the private notes on a ticket, oldest first."""
        return [one for one in self._client.tickets.comments(ticket=ticket) if not one.public]

    def story(self, ticket: int) -> list[tuple[str, int]]:
        """Return the first line and the author of each private note on a ticket."""
        return [(one.body.partition("\n")[0], one.author_id) for one in self.notes(ticket)]

    def tags(self, ticket: int) -> set[str]:
        """Return the tags that were set on a ticket."""
        return set(self._client.tickets(id=ticket).tags) - {"csat_survey", "qualtrics"}

    def sees(self, stories: Mapping[int, list[tuple[str, int]]]) -> bool:
        """Return whether each ticket tells just this story."""
        return all(self.story(ticket) == story for ticket, story in stories.items())


@dataclass
class Person:
    """Somebody at a terminal of their own."""

    terminal: Terminal
    environ: dict[str, str]

    @property
    def keys(self) -> Agent:
        """What they do by keys."""
        return Agent(AtTerminal(self.terminal))

    def conversation(self, note: int) -> dict[str, Any]:
        """Return what their home knows of the conversation about a note."""
        with Piped("review", "show", str(note), "--json", environ=self.environ) as shown:
            out, err = shown.rest(30)
        assert not err
        found: dict[str, Any] = json.loads(out)["review"]
        for step in found["steps"]:
            step.pop("seconds", None)  # how long a review took is known where it was written, and nowhere else
        return found

    def reads(self, note: int, steps: int) -> dict[str, Any]:
        """Wait until their home has read so many steps of a conversation on the ticket, and return it."""
        found: dict[str, Any] = {}

        def all_there(_: str) -> bool:
            found.update(self.conversation(note))
            return [one["comment_id"] is not None for one in found["steps"]] == [True] * steps

        self.terminal.wait_until(all_there, f"{steps} steps")
        return found

    async def asks_for_news(self, then: str) -> None:
        """Have the workstation ask the help desk at once, and go to a screen."""
        await self.keys.goes_to("queue")
        await self.keys.presses("R")
        await self.keys.goes_to(then)


@contextmanager
def two_homes(server: DemoServer, base: Path) -> Iterator[tuple[Person, Person]]:
    """Give an agent and a supervisor."""
    agent, lead = (point_at(server, base / who, who=who, review=True) for who in ("agent", "admin"))
    start = [*PROGRAM, "--no-animation"]
    with Terminal(start, agent) as first, Terminal([*start, "--review"], lead) as second:
        yield Person(first, agent), Person(second, lead)


# The agent


async def decide_all(agent: Agent, cases: list[Work]) -> None:
    """Close every case without an answer, the oldest first and whatever the records say: an agent in a hurry."""
    await agent.sees(f"{len(cases)} open", "online")
    for left, case in zip(range(len(cases) - 1, -1, -1), cases, strict=True):
        screen = await agent.sees(rf"#{case.ticket} · ", r"· 0 of \d ─")
        checks = int(re.findall(r"· 0 of (\d) ─", screen)[0])
        await agent.types("3" + "y" * (checks - 1) + "n")
        await agent.sees(f"{checks} of {checks} ─")
        await agent.chooses("no-response")
        await agent.types(f"{concern(case)}\tAll in order for {case.number}, as the guide has it.")
        await agent.sends()
        await agent.sees(f"─ {left} open" if left else "takes it back")


def concern(case: Work) -> str:
    """Return what a case is about."""
    return WORDS[case.story.plot].full.format(**case.story.case.facts, rest="", by="Robin", ticket=case.ticket)


async def answer_all(agent: Person, answers: Mapping[int, tuple[str, str]]) -> None:
    """Answer what was sent back: by the number of the contact's ticket, how and in which words."""
    terminal, left = agent.terminal, dict(answers)
    await agent.keys.sees(f"{len(left)} sent back")
    while left:
        ticket = found_on(terminal, r"─ #(\d+) · ", left, otherwise="gg")
        how, words = left.pop(ticket)
        await agent.keys.presses("A")
        await agent.keys.sees("sent your note back", f"Look at the account behind {ticket}")
        if how == "accepts":
            await agent.keys.presses("a")
        elif how == "amends":
            await agent.keys.presses("m")
            await agent.keys.sees("Amend the note")
        else:
            await agent.keys.presses("y")
            await agent.keys.sees("Right outcome by the records +→ yes")
            await agent.keys.presses("d")
            await agent.keys.sees("Dispute the review")
        if words:
            await agent.keys.types(words)
            await agent.keys.presses("ctrl+s")
        await agent.keys.sees_no("sent your note back")


# The supervisor


async def draw_sample(lead: Person, size: int) -> None:
    """Draw all notes there are, by agent and outcome."""
    lead.terminal.wait_until(lambda text: len(re.findall(r"Robin Vale +(?:now|\d+m)", text)) == size, f"{size} notes")
    await lead.keys.presses("S")
    await lead.keys.sees("By agent and outcome")
    await lead.keys.presses("s")
    await lead.keys.sees("Draw a sample · by agent and outcome", "seed")
    await lead.keys.presses("backspace", "backspace")
    await lead.keys.types(str(size))
    await lead.keys.sees(f"{size} of {size} notes")
    await lead.keys.presses("ctrl+s")
    lead.terminal.wait_until(lambda text: text.count("due in 7 days") == size, "the sample")


def review_all(lead: Terminal, sent_back: Mapping[int, str], notes: Collection[int]) -> None:
    """Go through the notes by their tickets: some are sent back with these words, all others are accepted."""
    left = set(notes)
    lead.press("enter")  # from the first key on the note stays under the cursor, whatever comes in
    lead.wait_for("space take over")
    while left:
        ticket = found_on(lead, NOTE_SHOWN, left)
        if ticket in sent_back:
            score_outcome(lead)
            confirm(lead, ticket, "d", "Send this note back")
            lead.wait_for("what is to be done")
            lead.press(sent_back[ticket], "ctrl+s")
        else:
            confirm(lead, ticket, "a", "Accept this note")
        left.discard(ticket)


NOTE_SHOWN = r"│ #(\d+) · solved"


def score_outcome(lead: Terminal) -> None:
    """Say on the scorecard that the outcome was not right; the cursor stands there, or at the first line."""
    for _ in tries(lead, "the line about the outcome"):
        if re.search(r"▌. Right outcome by the records", lead.text):
            break
        lead.press("j")
        lead.read_until_quiet(0.1)
    lead.press("n")
    lead.wait_for(rf"1 of {LINES} ─╯")


def confirm(lead: Terminal, ticket: int, key: str, question: str) -> None:
    """Press a key and confirm what it asks, until something else is on the screen.

    What comes in meanwhile takes the question away: the person is to see what has changed.
    """

    def still(text: str) -> bool:
        return number_on(text, NOTE_SHOWN) == ticket and "what is to be done" not in text

    for _ in tries(lead, f"what follows the note on #{ticket}"):
        if not still(lead.text):
            break
        lead.press(key)
        with suppress(AssertionError):
            lead.wait_until(lambda text: question in text or not still(text), question, patience=5)
        if question in lead.text and still(lead.text):
            lead.press("enter")
            lead.wait_until(lambda text: question not in text or not still(text), "what follows")
        lead.read_until_quiet(0.1)


async def settle_all(lead: Person, settled: Mapping[int, tuple[str, str]]) -> None:
    """Settle disputes: by the ticket, with which key and which reason."""
    terminal, left = lead.terminal, dict(settled)
    terminal.wait_until(lambda text: text.count("disputed · ") == len(left), "the disputes")
    while left:
        terminal.press(*"]" * len(settled))  # to the last of Robin's notes, and back from there
        ticket = found_on(terminal, NOTE_SHOWN, left, otherwise="[")
        key, reason = left.pop(ticket)
        await lead.keys.presses("A")
        await lead.keys.sees("Robin Vale disputes the review", "It is right")
        await lead.keys.presses(key)
        await lead.keys.sees("(Accept|Reject) the dispute", "The agent reads it on the ticket")
        await lead.keys.types(reason)
        await lead.keys.presses("ctrl+s")
        await lead.keys.sees_no("disputes the review")


def number_on(text: str, pattern: str) -> int:
    """Return the number that a screen shows at a place."""
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


def found_on(terminal: Terminal, pattern: str, wanted: Collection[int], *, otherwise: str = "") -> int:
    """Return which of these numbers the screen shows once it rests; these keys go on from any other number."""
    for _ in tries(terminal, f"one of {sorted(wanted)}"):
        terminal.read_until_quiet(0.15)
        if (number := number_on(terminal.text, pattern)) in wanted:
            return number
        if otherwise:
            terminal.press(*otherwise)
        else:
            terminal.wait_until(lambda text: number_on(text, pattern) in wanted, f"one of {sorted(wanted)}")
    return 0


def tries(terminal: Terminal, what: str) -> Iterator[None]:
    """Let something be tried a number of times; fails with the screen if the caller does not end it before."""
    yield from (None for _ in range(TRIES))
    raise AssertionError(f"the screen does not show {what}:\n{terminal.text}")


async def test_notes_are_sampled_reviewed_answered_and_settled_at_two_terminals(tmp_path: Path) -> None:
    cases = shift_of(SEED, SURVEYS)
    amended, taken, won, lost = back = [case for case in cases if case.outcome == "follow-up"]
    everything = [case.number for case in cases]
    words = {case.number: f"Look at the account behind {case.ticket}." for case in back}
    with (
        DemoServer(DemoOptions(seed=SEED, surveys=SURVEYS, rate_limit=0)) as server,
        two_homes(server, tmp_path) as (agent, lead),
    ):
        witness = Witness(server)

        def arrives(person: Person, what: str, stories: Callable[[int], list[tuple[str, int]]]) -> None:
            told = {number: stories(number) for number in everything}
            person.terminal.wait_until(lambda _: witness.sees(told), what)

        await decide_all(agent.keys, cases)
        arrives(agent, "twelve notes at the help desk", lambda _: [NOTE])
        notes = {number: int(witness.notes(number)[0].id) for number in everything}

        await lead.asks_for_news("review")
        await draw_sample(lead, len(cases))
        review_all(lead.terminal, words, everything)
        arrives(lead, "twelve reviews at the help desk", lambda _: [NOTE, REVIEW])
        for number in everything:
            verdict = "sent back" if number in words else "accepted"
            tags = {"csat_sent_back"} if number in words else {"csat_reviewed", "reviewed_by_alex_marren"}
            review = witness.notes(number)[1].body.splitlines()
            assert {f"Note: {notes[number]}", f"Verdict: {verdict}"} <= set(review)
            assert (f"Comment: {words.get(number)}" in review) is (number in words)
            assert witness.tags(number) == {"csat_nrn"} | tags

        answers = [
            (amended, ("amends", "The customer was called, and answered by mail.")), (taken, ("accepts", "")),
            (won, ("disputes", "It is right, as the account says.")), (lost, ("disputes", "It is right.")),
        ]  # fmt: skip
        await agent.asks_for_news("queue")
        await answer_all(agent, {case.ticket: said for case, said in answers})
        arrives(agent, "four answers", lambda one: [NOTE, REVIEW, ANSWER] if one in words else [NOTE, REVIEW])
        for case, (kind, text) in answers:
            answer = witness.notes(case.number)[2].body.splitlines()
            assert {f"Note: {notes[case.number]}", f"Answer: {kind}"} <= set(answer)
            assert not text or f"Words: {text}" in answer
            proposed = "Right outcome by the records [right-outcome] = yes" in answer
            assert proposed is (kind == "disputes")

        await lead.asks_for_news("review")
        await settle_all(lead, {won.number: ("a", "I had not seen it."), lost.number: ("r", "The account says no.")})
        disputed = [won.number, lost.number]
        arrives(lead, "two settlements", lambda one: [
            NOTE, REVIEW, *([ANSWER] if one in words else []), *([SETTLEMENT] if one in disputed else []),
        ])  # fmt: skip
        for case, decision in ((won, "accepted"), (lost, "rejected")):
            settlement = witness.notes(case.number)[3].body.splitlines()
            assert {f"Note: {notes[case.number]}", f"Decision: {decision}"} <= set(settlement)

        # Each home has all of it from the tickets, and both say the same.
        for person in (agent, lead):
            await person.asks_for_news("queue")
        for case, state, outcome in (
            (won, "settled", "yes"), (lost, "settled", "no"), (amended, "amended", "no"),
            (taken, "taken by the agent", "no"),
        ):  # fmt: skip
            note, steps = notes[case.number], len(witness.notes(case.number)) - 1
            here, there = (person.reads(note, steps) for person in (agent, lead))
            assert here["steps"] == there["steps"]
            assert here["state"] == there["state"] == state
            (line,) = [one for one in here["lines"] if one["line"] == "right-outcome"]
            assert line["answer"] == outcome
