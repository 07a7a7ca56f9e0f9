"""Bodies of survey tickets as tools, mail programs and people make them, each with what its sender really gave.

The truth is drawn first and the text is written from it; nothing here reads a text or knows how csat-tui does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random
from typing import Any

TICKET = 7_300_001
IDS = ("team", "speed", "ease", "resolution", "knowledge", "valued")
WORDINGS = (
    (
        "The Larder Customer Experience team",
        "How quickly we responded to your request",
        "How easy it was for you to connect with us",
        "The resolution that was provided to you",
        "How knowledgeable our team member was",
        "How valued as a customer our team member made you feel",
    ),
    (
        "Our Customer Care Team",
        "Speed of our response",
        "Ease of reaching us",
        "The resolution provided",
        "Knowledge of our team",
        "How much we valued you as a customer",
    ),
)
NAMES = {1: "Disappointed", 2: "Dissatisfied", 3: "Satisfactory", 4: "Good", 5: "Outstanding"}
WIDE = {1: "Very dissatisfied", 2: "Somewhat dissatisfied", 3: "Neutral", 4: "Satisfied", 5: "Very satisfied"}
ENDS = {1: "1- Disappointed", 2: "2", 3: "3- Satisfactory", 4: "4", 5: "5- Outstanding"}

STYLES: dict[str, Callable[[int], str]] = {
    "plain": str,
    "dot": lambda n: f"{n}.",
    "decimal": lambda n: f"{n}.0",
    "out of": lambda n: f"{n} out of 5",
    "of": lambda n: f"{n} of 5",
    "slash": lambda n: f"{n}/5",
    "von": lambda n: f"{n} von 5",
    "sur": lambda n: f"{n} sur 5",
    "scale": lambda n: f"{n} (scale 1-5)",
    "max": lambda n: f"{n} (out of 5)",
    "square": lambda n: f"{n} [1-5]",
    "stars of": lambda n: f"{n} stars out of 5",
    "star": lambda n: f"{n} star" + "s" * (n > 1),
    "glyphs": lambda n: "★" * n + "☆" * (5 - n),
    "label": lambda n: f"{n} - {NAMES[n]}",
    "wide label": lambda n: f"{n} – {WIDE[n]}",
    "ends": lambda n: ENDS[n],
    "label first": lambda n: f"{NAMES[n]} ({n})",
    "keycap": lambda n: f"{n}\ufe0f\u20e3",
    "full width": lambda n: chr(0xFF10 + n),
    "brackets": lambda n: f"({n})",
    "squares": lambda n: f"[{n}]",
    "bold": lambda n: f"**{n}**",
    "arabic": lambda n: chr(0x660 + n),
}
WRONG: dict[str, Callable[[int], str]] = {
    "seven": lambda n: str(n + 5),
    "ten": lambda n: f"{2 * n} of 10",
    "tenth": lambda n: f"{n}/10",
    "zero": lambda _: "0",
    "half": lambda n: f"{n}.5",
    "turned": lambda n: f"{n} - {NAMES[6 - n] if n != 3 else NAMES[1]}",
    "remark": lambda n: f"{n} - nobody cared",
    "words": lambda _: "nobody cared",
    "two": lambda n: f"{n} {6 - n if n != 3 else 4}",
    "place": lambda _: "${q://QID1/ChoiceGroup}",
    "name": lambda n: NAMES[n],
    "below zero": lambda n: f"-{n}",
    "percent": lambda n: f"{n * 20}%",
    "range": lambda _: "1-5",
    "ordinal": lambda n: f"{n}th",
}
LAYOUTS = (
    "behind", "before", "mixed", "colon", "dash", "below grouped", "below close", "below even", "above grouped",
    "above close", "above even", "markdown", "tabs", "html table", "html br", "html p", "html list", "wrapped",
)  # fmt: skip
OWN_LINE = frozenset(layout for layout in LAYOUTS if layout.startswith(("below", "above")))
OMISSIONS = ("none", "first", "last", "middle", "several", "marked", "all but one", "absent")
MARKS = ("-", "–", "n/a", "skipped", "N/A")
COMMENTS = {
    "none": "",
    "words": "My box was two days late.",
    "paragraphs": "Too slow.\n\nNobody called me back, and I waited 3 days.",
    "lone figure": "5",
    "figure first": "5\nThat is what I gave the food.",
    "stars": "5 stars for the food, 1 for this.",
    "credit": "The resolution you gave me was worth a credit of $5",
    "useless": "The resolution you gave us was useless 1",
    "quick": "How quickly you forget your customers: 5 days!",
    "joke": "Customer service is a joke",
    "ticket": "Ticket #42 was never answered either.",
    "team": "The support team was rude 2 times.",
    "agent": "Agent was rude, and customer care team 1 is no better than 5.",
    "question": "How easy was that supposed to be? 0 out of 10.",
    "other script": "הקופסה לא הגיעה 5",
}
PLACES = ("after", "invited", "before", "invited before", "same line")
TICKETS = ("hash", "colon", "id", "number", "address", "link", "address alone", "mail", "two", "none")
DEBRIS = (
    "none", "quoted", "forwarded", "footer", "title", "zero width", "no-break", "printable", "bullets", "numbers",
    "agent team", "greeting", "legend", "keys", "signature",
)  # fmt: skip
INVITATION = "Is there anything else you'd like to share about your experience?"


@dataclass(frozen=True)
class Body:
    """A text, and the truth behind it. `readable` says whether a careful person knows every answer from the text."""

    form: tuple[str, ...]
    text: str
    ratings: dict[str, int]
    spare: dict[str, int]
    """A figure beside words of the customer's: it may be read, or the survey held for what stands beside it."""
    ticket: int | None
    comment: str
    readable: bool


