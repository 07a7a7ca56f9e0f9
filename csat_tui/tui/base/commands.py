"""Commands: each is an action with its keys, its label and help, its function, and why it may be unavailable."""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from csat_tui.domain.decide import Undecidable
from csat_tui.domain.effect import ImpossibleStep
from csat_tui.store.errors import StoreError
from csat_tui.tui.base.textual_seams import MessageSeam
from csat_tui.workflow.calibration_files import CalibrationRefused
from csat_tui.workflow.desk import TooLate
from csat_tui.workflow.merging import CannotMerge
from csat_tui.workflow.review_loop import NotReviewed

SENTENCES = (StoreError, Undecidable, ImpossibleStep, TooLate, CannotMerge, NotReviewed, CalibrationRefused)
"""Errors whose text is a sentence for the person."""


def always(_node: Any) -> str:
    """Return no reason: the command is always available."""
    return ""


@dataclass(frozen=True)
class Command:
    """An action of a pane, a screen or the app; `id` is its name in the keymap ("queue.down").

    A key may be a sequence ("g o"): the first key opens the hint that lists the next letters.
    `unavailable` returns the reason why it cannot run now, or an empty text.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    run: Callable[[Any], Any]
    unavailable: Callable[[Any], str] = always
    footer: bool = False
    palette: bool = True
    hint: str = ""
    """The word in the footer, if it is not the label; neighbours with the same word share it."""
    priority: bool = False
    """Whether it takes its key before the focused pane does; for the few commands that must always work."""
    commits: bool = False
    """Whether a refusal also drops the keys that were typed after it, because they were meant for its result."""


DECLARED: dict[str, Command] = {}
"""Every command by its id; a class adds its commands when it is defined."""


class Guarded(MessageSeam):
    """Mixin for a widget, screen or app: an error is reported in a sentence, and the next key works.

    Textual ends the app if a handler raises, and reports nothing if a worker with `exit_on_error=False` raises.
    """

    def survives(self, message: Message, error: Exception) -> bool:
        """Report an error in a handler; False for an error while composing or mounting, which ends the app."""
        return not isinstance(message, events.Compose | events.Mount) and report_failure(
            self, _failure_of(self, message), error
        )

    def set_timer(self, delay: float, callback: Callable[..., Any] | None = None, **options: Any) -> Timer:
        """Call a function once after a delay in seconds."""
        return super().set_timer(delay, self._guarding(callback), **options)  # type: ignore[misc, no-any-return]

    def set_interval(self, interval: float, callback: Callable[..., Any] | None = None, **options: Any) -> Timer:
        """Call a function again and again, `interval` seconds apart."""
        return super().set_interval(interval, self._guarding(callback), **options)  # type: ignore[misc, no-any-return]

    def _guarding(self, callback: Callable[..., Any] | None) -> Callable[..., Any] | None:
        """Return a timer's callback that reports its errors: Textual does not pass them through a handler."""
        if callback is None:
            return None

        async def guarded() -> None:
            try:
                result = callback()
                if inspect.isawaitable(result):
                    await result
            except Exception as error:
                if not report_failure(self, _not_current(self), error):
                    raise

        return guarded

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Report the error of a worker."""
        worker = event.worker
        if event.state is WorkerState.ERROR and not worker.exit_on_error and isinstance(worker.error, Exception):
            report_failure(self, "A task in the background failed", worker.error)


class Commanded(Guarded):
    """Mixin for a widget, screen or app whose Command objects give its bindings, help and palette entries."""

    COMMANDS: ClassVar[tuple[Command, ...]] = ()
    NAME: ClassVar[str] = ""
    """Its name on the help screen."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Turn the class's own commands into bindings before Textual collects them."""
        if own := cls.__dict__.get("COMMANDS"):
            DECLARED.update((command.id, command) for command in own)
            bound = [
                Binding(
                    ",".join(single),
                    f"command('{command.id}')",
                    command.label,
                    id=command.id,
                    show=False,
                    priority=command.priority,
                )
                for command in own
                if (single := [key for key in command.keys if " " not in key])
            ]
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *bound]  # type: ignore[attr-defined]
        super().__init_subclass__(**arguments)

    @classmethod
    def all_commands(cls) -> tuple[Command, ...]:
        """Return the commands of the class, its own before the inherited ones."""
        found: dict[str, Command] = {}
        # Textual's own screens and apps have an attribute of this name that is about something else.
        for base in cls.__mro__:
            if issubclass(base, Commanded):
                for command in base.__dict__.get("COMMANDS", ()):
                    found.setdefault(command.id, command)
        return tuple(found.values())

    def action_command(self, command_id: str) -> None:
        """Run a command by its id."""
        perform(self, next(command for command in self.all_commands() if command.id == command_id))


