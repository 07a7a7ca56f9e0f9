"""A model of the help desk at the wire: the few endpoints that are used, every request of which may go wrong.

Written for the proof from the vendor's documentation; it shares nothing with the client that it judges, nor with the
demo server. It keeps every comment and audit for good, so that what has landed can be counted.
"""

import asyncio
import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx

from tests.proof import mishaps
from tests.proof.mishaps import Crash, Fate, Mishap
from tests.proof.two_clocks import TwoClocks

Json = dict[str, Any]

VIEW = 501
REVIEW_VIEW = 502
"""The survey tickets in whatever status, for whoever reviews the notes on them."""
SURVEY_TAG = "survey"
SURVEYS, SOURCES = 9_900_000, 7_300_000
LARGEST_PAGE = 3
"""Rows on a page at most, however many are asked for, so that short lists have several pages as well."""
LAG = timedelta(seconds=3)
"""How old an old answer about audits may be: less than delivery waits before it looks for a lost write."""
READ_BACK_LAG = {"comments": timedelta(seconds=1), "tickets": timedelta(minutes=5)}
"""The same for what reviews are read back from: less than a transcript waits before it counts as settled, and less than
a poll reads over again."""
LEAVES_VIEW = ("solved", "closed", "deleted")
MAIL = (
    "Ticket #{source}\n\nCustomer pat@example.com\n\nAgent Sol\n\nHow quickly we responded to your request 2\n\n"
    "How easy it was for you to connect with us 3\n\nThe resolution that was provided to you 1\n\n"
    "How knowledgeable our team member was 1\n\n2 How valued as a customer our team member made you feel\n\nLate box."
)
ME: Json = {"id": 901, "name": "Ana Pires", "email": "ana@example.com", "role": "agent", "role_type": 0}
LEE: Json = {"id": 902, "name": "Lee Lead", "email": "lee@example.com", "role": "admin", "role_type": 4}
STAFF = {one["id"]: one for one in (ME, LEE)}
PAT: Json = {"id": 701, "name": "Pat", "email": "pat@example.com", "role": "end-user"}