def drawn(chance: Random, **fixed: Any) -> Body:
    """Return one body, everything about it drawn by chance but what is fixed."""

    def one(name: str, among: Any, usual: float) -> str:
        choices = list(among)
        return fixed.get(name) or (choices[0] if chance.random() < usual else chance.choice(choices))

    layout = one("layout", LAYOUTS, 0.1)
    style = one("style", [*STYLES, *WRONG], 0.1)
    omission = one("omission", OMISSIONS, 0.5)
    comment = one("comment", COMMENTS, 0.05)
    place = one("place", PLACES, 0.3)
    ticket = one("ticket", TICKETS, 0.4)
    debris = one("debris", DEBRIS, 0.4)
    wording = chance.choice(WORDINGS)
    figures = {name: chance.randint(1, 5) for name in IDS}
    asked = dict(zip(IDS, wording, strict=True))
    marks = _omit(chance, omission, figures, asked)
    wrong = chance.choice(sorted(figures)) if style in WRONG and figures else ""
    right = "plain" if style in WRONG else style
    beside = {name: WRONG[style](n) if name == wrong else STYLES[right](n) for name, n in figures.items()} | marks
    body = _body(chance, layout, asked, beside, debris)
    said = COMMENTS[comment]
    text = _whole(chance, body, said, layout, place, ticket, debris)
    truth = {name: figure for name, figure in figures.items() if name != wrong}
    return Body(
        (layout, style, omission, comment, place, ticket, debris),
        text,
        truth,
        {wrong: figures[wrong]} if style == "remark" and wrong else {},
        TICKET if ticket not in ("two", "none") else None,
        said,
        _readable(layout, style, omission, comment, place, ticket, figures),
    )


