"""Handle keys one at a time: each takes effect before the next is handled, however fast they come.

Textual hands a key to the focused widget and takes the next key while the first is still on its way up to its binding.
Over a slow line keys come in bursts; a burst could then go into the wrong field, or answer the wrong case. Here each
key and each paste waits until the one before it has taken effect.
"""

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import NoActiveWorker, Worker, get_current_worker

from csat_tui.key_priority import screen_busy, screen_free
from csat_tui.tui.base.textual_seams import AppSeams, all_screens, draws, message_clock, timers_due

KEY_TIMEOUT = 1.0
"""Seconds after which a key no longer waits: whatever it waits for hangs, and the keyboard must never hang."""

RECHECK_INTERVAL = 0.01
"""Seconds between two checks whether a waiting key can go on."""

REPEAT_INTERVAL = 0.1
"""Seconds within which another key is likely to follow a key, as when a key is held down."""

IDLE_TIMER_LIMIT = 0.15
"""Seconds of the longest timer that must end before the workstation counts as idle."""

FOLLOW_ROUNDS = 2
"""How often a `KeyDone` travels from the focused widget to the app: behind the key, and behind what the key set off."""


Typed = events.Key | events.Paste
"""Typed input: a key, or pasted text."""


class KeyGate(Protocol):
    """Holds keys and pastes back until the screen shows what they are typed for."""

    def ready_for(self, key: Typed) -> bool:
        """Return whether the key can take effect now."""

    def timeout(self) -> float:
        """Return the seconds that a key waits at least; 0 for the usual time."""

    def refusal(self, key: Typed) -> str:
        """Return why a key that has waited too long is dropped; empty if it takes effect nevertheless."""

    def begin(self) -> None:
        """Note that a key takes effect, wherever it goes."""


@runtime_checkable
class GatesKeys(Protocol):
    """A screen on which a key may have to wait until it means what the person meant."""

    @property
    def key_gate(self) -> KeyGate:
        """The gate that holds keys back."""


class KeyDone(Message):
    """Follows a key on the same way: when it arrives somewhere, the key has already been there."""

    def __init__(self, number: int, rounds: int) -> None:
        super().__init__()
        self.number = number
        self.rounds = rounds