class Breaking(httpx.AsyncByteStream):
    """An answer whose connection breaks in the middle."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body[: len(self._body) // 2]
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


class WireDesk(httpx.AsyncBaseTransport):
    """Tickets, comments and audits behind HTTP; `writes` and `reads` are what the next requests meet, one each."""

    def __init__(self, clock: TwoClocks) -> None:
        self.clock = clock
        self.tickets: dict[int, Json] = {}
        self.comments: dict[int, list[Json]] = {}
        self.audits: dict[int, list[Json]] = {}
        self.deleted: set[int] = set()
        self.other_eyes = False
        """Whether a rule of the help desk's own makes notes public and replies internal."""
        self.misplaced: set[str] = set()
        """The operations that this has befallen."""
        self.tagged: dict[int, list[str]] = {}
        """The tags that rules and other people have put on a ticket."""
        self.token = 1
        self.renewable = True
        self.away = False
        self.dead = False
        """Whether the program that asks has ended: nothing of it gets through any more."""
        self.writes: deque[Mishap | None] = deque()
        self.reads: deque[Mishap | None] = deque()
        self.late: list[tuple[int, Json, int]] = []
        self.late_after: int | None = None
        """After how many further requests that which is still under way arrives; None for not yet."""
        self.meanwhile: Callable[[], None] = lambda: None
        """What somebody does while a write is under way."""
        self.lag = {"audits": LAG}
        """How old an old answer may be, by the last word of its path; any other may be of any age."""
        self.met: Counter[str] = Counter()
        self._answers: dict[str, list[tuple[datetime, Json]]] = {}
        self._numbers = 10_000
        self._asks = ME
        """Whose credential the request carries that is being answered."""

    # -- what others do

    def arrive(self, number: int, *, closed: bool = False) -> None:
        """Let a survey come in, with the ticket that it is about."""
        source = "closed" if closed else "solved"
        self._add(SOURCES + number, "Where is my box?", source, "My box never came.", [])
        self._add(SURVEYS + number, "Survey response", "open", MAIL.format(source=SOURCES + number), [SURVEY_TAG])

    def note_by_hand(self, number: int, body: str) -> int:
        """Let the agent write a private note on a survey ticket at the help desk; returns its comment's number."""
        ticket = self.tickets[SURVEYS + number]
        self._record(ticket, {"body": body, "plain_body": body, "public": False}, ME["id"], {})
        return int(self.comments[ticket["id"]][-1]["id"])

    def touch(self, ticket_id: int, how: str) -> None:
        """Change a ticket as somebody else would."""
        ticket = self.tickets[ticket_id]
        if ticket["status"] == "closed":
            return
        comment = None
        match how:
            case "tags":
                self._tag(ticket)
            case "status":
                ticket["status"] = "pending" if ticket["status"] == "open" else "open"
            case "close":
                ticket["status"] = "closed"
            case "delete":
                self.deleted.add(ticket_id)
            case "message":
                comment = {"body": f"Still nothing, {self._number()}.", "public": True}
        self._record(ticket, comment, PAT["id"], {})

    def move_comments(self, number: int, to: int) -> None:
        """Let the conversation on a survey ticket become part of another one's; neither's stamp moves."""
        left, kept = self.comments[SURVEYS + number][:1], self.comments[SURVEYS + number][1:]
        self.comments[SURVEYS + number] = left
        self.comments[SURVEYS + to] += kept

    def put_right(self, op_id: str) -> None:
        """Make a note internal again that a rule made public, as whoever is told of it does."""
        for comment in self.landed(op_id)[1]:
            comment["public"] = False
            (ticket_id,) = (number for number, rows in self.comments.items() if comment in rows)
            self._record(self.tickets[ticket_id], None, ME["id"], {})

    def land(self) -> None:
        """Let what was still under way arrive, where it is taken."""
        late, self.late = self.late, []
        for ticket_id, asked, author in late:
            status, _ = self._write(ticket_id, asked, author)
            self.met["late and taken" if status == 200 else "late and refused"] += 1

    def landed(self, op_id: str) -> tuple[list[Json], list[Json]]:
        """Return the audits and comments that carry an operation id."""
        return (
            [one for rows in self.audits.values() for one in rows if one["metadata"]["custom"].get("op_id") == op_id],
            [one for rows in self.comments.values() for one in rows if one["metadata"]["custom"].get("op_id") == op_id],
        )

    def calm(self) -> None:
        """Let everything go right from now on."""
        self.writes.clear()
        self.reads.clear()
        self.away = self.dead = False
        self.renewable = True
        self.late_after = None

    # -- the wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or let it come to grief."""
        if self.dead:
            raise Crash
        self._count_down()
        if self.away:
            self.met["away"] += 1
            raise httpx.ConnectError("no network")
        if request.method == "PUT":
            self.meanwhile()
        queue = self.writes if request.method == "PUT" else self.reads
        mishap = queue.popleft() if queue else None
        asks = next((one for one in STAFF.values() if request.headers.get("authorization") == self.sign_in(one)), None)
        if asks is None:
            return _response(401, {}, b"Couldn't authenticate you")
        self._asks = asks
        if mishap is None:
            return self._plain(request)
        self.met[mishap.kind] += 1
        return await self._spoilt(request, mishap)

    def sign_in(self, person: Json) -> str:
        """Return the authorization under which somebody's requests are taken at the moment."""
        return f"Bearer {self.token}-{person['id']}"

    async def _spoilt(self, request: httpx.Request, mishap: Mishap) -> httpx.Response:
        kind = mishap.kind
        if kind in mishaps.NEVER_LEFT:
            raise mishaps.NEVER_LEFT[kind]
        if kind in mishaps.TURNED_DOWN:
            return _response(*mishaps.TURNED_DOWN[kind])
        match kind:
            case mishaps.LIMIT_WITH_DATE:
                return _response(429, {"retry-after": mishaps.http_date(self.clock.true, 9)}, b"")
            case mishaps.TOKEN_REVOKED:
                self.token += 1
                return _response(401, {}, b"Couldn't authenticate you")
            case mishaps.TOUCHED | mishaps.CLOSED | mishaps.MESSAGE:
                if (ticket_id := _ticket_id(request)) in self.tickets and ticket_id is not None:
                    self.touch(ticket_id, {mishaps.TOUCHED: "tags", mishaps.CLOSED: "close"}.get(kind, "message"))
                return self._plain(request)
            case mishaps.OTHER_EYES:
                self.other_eyes = True
                try:
                    plain = self._plain(request)
                finally:
                    self.other_eyes = False
                if self._numbers % 2:  # half of these answers are lost, so that it shows only later
                    raise mishaps.BROKEN["reset"]
                return plain
            case mishaps.ODD_HEADERS:
                plain = self._plain(request)
                return _response(plain.status_code, {**mishaps.JSON, **mishaps.ODD}, plain.content)
            case mishaps.STALE:
                return self._old(request)
            case mishaps.SAME_PAGE:
                return self._plain(request, anew=True)
        plain = self._fated(request, mishap.fate)
        if kind in mishaps.BROKEN:
            raise mishaps.BROKEN[kind]
        match kind:
            case mishaps.HANGS:
                await asyncio.sleep(3_600)
            case mishaps.CUT_SHORT:
                return _response(200, mishaps.JSON, plain.content[: len(plain.content) * 2 // 3])
            case mishaps.BREAKS_OFF:
                return httpx.Response(200, headers=mishaps.JSON, stream=Breaking(plain.content))
            case mishaps.BUG:
                raise KeyError("a fault of our own")
            case mishaps.CRASH:
                self.dead = True
                raise Crash
        return _response(*mishaps.SPOILT[kind])

    def _fated(self, request: httpx.Request, fate: Fate) -> httpx.Response:
        """Do what is asked now, later or never; returns what would be answered to it."""
        if request.method != "PUT" or fate is Fate.DONE:
            return self._plain(request)
        if fate is Fate.LATE:
            self.met["late"] += 1
            self.late.append((_ticket_id(request) or 0, json.loads(request.content)["ticket"], self._asks["id"]))
        return _json(200, {"ticket": {}, "audit": {}})

    def _count_down(self) -> None:
        if self.late and self.late_after is not None:
            self.late_after -= 1
            if self.late_after <= 0:
                self.land()

    def _plain(self, request: httpx.Request, *, anew: bool = False) -> httpx.Response:
        """Answer as the documentation says; `anew` forgets which page was asked for."""
        path = request.url.path.removeprefix("/api/v2/")
        asked = {name: values[-1] for name, values in parse_qs(request.url.query.decode()).items()}
        if anew:
            asked.pop("page[after]", None)
        if request.method == "PUT":
            asked_for = json.loads(request.content)["ticket"]
            status, answer = self._write(_ticket_id(request) or 0, asked_for, self._asks["id"])
            return _json(status, answer)
        answer = self._read(path, asked)
        if answer is None:
            return _json(404, {"error": "RecordNotFound", "description": "Not found"})
        self._answers.setdefault(str(request.url), []).append((self.clock.true, answer))
        return _json(200, answer)

    def _old(self, request: httpx.Request) -> httpx.Response:
        """Answer as it was answered before: a cache stands between, or a copy of the data that lags behind."""
        known = self._answers.get(str(request.url), [])
        if (lag := self.lag.get(request.url.path.rpartition("/")[2])) is not None:
            known = [(at, answer) for at, answer in known if self.clock.true - at <= lag]
        if not known:
            return self._plain(request)
        self.met["truly an old answer"] += 1
        return _json(200, known[0][1])

    def _read(self, path: str, asked: dict[str, str]) -> Json | None:
        match path.split("/"):
            case ["users", "me.json"]:
                return {"user": self._asks}
            case ["users", "show_many"]:
                return {"users": [ME, LEE, PAT]}
            case ["views", number, "tickets"] if int(number) in (VIEW, REVIEW_VIEW):
                by = {"created": "created_at", "updated": "updated_at"}[asked.get("sort_by", "created")]
                rows = [one for one in self._there(self.tickets) if SURVEY_TAG in one["tags"]]
                rows = [one for one in rows if int(number) == REVIEW_VIEW or one["status"] not in LEAVES_VIEW]
                rows.sort(key=lambda one: (one[by], one["id"]), reverse=asked.get("sort_order") == "desc")
                return _page("tickets", rows, asked) | {"users": [ME, LEE, PAT]}
            case ["tickets", "show_many"]:
                wanted = [int(number) for number in asked["ids"].split(",")]
                return {"tickets": [dict(one) for one in self._there(wanted)], "users": [ME, LEE, PAT]}
            case ["tickets", number, "comments"] if list(self._there([int(number)])):
                return _page("comments", self.comments[int(number)], asked) | {"users": [ME, LEE, PAT]}
            case ["tickets", number, "audits"] if list(self._there([int(number)])):
                newest_first = asked.get("sort", "").startswith("-")
                rows = self.audits[int(number)]
                return _page("audits", rows[::-1] if newest_first else rows, asked)
        return None

    def _there(self, ticket_ids: Iterable[int]) -> Iterable[Json]:
        return (self.tickets[one] for one in ticket_ids if one in self.tickets and one not in self.deleted)

    def _write(self, ticket_id: int, asked: Json, author: int) -> tuple[int, Json]:
        """Make one atomic write, under its stamp where it brings one; everything else refuses it whole."""
        if not list(self._there([ticket_id])):
            return 404, {"error": "RecordNotFound", "description": "Not found"}
        ticket = self.tickets[ticket_id]
        if ticket["status"] == "closed":
            return 422, json.loads(mishaps.TURNED_DOWN["422 closed"][2])
        if "safe_update" in asked and asked["updated_stamp"] < ticket["updated_at"]:
            return 409, json.loads(mishaps.TURNED_DOWN["409"][2])
        for name in ("status", "tags"):
            if name in asked:
                ticket[name] = asked[name]
        audit = self._record(ticket, asked.get("comment"), author, asked.get("metadata", {}))
        if self._numbers % 2:  # a rule of the help desk's own, in the same second
            self._tag(ticket)
        return 200, {"ticket": dict(ticket), "audit": audit}

    def _record(self, ticket: Json, comment: Json | None, author: int, custom: Json) -> Json:
        at = _stamp(self.clock.true)
        ticket["updated_at"] = max(at, ticket["updated_at"])
        kept = {"created_at": at, "author_id": author, "metadata": {"system": {}, "custom": custom}}
        audit: Json = {"id": self._number(), "ticket_id": ticket["id"], "events": [], **kept}
        self.audits[ticket["id"]].append(audit)
        if comment is not None:
            said = {"id": self._number(), "type": "Comment", "html_body": "", "body": "", "plain_body": "", **comment}
            # What does not say that it is private is public: that is why it always has to be said.
            said["public"] = comment.get("public", True) is not self.other_eyes
            if self.other_eyes:
                self.misplaced.add(custom.get("op_id", ""))
            self.comments[ticket["id"]].append({**said, "audit_id": audit["id"], "via": {"channel": "api"}, **kept})
            audit["events"].append(said)
        return audit

    def _tag(self, ticket: Json) -> None:
        tag = f"rule_{self._number()}"
        ticket["tags"] = [*ticket["tags"], tag]
        self.tagged.setdefault(ticket["id"], []).append(tag)

    def _add(self, ticket_id: int, subject: str, status: str, description: str, tags: list[str]) -> None:
        at = _stamp(self.clock.true - timedelta(hours=1))
        self.tickets[ticket_id] = {
            "id": ticket_id, "subject": subject, "raw_subject": subject, "status": status, "description": description,
            "created_at": at, "updated_at": at, "requester_id": PAT["id"], "assignee_id": ME["id"], "tags": tags,
            "via": {"channel": "email"}, "custom_fields": [{"id": 360, "value": "large"}],
        }  # fmt: skip
        kept = {"created_at": at, "author_id": PAT["id"], "metadata": {"system": {}, "custom": {}}}
        said = {"id": self._number(), "type": "Comment", "public": True, "body": description, **kept}
        self.comments[ticket_id] = [said]
        self.audits[ticket_id] = [{"id": self._number(), "ticket_id": ticket_id, "events": [said], **kept}]

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


def _page(name: str, rows: list[Json], asked: dict[str, str]) -> Json:
    """Return one page; its cursor is an offset in disguise, so that a row which leaves makes a walk pass one over."""
    start = int(asked.get("page[after]", "0"))
    end = start + min(LARGEST_PAGE, int(asked.get("page[size]", "100")))
    more = end < len(rows)
    # The next link stands there even on a last page.
    return {
        name: [dict(row) for row in rows[start:end]],
        "meta": {"has_more": more, "after_cursor": str(end)},
        "links": {"next": "/somewhere"},
    }


def _ticket_id(request: httpx.Request) -> int | None:
    parts = request.url.path.split("/")
    return int(parts[4]) if len(parts) > 4 and parts[3] == "tickets" and parts[4].isdigit() else None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(status: int, answer: Json) -> httpx.Response:
    return _response(status, mishaps.JSON, json.dumps(answer).encode())


def _response(status: int, headers: dict[str, str], body: bytes) -> httpx.Response:
    return httpx.Response(status, headers=headers, content=body)
