"""A program for a terminal that writes the name of every key that reaches it to the file that it is run with."""

import os
import sys
from pathlib import Path

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from csat_tui.tui.base.terminal import mouse_works


class KeyProbe(App[None]):
    """Takes every key, also those that would end or steer an app."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def compose(self) -> ComposeResult:
        """Say when it is ready."""
        yield Static("the probe is ready")

    async def on_event(self, event: events.Event) -> None:
        """Write a key down before anybody can take it."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            with self.file.open("a") as written:
                written.write(event.key + "\n")
            event.prevent_default()
            return
        await super().on_event(event)


if __name__ == "__main__":
    KeyProbe(Path(sys.argv[1])).run(mouse=mouse_works(os.environ))
