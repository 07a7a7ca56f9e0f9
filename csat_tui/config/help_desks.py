"""The help desks that there are adapters for, one row each; everything else about one is in its adapter's folder."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HelpDeskKind:
    """What has to be known of a help desk outside its adapter."""

    name: str
    """What `helpdesk.kind` in config.toml calls it."""
    adapter: str
    """The module that has its `ADAPTER` (`helpdesk.adapter`)."""
    example: str
    """An address such as it has, for sentences that ask for one."""
    called: tuple[str, ...]
    """What people call it in the headings of their files, in lower case."""
    before_numbers: tuple[str, ...] = ()
    """What people write before the number of one of its tickets, in lower case."""


_ROWS = (
    HelpDeskKind(
        "zendesk", "csat_tui.helpdesk.zendesk.adapter", "https://example.zendesk.com", ("zendesk", "zd"), ("zd",)
    ),
)

HELP_DESKS: Mapping[str, HelpDeskKind] = {row.name: row for row in _ROWS}
"""The help desks by their names."""
DEFAULT = _ROWS[0]
"""The one that a configuration means that names none."""
CALLED = tuple(name for row in _ROWS for name in row.called)
"""What people call any of them."""
BEFORE_NUMBERS = tuple(name for row in _ROWS for name in row.before_numbers)
"""What people write before the number of a ticket of any of them."""
