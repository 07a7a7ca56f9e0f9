"""Two clocks that whoever sleeps moves on, one of which may be wrong."""

from datetime import datetime, timedelta

from tests.builders import NOON


class TwoClocks:
    """The time as it is, and as this machine's clock tells it: `jump` puts only the machine's clock wrong."""

    def __init__(self, at: datetime = NOON) -> None:
        self.true = at
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        return self.true + self.wrong_by

    def forward(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)

    def jump(self, span: timedelta) -> None:
        self.wrong_by += span