def _omit(chance: Random, omission: str, figures: dict[str, int], asked: dict[str, str]) -> dict[str, str]:
    """Take answers away as a customer does who leaves questions open; returns what is written for them."""
    left = {
        "none": [], "absent": [], "first": IDS[:1], "last": IDS[-1:], "middle": [chance.choice(IDS[1:-1])],
        "several": chance.sample(IDS, chance.randint(2, 4)), "marked": chance.sample(IDS, chance.randint(1, 3)),
        "all but one": chance.sample(IDS, 5),
    }[omission]  # fmt: skip
    for name in left:
        figures.pop(name)
    if omission == "absent":
        name = chance.choice(IDS)
        figures.pop(name)
        asked.pop(name)
    return dict.fromkeys(left, chance.choice(MARKS)) if omission == "marked" else {}


def _readable(*form: Any) -> bool:
    """Tell whether a careful person who sees only the text knows each answer, by what was put into it."""
    layout, style, omission, comment, place, ticket, figures = form
    if style in WRONG or omission == "absent" or ticket in ("two", "none") or not figures:
        return False
    lone = comment in ("lone figure", "figure first")
    if place == "before" and lone:
        return False
    if place == "before" and comment == "ticket":
        return False
    if layout in OWN_LINE:
        ends = omission in ("first", "last", "several", "all but one")
        return not ends and not (lone and place == "after")
    blank_last = omission in ("last", "several", "all but one")
    return not (blank_last and lone and place == "after")


def _body(chance: Random, layout: str, asked: dict[str, str], beside: dict[str, str], debris: str) -> str:
    rows = [(question, beside.get(name, "")) for name, question in asked.items()]
    if debris == "numbers" and layout in ("behind", "colon", "below grouped", "html p"):
        rows = [(f"{number}. {question}", figure) for number, (question, figure) in enumerate(rows, 1)]
    if debris == "bullets" and layout in ("behind", "colon", "before"):
        return "\n".join("* " + line for line in _inline(chance, layout, rows))
    if layout in ("behind", "before", "mixed", "colon", "dash"):
        return chance.choice(("\n", "\n\n")).join(_inline(chance, layout, rows))
    if layout == "wrapped":
        return "\n".join(_broken(chance, line) for line in _inline(chance, "behind", rows))
    if layout in OWN_LINE:
        pairs = [[q, n] if layout.startswith("below") else [n, q] for q, n in rows]
        inner, outer = {"grouped": ("\n", "\n\n"), "close": ("\n", "\n"), "even": ("\n\n", "\n\n")}[layout.split()[1]]
        return outer.join(inner.join(filter(None, pair)) for pair in pairs)
    if layout == "markdown":
        return "\n".join(["| Question | Rating |", "| --- | --- |", *(f"| {q} | {n} |" for q, n in rows)])
    if layout == "tabs":
        return "\n".join(f"{q}\t{n}" for q, n in rows)
    return _html(layout, rows)


def _inline(chance: Random, layout: str, rows: list[tuple[str, str]]) -> list[str]:
    turned = chance.randrange(len(rows))
    signs = {"colon": ": ", "dash": " - "}
    lines = []
    for place, (question, figure) in enumerate(rows):
        first = layout == "before" or (layout == "mixed" and place == turned)
        line = f"{figure} {question}" if first else f"{question}{signs.get(layout, ' ') if figure else ''}{figure}"
        lines.append(line.strip())
    return lines


def _broken(chance: Random, line: str) -> str:
    words = line.split(" ")
    if len(words) < 6 or chance.random() < 0.5:
        return line
    at = chance.randint(3, len(words) - 2)
    return " ".join(words[:at]) + "\n" + " ".join(words[at:])


def _html(layout: str, rows: list[tuple[str, str]]) -> str:
    plain = [(escape(q), escape(n)) for q, n in rows]
    if layout == "html table":
        return "<table>" + "".join(f"<tr><td>{q}</td><td>{n}</td></tr>" for q, n in plain) + "</table>"
    if layout == "html br":
        return "<br>".join(f"{q} <b>{n}</b>" if n else q for q, n in plain) + "<br>"
    if layout == "html list":
        return "<ul>" + "".join(f"<li><strong>{q}</strong>: {n}</li>" for q, n in plain) + "</ul>"
    return "".join(f"<p>{q} {n}</p>\n" for q, n in plain)


