"""What the desk's views list, a window at a time."""

from csat_tui.demo import plan, tickets, wire
from csat_tui.demo.order import Standing
from csat_tui.demo.wire import Json
from csat_tui.demo.world import OPEN_STATUSES, World

SURVEYS_VIEW, MINE_VIEW, SOLVED_VIEW = 7_230_114_558_902, 7_230_114_559_113, 7_230_114_559_324
TITLES = {
    SURVEYS_VIEW: "CSAT surveys to review",
    MINE_VIEW: "Your unsolved tickets",
    SOLVED_VIEW: "CSAT surveys solved today",
}
ORDERS = {"created": "id", "updated": "updated_at"}
"""The orders of a view that are documented here, each with the key that it goes by."""


def describe(world: World, view_id: int) -> Json:
    """Describe a view: its title, conditions and how it is shown."""
    created = wire.stamp(world.anchor.replace(month=1, day=9))
    mine = view_id == MINE_VIEW
    all_of = [{"field": "status", "operator": "less_than" if view_id != SOLVED_VIEW else "is", "value": "solved"}]
    all_of.append({"field": "assignee_id", "operator": "is", "value": "current_user"} if mine else _tagged())
    return {
        "url": f"/api/v2/views/{view_id}.json",
        "id": view_id,
        "title": TITLES[view_id],
        "raw_title": TITLES[view_id],
        "active": True,
        "default": False,
        "description": None,
        "position": list(TITLES).index(view_id) + 1,
        "created_at": created,
        "updated_at": created,
        "conditions": {"all": all_of, "any": []},
        "execution": {
            "group_by": None,
            "group_order": "desc",
            "sort_by": "created",
            "sort_order": "desc",
            "columns": [{"id": name, "title": name.capitalize()} for name in ("subject", "requester", "created")],
            "fields": [{"id": name, "title": name.capitalize()} for name in ("subject", "requester", "created")],
            "custom_fields": [],
        },
        "restriction": None,
    }


def _tagged() -> Json:
    return {"field": "current_tags", "operator": "includes", "value": tickets.SURVEY_TAG}


class Listing:
    """One view in one order for one person: how many tickets it has, and any window of them."""

    def __init__(self, world: World, view_id: int, person: int, sort_by: str, sort_order: str) -> None:
        self._world, self._surveys = world, view_id == SURVEYS_VIEW
        self._updated, self._ascending = sort_by == "updated", sort_order == "asc"
        key = ORDERS[sort_by]
        if self._surveys:
            listed = [t for t in world.held_tickets() if self._belongs(t)]
        else:
            wanted = {"solved"} if view_id == SOLVED_VIEW else set(OPEN_STATUSES)
            listed = [t for t in world.held_tickets() if t["status"] in wanted]
            if view_id == MINE_VIEW:
                listed = [t for t in listed if t["assignee_id"] == person]
            else:
                listed = [t for t in listed if tickets.SURVEY_TAG in t["tags"]]
        self._head = sorted(listed, key=lambda t: (t[key], t["id"]), reverse=True)
        self._tail = world.standing if self._surveys else Standing(0)
        if self._surveys and self._updated:
            self._tail = self._tail.without(self._written())

    def _belongs(self, record: Json) -> bool:
        """Tell whether a written ticket stands ahead of the derived ones in this order of the survey view."""
        open_survey = record["status"] in OPEN_STATUSES and tickets.SURVEY_TAG in record["tags"]
        return open_survey and (self._updated or record["id"] > plan.TOP_TICKET)

    def _written(self) -> list[int]:
        """Find the written surveys among the indexes, because by time of update they stand at the head instead."""
        named = (plan.read_ticket_number(t["id"]) for t in self._head)
        return [n.index for n in named if n is not None and n.role == "survey"]

    def __len__(self) -> int:
        return len(self._head) + len(self._tail)

    def window(self, start: int, count: int) -> list[Json]:
        """Give the tickets of one page; its cost does not depend on how deep it lies."""
        size = len(self)
        if self._ascending:
            end = max(size - start, 0)
            return self._newest_first(max(end - count, 0), min(count, end))[::-1]
        return self._newest_first(start, count)

    def _newest_first(self, start: int, count: int) -> list[Json]:
        head = self._head[start : start + count]
        first = start + len(head) - len(self._head)
        indexes = self._tail.window(first, count - len(head))
        found = [self._world.ticket(plan.ticket_number("survey", index)) for index in indexes]
        return head + [record for record in found if record is not None]
