"""What a person can choose at the first start; the command line acts upon it."""

from typing import Literal, NamedTuple


class Connect(NamedTuple):
    """Connect a help desk; without a user the token is an OAuth access token."""

    door: Literal["connect"]
    url: str
    view: str
    user: str
    token: str

    def __repr__(self) -> str:
        return f"Connect(url={self.url!r}, view={self.view!r}, user={self.user!r})"


class Import(NamedTuple):
    """Import a survey file."""

    door: Literal["import"]
    path: str


Door = Literal["demo"] | Connect | Import
"""Which door was taken."""
