"""The agent at a workstation: what they do by keys and see on the screen, in their own words.

The same words drive the workstation in a real terminal and by Textual's pilot, so that a test reads alike in both.
"""

import re
from collections.abc import Callable
from typing import Protocol

from textual.pilot import Pilot

from tests.terminal import Terminal
from tests.tui.desk_fixture import comes_about, settled
from tests.tui.pane_host import shown

ANSWERS = {"yes": "y", "no": "n", "n/a": "x", "unsure": "w"}
"""The key of each answer to a check."""

OUTCOMES = {"no-response": "n", "follow-up": "f", "non-actionable": "x", "needs-evaluation": "v", "ask-channel": "q"}
"""The key of each outcome, once the outcomes are shown."""

MODES = {"queue": "q", "outbox": "o", "shift": "s", "tracker": "t", "review": "r"}
"""The key of each screen, after `g`."""

ANSWERED = r"· (\d+) of (\d+) ─"
"""How many checks of a case are answered, in the frame around them."""

RECORDS_AT_MOST = 60
"""How often more records are waited for; the screen changes with each second of its clock."""


def _open_checks(screen: str) -> int:
    found = re.search(ANSWERED, screen)
    assert found is not None, screen
    return int(found[2]) - int(found[1])


class Keyboard(Protocol):
    """The keys and the screen of one workstation."""

    async def press(self, *keys: str) -> None:
        """Press keys, each by its name or its letter."""

    async def type(self, words: str) -> None:
        """Type words, letter by letter."""

    async def watch(self, holds: Callable[[str], object], what: str) -> str:
        """Wait until something holds of the screen, and return the screen. Raises AssertionError with `what`."""


class AtTerminal:
    """A workstation in a real terminal, or in a multiplexer in one."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    async def press(self, *keys: str) -> None:
        """Press keys, each by its name or its letter."""
        self._terminal.press(*keys)

    async def type(self, words: str) -> None:
        """Type words, as one burst."""
        self._terminal.press(words)

    async def watch(self, holds: Callable[[str], object], what: str) -> str:
        """Read what the terminal is sent until something holds of its screen."""
        return self._terminal.wait_until(holds, what)


class ByPilot:
    """A workstation without a terminal, driven by Textual's pilot."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys one after another, and wait until the workstation is idle."""
        await self._pilot.press(*("escape" if key == "esc" else key for key in keys))
        await settled(self._pilot)

    async def type(self, words: str) -> None:
        """Type words letter by letter."""
        await self.press(*words)

    async def watch(self, holds: Callable[[str], object], what: str) -> str:
        """Wait until something holds of what is drawn."""
        try:
            await comes_about(lambda: holds(shown(self._pilot.app)))
        except TimeoutError:
            raise AssertionError(f"the screen does not show {what}:\n{shown(self._pilot.app)}") from None
        return shown(self._pilot.app)


class Agent:
    """Somebody who works cases at a workstation with the default keys."""

    def __init__(self, keyboard: Keyboard) -> None:
        self.keyboard = keyboard

    async def presses(self, *keys: str) -> None:
        """Press keys that have no word of their own here."""
        await self.keyboard.press(*keys)

    async def types(self, words: str) -> None:
        """Type words where the cursor is."""
        await self.keyboard.type(words)

    async def sees(self, *patterns: str) -> str:
        """Wait until the screen shows all of these regular expressions at once; returns the screen."""
        return await self.keyboard.watch(
            lambda screen: all(re.search(pattern, screen) for pattern in patterns), " and ".join(patterns)
        )

    async def sees_no(self, *patterns: str) -> str:
        """Wait until the screen shows none of these regular expressions; returns the screen."""
        return await self.keyboard.watch(
            lambda screen: not any(re.search(pattern, screen) for pattern in patterns), "no " + " nor ".join(patterns)
        )

    async def opens(self, number: int, *signs: str) -> None:
        """Find a case by a number in it and go to its transcript, until the screen shows what is known of the case."""
        await self.presses("1", "/")
        await self.types(str(number))
        await self.presses("enter")
        await self.sees("found")
        await self.presses("enter")
        await self.sees(*signs)

    async def answers(self, *answers: str) -> None:
        """Answer the checks one after another, from the first open one on."""
        await self.presses("3", *(ANSWERS[answer] for answer in answers))

    async def takes_suggestions(self, *answers: str) -> None:
        """Answer as the records suggest until only these checks are open, and then these: some records come late."""
        await self.presses("3", "a")
        screen = await self.sees(ANSWERED)
        for _ in range(RECORDS_AT_MOST):
            if _open_checks(screen) <= len(answers):
                break
            screen = await self.keyboard.watch(
                lambda now, before=screen: now != before and re.search(ANSWERED, now), "another second of the checks"
            )
            await self.presses("a")
        await self.presses(*(ANSWERS[answer] for answer in answers))

    async def chooses(self, outcome: str) -> None:
        """Choose the outcome of the case."""
        await self.presses("e")
        await self.sees("esc closes")
        await self.presses(OUTCOMES[outcome])

    async def finds(self, *findings: str) -> None:
        """Pick what was found, each by the words that find it in the list."""
        await self.sees("What was found")
        for finding in findings:
            await self.types(finding)
            await self.presses("enter")

    async def writes(self, *fields: str) -> None:
        """Write the note field by field."""
        for place, words in enumerate(fields):
            if place:
                await self.presses("tab")
            await self.types(words)

    async def sends(self) -> None:
        """Send the note once nothing is missing."""
        await self.sees("ready")
        await self.presses("ctrl+s")

    async def allows_the_reply(self) -> None:
        """Say yes to the question whether the customer is to see the reply."""
        await self.sees("The customer will see this", "y sends it")
        await self.presses("y")

    async def takes_back(self) -> None:
        """Take back the decision that was made last."""
        await self.sees("takes it back")
        await self.presses("u")
        await self.sees("Undone")

    async def goes_to(self, mode: str) -> None:
        """Go to another screen."""
        await self.presses("g", MODES[mode])
