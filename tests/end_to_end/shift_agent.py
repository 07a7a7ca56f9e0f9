"""The agent of a full shift: reads the screen of a real terminal, and does everything by keys."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.agent import ANSWERS, OUTCOMES
from tests.end_to_end.shift_plan import LETTERS, OWN_FIELD, Work
from tests.terminal import KEYS, Terminal

CHECKS = (
    "Concern read and understood?",
    "E-mail sent after an abandoned chat?",
    "Issue logged correctly?",
    "Accommodation within the guide?",
    "Everything promised was carried out?",
    "Coaching for the first agent?",
)
"""What is asked, in the order of the procedure's steps."""

SILENT = ("Concern read and understood?", "Coaching for the first agent?")
"""What no record speaks of, and the playbook takes for in order then."""

UNKNOWN = "(main concern|how it was handled)"
"""What is filled in from the case, as far as the case says it."""

PARTS = 5
"""How many parts a recap has, which stand above the list."""

COLUMNS, LINES = 150, 84
"""A screen on which the whole checklist is to be seen."""


def pasted(words: str) -> str:
    """Return what a terminal sends for words that are pasted."""
    return f"\x1b[200~{words}\x1b[201~"


class Agent:
    """Somebody at the keyboard."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.spent: Counter[int] = Counter()
        """Keystrokes by case, besides the words."""
        self.spent_apart: Counter[int] = Counter()
        """Keystrokes by case for saying why the customer's other tickets stay apart: a deed of its own."""
        self._case = 0
        self._burst = ""

    # At the keyboard

    def key(self, *keys: str) -> None:
        """Strike keys; they leave with the next look at the screen."""
        for one in keys:
            self.spent[self._case] += 1
            self._burst += KEYS.get(one, one)

    def words(self, words: str, *, typed: bool = False) -> None:
        """Give words, letter by letter or pasted."""
        self._burst += words if typed else pasted(words)

    def look(self, *patterns: str) -> str:
        """Send what was struck, and look at the screen until it shows all of this."""
        if self._burst:
            self.terminal.read_until_quiet()  # nobody types before the screen that they act on has come to rest
            self.terminal.process.send(self._burst)
            self._burst = ""
        return self.terminal.wait_for(*patterns)

    # A case

    def work(self, case: Work) -> None:
        """Do one case, which stands under the cursor, as far as it can be done now."""
        self._case = case.number
        screen = self.open(case)
        if case.merges:
            self.keep_apart()
            screen = self.open(case)
        self.answer(case, screen)
        if case.asked_first:
            self.key("e", "q")
            self.words(case.words("Was the credit right for"))
            self.look("✔ ready")
            self.key("ctrl+s")
        else:
            self.decide(case)

    def open(self, case: Work) -> str:
        """Wait until the case is there with everything that the records say of it."""
        self.look(rf"#{case.ticket} · " if case.readable else "needs fixing")
        return self.terminal.wait_until(
            lambda screen: all_shown(screen) and (not case.readable or "given:" in screen), "all the checks"
        )

    def keep_apart(self) -> None:
        """Say of each ticket that the rules would merge why it is not, as one does who must not touch them."""
        before = self.spent[self._case]
        found = re.search(r"(\d) to merge", self.look(r"\d to merge"))
        for left in range(int(found[1]) - 1 if found else 0, -1, -1):
            self.key("H")
            self.look("n not to merge")
            self.key("n")
            self.look("is not to be merged")
            self.words("another matter", typed=True)
            self.key("enter")
            self.look(f"{left} to merge" if left else r"\d other tickets?(?! · \d to merge)")
        self.spent_apart[self._case] += self.spent[self._case] - before
        self.spent[self._case] = before

    def answer(self, case: Work, screen: str) -> None:
        """Answer the checks: take what is suggested where all of it is right, and every check by its key otherwise."""
        suggested = suggestions(screen)
        if any(one and (case.asked_first or one not in case.truth(check)) for check, one in suggested.items()):
            self.key("3", *(ANSWERS[case.first_answer(check)] for check in suggested))
            return
        if case.outcome == "no-response" and not any(one == "no" for one in suggested.values()):
            self.key("r")  # what the records do not settle stays open, and the cursor goes from one to the next
            left = [check for check, one in suggested.items() if not one and check not in SILENT]
            self.key(*(ANSWERS[case.first_answer(check)] for check in left))
            if case.coaching:  # which is under the cursor once nothing is open any more
                self.key("y")
            return
        self.key("a" if any(suggested.values()) else "3")
        self.key(*(ANSWERS[case.first_answer(check)] for check, one in suggested.items() if not one))

    def hear(self, case: Work) -> None:
        """Keep the channel's answer about a case that waits for it, and decide it."""
        self._case = case.number
        self.key("f", "p")
        self.look("waiting|parked|answer")
        self.key("/")
        self.words(str(case.number), typed=True)
        self.key("enter")
        self.look(rf"#{case.ticket} · ", "found")
        self.key("A")
        self.look("Answer from")
        self.words(case.words("It was right for"))
        self.key("ctrl+s")
        self.look("The answer is saved")
        self.key("f")
        self.look("every open case")
        self.key("a")
        self.look("found ─╯")
        self.terminal.wait_until(lambda screen: "every open case" not in screen, "the queue without its menu")
        self.look(rf"#{case.ticket} · ", "e decides:")
        place = CHECKS.index("Accommodation within the guide?")
        self.key("3", *("k" for _ in CHECKS), *("j" for _ in range(place)), "y")
        self.decide(case)

    # The end of the shift

    def end(self, report: Path) -> int:
        """Take in the list of low scores, settle what is missing on it, write and send the recap, end the shift.

        Returns the number of the ticket that was fetched for it.
        """
        self._case = 0
        self.key("g", "s")
        self.look("No list was added yet")
        self.key("i")
        self.look("List of low scores", "pasted")
        self.words(str(report))
        self.key("ctrl+s")
        left = int(re.findall(r"(\d+) left on the list", self.look(r"\d+ left on the list"))[0])
        self.key("C")
        self.look("The shift cannot be completed")
        # All but the first of them have no case here and need none; the first is fetched and looked at.
        self.key(*("j" for _ in range(PARTS + 1)))
        for settled in range(1, left):
            self.key("s")
            self.look("why it needs no case")
            self.words(f"Settled by phone, number {settled}.")
            self.key("enter")
            self.look(rf"· {left - settled} left on the list")
        self.key("k", "f")
        fetched = int(re.findall(r"Ticket #(\d+) is on the desk as a case", self.look("on the desk as a case"))[0])
        self.key("C")
        self.look("The shift cannot be completed")
        self.key("enter")
        self.look(rf"#{fetched} · ")
        self.terminal.wait_until(all_shown, "all the checks")
        self.key("3", "y", "e", "v")
        self.words(f"Read: {fetched}")
        self.key("tab")
        self.words(f"The lead looks at {fetched}")
        self.look("✔ ready")
        self.key("ctrl+s")
        self.look("takes it back")
        self.key("g", "s")
        self.look("all accounted for")
        self.key(*("k" for _ in range(60)))
        for part in ("Trends", "Highlights", "Needs more evaluation"):
            self.key("j", "enter")
            self.words(f"My words about {part.lower()}.\n\n")
            self.look(f"My words about {part.lower()}")
            self.terminal.press("esc")
            self.look(f"✎ {part}")
        self.key("p")
        self.look("The recap as it will arrive", "Subject  End of shift survey recap", "My words about trends")
        self.key("q", "ctrl+s")
        self.look("cx-leaders@example.com", "y (sends|saves) it")
        self.key("y")
        self.look("The recap (is sent|is in)")
        self.key("C")
        self.look("y completes it")
        self.key("y")
        self.look("The shift is complete")
        return fetched

    def decide(self, case: Work) -> None:
        """Choose the outcome with what was found, write the words, and send them."""
        self.key("e", OUTCOMES[case.outcome])
        for finding in case.findings:
            self.words(LETTERS[finding], typed=True)
            self.key("tab")
        if case.findings:
            self.key("enter")
        for place, words in enumerate(self.texts(case)):
            if place:
                self.key("tab")
            if words:
                self.words(words, typed=len(self.spent) == 1 and "\n" not in words)
        screen = self.look(f"✔ ready|! {UNKNOWN} is empty|to merge first")
        if "to merge first" in screen:
            # What was sent for another case of this customer has made it the one to merge into.
            self.terminal.press("esc")
            self.keep_apart()
            screen = self.look(f"✔ ready|! {UNKNOWN} is empty")
        if "✔ ready" not in screen:
            # What is usually filled in was not known of this case: sending goes there.
            self.key("ctrl+s")
            self.look("Not sent")
            self.words(case.words("Seen in the records of"))
            self.look("✔ ready")
        self.key("ctrl+s")
        if case.outcome == "follow-up":
            self.look("The customer will see this", "y sends it")
            self.key("y")

    def texts(self, case: Work) -> Iterator[str]:
        """Give the words of each field in turn; empty where they are filled in already."""
        match case.outcome:
            case "follow-up":
                yield case.reply
                yield case.words("Read:")
                yield case.words("Resolved for")
            case "needs-evaluation":
                yield case.words("Read:")
                yield case.words("The lead looks at")
            case _:
                yield case.words("Read:")
                yield case.words("In line with the guide:")
        if case.coaching:
            yield case.words("Ask back sooner in")
        for finding in case.findings:
            yield case.words("As the records say of") if OWN_FIELD[finding] else ""


def all_shown(screen: str) -> bool:
    """Whether every check of a case without answers is on the screen; a screen is painted bit by bit."""
    counted = re.search(r"· 0 of (\d) ─╯", screen)
    return counted is not None and len(suggestions(screen)) == int(counted.group(1))


def suggestions(screen: str) -> dict[str, str]:
    """Read the checks off the screen, each with the answer that is suggested, or none."""
    lines = screen.splitlines()
    top = next((number for number, line in enumerate(lines) if "╭─ 3 Validation" in line), None)
    if top is None:
        return {}
    # A wide letter in the queue moves what stands right of it, so the frames tell the panes apart, and not the columns.
    rows = [line.split("││") for line in lines[top + 1 :]]
    pane = " ".join(row[1].strip() for row in rows if len(row) == 3)
    shown = sorted((pane.index(check), check) for check in CHECKS if check in pane)
    ends = [place for place, _ in shown[1:]] + [len(pane)]
    found = {}
    for (place, check), end in zip(shown, ends, strict=True):
        said = re.search(r"suggested (yes|no|n/a)", pane[place:end])
        found[check] = said.group(1) if said else ""
    return found