class TypeAhead(AppSeams):
    """An app that handles keys in order, each after the one before it has taken effect."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._typed: deque[tuple[Typed, float]] = deque()
        self._key_number = 0
        self._key_under_way = False
        self._key_at = 0.0
        self._released_at = 0.0
        """When the last key took effect."""
        self._between_keys: list[Callable[[], None]] = []
        self._screen_before: Screen[Any] | None = None
        self._dropped_at = 0.0
        """When the waiting keys were dropped, on the clock that Textual stamps keys with."""
        self._asking: dict[Worker[Any], Screen[Any]] = {}

    async def on_event(self, event: events.Event) -> None:
        """Queue keys and pastes; all other events are handled as usual."""
        if isinstance(event, Typed) and not event.is_forwarded:
            if event.time <= self._dropped_at:
                return  # typed before the waiting keys were dropped, and read only now
            screen_busy()
            now = self._key_at = monotonic()
            self._typed.append((event, now))
            await self._next_key()
        else:
            await super().on_event(event)

    def _apart(self, event: events.Key) -> tuple[events.Key, ...]:
        """Return escape and a letter as two keys if they arrived as one; empty if the key is to be ignored.

        A terminal sends alt with a letter as escape and the letter. If nothing is bound to that combination, the person
        pressed two keys. In a field they pressed a key of their editor, and the letter would be a command outside it.
        """
        modifier, _, letter = event.key.rpartition("+")
        if modifier != "alt" or len(letter) != 1 or event.character is None:
            return (event,)
        if event.key in self.screen.active_bindings:
            # The event names the letter as its character, and a field would insert it.
            return (events.Key(event.key, None),)
        if isinstance(self.focused, TextArea | Input):
            return ()
        return (events.Key("escape", "\x1b"), events.Key(letter, letter))

    def between_keys(self, what: Callable[[], None]) -> None:
        """Do work that would delay a key: now, or while keys keep coming after the next one is painted."""
        if monotonic() - self._key_at >= REPEAT_INTERVAL:
            self._hold_up(what)
        else:
            self._between_keys.append(what)
            self.set_timer(REPEAT_INTERVAL, self._do_between_keys)

    def _do_between_keys(self) -> None:
        # A closing workstation has no screen left to draw on.
        if self._between_keys and self.screen_stack:
            waiting, self._between_keys = self._between_keys, []
            self._hold_up(*waiting)

    def _hold_up(self, *what: Callable[[], None]) -> None:
        screen_busy()
        for one in what:
            one()
        if self.screen_stack:
            self.screen.call_after_refresh(self._painted)

    def _painted(self) -> None:
        if self._key_under_way or self._typed:
            return
        if self._between_keys:
            self._do_between_keys()
        else:
            screen_free()

    @property
    def _gate(self) -> KeyGate | None:
        return self.screen.key_gate if isinstance(self.screen, GatesKeys) else None

    def _ready_for(self, key: Typed) -> bool:
        """Return whether a key or paste can take effect now: no earlier work can still change what it means."""
        gate = self._gate
        return not self.busy("command:") and (gate is None or gate.ready_for(key))

    def _timeout(self) -> float:
        gate = self._gate
        return KEY_TIMEOUT if gate is None else max(KEY_TIMEOUT, gate.timeout())

    def _gives_up(self, key: Typed) -> bool:
        """Drop a late key and all that follow it, unless its gate lets it through; return whether it was dropped."""
        gate = self._gate
        refusal = "" if gate is None else gate.refusal(key)
        if refusal:
            self.drop_typed()
            self.notify(refusal, severity="warning", timeout=8)
        return bool(refusal)

    @property
    def typed_at(self) -> float:
        """When the last key came, on the clock of `monotonic`."""
        return self._key_at

    def drop_typed(self) -> int:
        """Drop every key that was typed and has not taken effect; return how many."""
        dropped = len(self._typed)
        self._typed.clear()
        self._dropped_at = message_clock()
        return dropped

    def busy(self, *groups: str) -> bool:
        """Return whether work of these groups is running; work that waits for the person's answer does not count."""
        return any(worker.group.startswith(groups) and self._goes_on(worker) for worker in self.workers)

    def _goes_on(self, worker: Worker[Any]) -> bool:
        # After the answer, the question leaves the stack a moment before the work continues.
        return not worker.is_finished and self._asking.get(worker) not in self.screen_stack

    async def push_screen_wait(self, screen: Any, **options: Any) -> Any:
        """Show a window and wait for its answer; meanwhile the caller's work does not hold keys back."""
        try:
            asking: Worker[Any] | None = get_current_worker()
        except NoActiveWorker:
            asking = None
        if asking is not None:
            self._asking[asking] = screen
        try:
            return await super().push_screen_wait(screen, **options)
        finally:
            if asking is not None:
                self._asking.pop(asking, None)

    def keys_are_waiting(self) -> bool:
        """Return whether keys that were read have not taken effect yet."""
        return self._key_under_way or bool(self._typed)

    def under_way(self) -> list[str]:
        """Return what the workstation must finish before it is idle: keys, work, messages, timers due soon."""
        nodes = [self, *(node for screen in all_screens(self) for node in screen.walk_children(with_self=True))]
        return [
            *(f"key {typed}" for typed, _ in self._typed),
            *(["the key that was typed last"] if self._key_under_way else []),
            *(["what waits for a pause between keys"] if self._between_keys else []),
            *(str(worker) for worker in self.workers if self._goes_on(worker)),
            *(f"messages of {node}" for node in nodes if node.message_queue_size),
            *(f"a timer of {node}" for node in nodes if timers_due(node, IDLE_TIMER_LIMIT)),
            *(["what is still to be drawn"] if self.screen_stack and draws(self.screen) else []),
        ]

    def at_its_turn(self, key: Typed) -> None:
        """Prepare for a key or paste just before it takes effect, when its target is known."""
        del key
        # Keys in a window over the screen count as well: the person works on the screen below.
        if isinstance(below := self.screen_stack[0], GatesKeys):
            below.key_gate.begin()

    async def _next_key(self) -> None:
        if self._key_under_way or not self._typed or not self.screen_stack:
            return
        key, typed_at = self._typed[0]
        if isinstance(key, events.Key) and (several := self._apart(key)) != (key,):
            self._typed.popleft()
            self._typed.extendleft((one, typed_at) for one in reversed(several))
            await self._next_key()
            return
        # The time counts from its turn: in a long burst the earlier keys may take longer than one key may wait.
        if not self._ready_for(key):
            if monotonic() - max(typed_at, self._released_at) < self._timeout():
                self.set_timer(RECHECK_INTERVAL, self._next_key)
                return
            if self._gives_up(key):
                return
        self._typed.popleft()
        self._key_number += 1
        self._key_under_way = True
        self._screen_before = self.screen
        number = self._key_number
        target: MessagePump = self.focused or self.screen
        self.at_its_turn(key)
        await super().on_event(key)
        self.set_timer(KEY_TIMEOUT, lambda: self._release(number))
        self._follow(target, number, FOLLOW_ROUNDS)

    def _follow(self, target: MessagePump, number: int, rounds: int) -> None:
        if not target.post_message(KeyDone(number, rounds)):
            # The key has removed its own widget.
            self.call_later(self._release, number)

    async def on_key_done(self, message: KeyDone) -> None:
        """Let the next key take its turn; after a change of screens only once the new screen is drawn."""
        message.stop()
        if not self.screen_stack:
            return  # a closing workstation has no screen left that a key could go to
        number = message.number
        if message.rounds > 1:
            self._follow(self.focused or self.screen, number, message.rounds - 1)
        elif self.screen is self._screen_before:
            await self._release(number)
        else:
            # The answer to a menu takes effect after the menu has closed, before the screen under it is drawn.
            self._screen_before = self.screen
            self.screen.call_after_refresh(self._release, number)

    async def _release(self, number: int) -> None:
        if self._key_under_way and number == self._key_number:
            self._key_under_way = False
            self._released_at = monotonic()
            if not self.screen_stack:
                return
            self.screen.call_after_refresh(self._painted)
            await self._next_key()


def between_keys(app: App[Any], what: Callable[[], None]) -> None:
    """Do work that would delay a key between two keys; at once in an app that does not queue keys."""
    if isinstance(app, TypeAhead):
        app.between_keys(what)
    else:
        what()
