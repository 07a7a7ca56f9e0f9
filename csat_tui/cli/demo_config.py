"""What a demo's configuration says: where its help desk, admin system, forms and channel are, and where mail goes."""

import json
from collections.abc import Mapping
from pathlib import Path

from csat_tui.config.help_desks import DEFAULT

TRACKER = {
    "date": "{A}",
    "ticket": "{B}",
    "outcome": "{C}",
    "agent": "{D}",
    "why": "{E}",
    "coaching": "{F}",
    "rating": "{G}",
    "decided_by": "{H}",
    "findings": "{I}",
    "operation": "{op}",
}
COACHING = {
    "date": "{Date}",
    "agent": "{Agent}",
    "ticket": "{Ticket}",
    "opportunity": "{Opportunity}",
    "found": "{Found}",
    "submitted_by": "{Submitted by}",
}
CORRECTION = {
    "date": "{Date}",
    "ticket": "{Ticket}",
    "order": "{Order}",
    "logged_before": "{Logged before}",
    "logged_by": "{Logged by}",
    "logged_now": "{Logged now}",
    "refund": "{Refund}",
    "credit": "{Credit}",
    "corrected_by": "{Corrected by}",
}
"""The fields of the demo's forms, and what stands in them: columns of the tracker, headings of the records."""


def demo_config(url: str, view: int, user: str, home: Path, *, playbook: str = "") -> str:
    """Return the whole config.toml of a demo at an address; its credentials go by the environment alone."""
    sections = [
        _section("helpdesk", kind=DEFAULT.name, url=url, view=view, user=user),
        _section("admin", url=f"{url}/admin"),
        *_beside(url, user, home),
    ]
    if playbook:
        sections.append(_section("playbook", use=playbook))
    return "\n".join(sections)


def _beside(url: str, user: str, home: Path) -> list[str]:
    """Return where everything goes that does not go to the help desk."""
    place = url.partition("://")[2]
    return [
        _form("tracker", f"{url}/forms/tracker", "form", TRACKER),
        _form("coaching", f"{url}/forms/coaching", "json", COACHING),
        _form("correction", f"{url}/forms/corrections", "json", CORRECTION),
        _section("channels.qa", url=f"json://{place}/channel"),
        _section("mail", **{"from": user, "folder": str(home / "mails")}),
    ]


def _form(name: str, url: str, encoding: str, fields: Mapping[str, str]) -> str:
    head = _section(f"forms.{name}", url=url, encoding=encoding)
    return f"{head}\n{_section(f'forms.{name}.fields', **fields)}"


def _section(name: str, **values: str | int) -> str:
    """Write one table; TOML takes texts and numbers as JSON writes them."""
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return f"[{name}]\n{''.join(lines)}"
