"""Commands: one object per action with its keys, its words, what it does, and why it cannot be done just now."""

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
from csat_tui.workflow.desk import TooLate
from csat_tui.workflow.merging import CannotMerge

SENTENCES = (StoreError, Undecidable, ImpossibleStep, TooLate, CannotMerge)
"""Errors whose text is a sentence for the person."""


def always(_node: Any) -> str:
    """Say that nothing stands in the way."""
    return ""


@dataclass(frozen=True)
class Command:
    """An action of a pane, a screen or the app; `id` is what a user's keymap calls it ("queue.down").

    A key may be a sequence ("g o"): the first key opens the hint that lists the next letters.
    `unavailable` returns the reason why it cannot be done now, or an empty text.
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
    """The word in the footer where it is not the label; neighbours with the same word share it."""
    priority: bool = False
    """Whether it comes before what the focused pane does with the key; for the few that must always work."""
    commits: bool = False
    """Whether what is typed after it is meant for what comes next, so that a refusal drops it."""


DECLARED: dict[str, Command] = {}
"""Every command of the workstation by its id, as the classes that have them are made."""


class Guarded(MessageSeam):
    """A widget, screen or app in which an error ends nothing: it is said in a sentence, and the next key works.

    Textual ends the app where a handler raises, and says nothing where a worker does that was not to end it.
    """

    def survives(self, message: Message, error: Exception) -> bool:
        """Say what went wrong in a handler; what has not been composed cannot be shown, and that is the end."""
        return not isinstance(message, events.Compose | events.Mount) and report_failure(
            self, _failure_of(self, message), error
        )

    def set_timer(self, delay: float, callback: Callable[..., Any] | None = None, **options: Any) -> Timer:
        """Do something after a while."""
        return super().set_timer(delay, self._guarding(callback), **options)  # type: ignore[misc, no-any-return]

    def set_interval(self, interval: float, callback: Callable[..., Any] | None = None, **options: Any) -> Timer:
        """Do something again and again."""
        return super().set_interval(interval, self._guarding(callback), **options)  # type: ignore[misc, no-any-return]

    def _guarding(self, callback: Callable[..., Any] | None) -> Callable[..., Any] | None:
        """Return a timer's callback whose errors end nothing: Textual calls it past every handler."""
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
        """Say what went wrong beside the keys."""
        worker = event.worker
        if event.state is WorkerState.ERROR and not worker.exit_on_error and isinstance(worker.error, Exception):
            report_failure(self, "A task in the background failed", worker.error)


class Commanded(Guarded):
    """A widget, screen or app whose actions are Command objects: they give its bindings, help and palette entries."""

    COMMANDS: ClassVar[tuple[Command, ...]] = ()
    NAME: ClassVar[str] = ""
    """What the help screen calls it."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Turn the class's own commands into bindings before Textual collects them."""
        if own := cls.__dict__.get("COMMANDS"):
            DECLARED.update((one.id, one) for one in own)
            bound = [
                Binding(
                    ",".join(single), f"command('{one.id}')", one.label, id=one.id, show=False, priority=one.priority
                )
                for one in own
                if (single := [key for key in one.keys if " " not in key])
            ]
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *bound]  # type: ignore[attr-defined]
        super().__init_subclass__(**arguments)

    @classmethod
    def all_commands(cls) -> tuple[Command, ...]:
        """Return the commands of the class, its own before those that it inherits."""
        found: dict[str, Command] = {}
        # Textual's own screens and apps have an attribute of this name that is about something else.
        for base in (one for one in cls.__mro__ if issubclass(one, Commanded)):
            for command in base.__dict__.get("COMMANDS", ()):
                found.setdefault(command.id, command)
        return tuple(found.values())

    def action_command(self, command_id: str) -> None:
        """Do what a command says."""
        perform(self, next(one for one in self.all_commands() if one.id == command_id))


def perform(node: Any, command: Command) -> None:
    """Run a command on its node, or say why it cannot be done now; an async one goes on in a worker."""
    if reason := command.unavailable(node):
        dropped = f". {drop_typed(node)}".rstrip(". ") if command.commits else ""
        node.notify(f"{command.label}: {reason}{dropped}", severity="warning", markup=False, timeout=4)
        return
    try:
        result = command.run(node)
    except SkipAction:
        raise  # the key goes on to whoever comes next
    except Exception as error:
        _own_up(node, error, command)
        return
    # What Textual itself returns to be awaited, such as the end of a screen, happens without us, and a screen
    # that waited for its own end would wait for ever.
    if inspect.iscoroutine(result):
        node.run_worker(_finish(node, result, command), group=f"command:{command.id}", exit_on_error=False)


def drop_typed(node: Any) -> str:
    """Forget the keys that wait behind one that was refused, and say so; an empty text where there are none."""
    dropped = node.app.drop_typed() if hasattr(node.app, "drop_typed") else 0
    return "What you typed after it was not used." if dropped else ""


def tell(node: Any, error: Exception, failure: str = "") -> None:
    """Show an error whose text is a sentence for the person, after what failed where the text does not say that."""
    node.notify(with_reason(failure, str(error)), severity="error", markup=False, timeout=12)


def with_reason(failure: str, reason: str) -> str:
    """Return what failed and then why; a reason may be a clause or whole sentences."""
    if not failure:
        return reason
    return f"{failure}{'.' if reason[:1].isupper() else ':'} {reason}"


async def _finish(node: Any, result: Awaitable[Any], command: Command) -> None:
    try:
        await result
    except Exception as error:
        _own_up(node, error, command)


def _own_up(node: Any, error: Exception, command: Command) -> None:
    """Say what went wrong with a command."""
    if not report_failure(node, f"“{command.label}” failed", error):
        raise error


def report_failure(node: Any, failure: str, error: Exception) -> bool:
    """Say that something failed, and why; what nobody had foreseen goes to the app's log. False where it has none.

    `failure` is a clause in the person's words, such as "The note could not be saved".
    """
    if isinstance(error, SENTENCES):
        tell(node, error, failure)
    elif hasattr(node.app, "fault"):
        node.app.fault(error, failure)
    else:
        return False
    return True


def _failure_of(node: Any, message: Message) -> str:
    """Return what did not happen where the handler of a message has failed."""
    if isinstance(message, events.Key):
        typed = message.character if message.is_printable else message.key
        return f"The key {typed} could not be carried out"
    if isinstance(message, events.Paste):
        return "What was pasted could not be used"
    return _not_current(node)


def _not_current(node: Any) -> str:
    """Return that a place on the screen does not show what it should."""
    name = next((one.NAME for one in node.ancestors_with_self if getattr(one, "NAME", "")), "")
    return f"“{name}” could not be brought up to date" if name else "The screen could not be brought up to date"


def chain(screen: Screen[Any]) -> Iterator[tuple[Any, Command]]:
    """Yield every command that can be reached now with its node, the focused pane's first."""
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
"""Said where a case comes back for which something was typed meanwhile."""