def perform(node: Any, command: Command) -> None:
    """Run a command on its node, or show why it is unavailable; an async command goes on in a worker."""
    if reason := command.unavailable(node):
        dropped = f". {drop_typed(node)}".rstrip(". ") if command.commits else ""
        node.notify(f"{command.label}: {reason}{dropped}", severity="warning", markup=False, timeout=4)
        return
    try:
        result = command.run(node)
    except SkipAction:
        raise  # the next node up the tree gets the key
    except Exception as error:
        _report(node, error, command)
        return
    # Only coroutines of our own are awaited. Textual returns awaitables such as the end of a screen, which happens
    # anyway; a screen that awaited its own end would wait for ever.
    if inspect.iscoroutine(result):
        node.run_worker(_finish(node, result, command), group=f"command:{command.id}", exit_on_error=False)


def drop_typed(node: Any) -> str:
    """Drop the keys typed after a refused command; return a sentence about them, or an empty text if there are none."""
    dropped = node.app.drop_typed() if hasattr(node.app, "drop_typed") else 0
    return "What you typed after it was not used." if dropped else ""


def show_error(node: Any, error: Exception, failure: str = "") -> None:
    """Show an error whose text is a sentence for the person; `failure` names the failed action if the text does not."""
    node.notify(with_reason(failure, str(error)), severity="error", markup=False, timeout=12)


def with_reason(failure: str, reason: str) -> str:
    """Return the failure followed by its reason, which may be a clause or full sentences."""
    if not failure:
        return reason
    return f"{failure}{'.' if reason[:1].isupper() else ':'} {reason}"


async def _finish(node: Any, result: Awaitable[Any], command: Command) -> None:
    try:
        await result
    except Exception as error:
        _report(node, error, command)


def _report(node: Any, error: Exception, command: Command) -> None:
    """Report the error of a command; raise it if the app has no log."""
    if not report_failure(node, f"“{command.label}” failed", error):
        raise error


def report_failure(node: Any, failure: str, error: Exception) -> bool:
    """Show what failed and why; an unexpected error goes to the app's log. Returns False if the app has no log.

    `failure` is a clause in plain words, such as "The note could not be saved".
    """
    if isinstance(error, SENTENCES):
        show_error(node, error, failure)
    elif hasattr(node.app, "fault"):
        node.app.fault(error, failure)
    else:
        return False
    return True


def _failure_of(node: Any, message: Message) -> str:
    """Return a clause that names the failure of a message's handler."""
    if isinstance(message, events.Key):
        typed = message.character if message.is_printable else message.key
        return f"The key {typed} could not be carried out"
    if isinstance(message, events.Paste):
        return "What was pasted could not be used"
    return _not_current(node)


def _not_current(node: Any) -> str:
    """Return a clause that says which part of the screen is out of date."""
    name = next((ancestor.NAME for ancestor in node.ancestors_with_self if getattr(ancestor, "NAME", "")), "")
    return f"“{name}” could not be brought up to date" if name else "The screen could not be brought up to date"


def chain(screen: Screen[Any]) -> Iterator[tuple[Any, Command]]:
    """Yield every command that can be reached now with its node; those of the focused pane come first."""
    nodes: list[DOMNode] = [screen, screen.app] if screen.focused is None else screen.focused.ancestors_with_self
    seen: set[str] = set()
    for node in nodes:
        if isinstance(node, Commanded):
            for command in node.all_commands():
                if command.id not in seen:
                    seen.add(command.id)
                    yield node, command
        if node.is_modal:
            return


NEWER_WORDS = "The note has newer words, which are kept; the words of the decision are in the outbox."
"""Shown when a case comes back and its note was edited meanwhile."""