def _whole(chance: Random, body: str, said: str, layout: str, place: str, ticket: str, debris: str) -> str:
    html = layout.startswith("html")
    head = [
        *_title(debris),
        *_ticket(ticket),
        "Customer pat@example.com",
        "Agent Customer Care Team" if debris == "agent team" else "Agent: Sol",
        *(["Survey language: EN", "Response id: R_1"] if debris == "keys" else []),
        *(["1 = Disappointed, 3 = Satisfactory, 5 = Outstanding"] if debris == "legend" else []),
    ]
    words = escape(said).replace("\n", "<br>") if html else said
    parts = {
        "after": [body, words],
        "invited": [body, INVITATION, words],
        "before": [words, body],
        "invited before": [INVITATION, words, body],
        "same line": [body, f"{INVITATION} {words}"],
    }[place]
    if html:
        sep = "<br>\n"
        text = "<div>" + sep.join(map(escape, head)) + "</div>\n"
        text += "\n".join(part if part == body else f"<p>{part}</p>" for part in parts if part)
        tail = "".join(f"<p>{escape(line)}</p>" for line in _footer(debris))
        return f"<html><body>{text}{tail}</body></html>"
    text = "\n\n".join([chance.choice(("\n", "\n\n")).join(head), *filter(None, parts), *_footer(debris)])
    return _disturbed(text, debris)


def _title(debris: str) -> list[str]:
    return {
        "title": ["New survey response for the Larder Customer Care Team"],
        "greeting": ["Hi team,"],
        "forwarded": ["---------- Forwarded message ---------", "From: Surveys <s@example.com>", "To: cx@example.com"],
    }.get(debris, [])


def _footer(debris: str) -> list[str]:
    return {"footer": ["Powered by Qualtrics"], "signature": ["Sent from my iPhone"]}.get(debris, [])


def _ticket(how: str) -> list[str]:
    address = f"https://larder.zendesk.com/agent/tickets/{TICKET}"
    return {
        "hash": [f"Ticket #{TICKET}"],
        "colon": [f"Ticket: {TICKET}"],
        "id": [f"Ticket ID: {TICKET}"],
        "number": [f"Ticket number {TICKET}"],
        "address": [f"Ticket: {address}"],
        "link": [f"Ticket #{TICKET} ({address})"],
        "address alone": [address],
        "mail": [f"Ticket: support+id{TICKET}@larder.zendesk.com"],
        "two": [f"Ticket #{TICKET}", f"Ticket #{TICKET + 7}"],
        "none": [],
    }[how]


def _disturbed(text: str, debris: str) -> str:
    if debris == "quoted":
        return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    if debris == "zero width":
        return text.replace(" ", " \u200b").replace("team", "te\u200dam")
    if debris == "no-break":
        return text.replace(" ", "\u00a0")
    if debris == "printable":
        return _printable(text)
    return text


def _printable(text: str) -> str:
    """Write a text as quoted-printable, as a mail is stored; soft breaks at the 40th character."""
    lines = []
    for line in text.split("\n"):
        coded = "".join(
            char if " " <= char <= "~" and char != "=" else "".join(f"={byte:02X}" for byte in char.encode())
            for char in line
        )
        coded = coded[:-1] + "=20" if coded.endswith(" ") else coded
        pieces = []
        while len(coded) > 40:
            cut = 40 - (2 if coded[38] == "=" else 1 if coded[39] == "=" else 0)
            pieces.append(coded[:cut] + "=")
            coded = coded[cut:]
        lines.extend([*pieces, coded])
    # Nothing was coded or broken: the mail's last line is, as its tool leaves it.
    return "\n".join(lines) if "=" in "".join(lines) else "\n".join(lines).replace("\n", "=20\n", 1)
