"""Unhappy customers of one Sunday, for reports: ordinary, with much to say, of all the world, hostile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from csat_tui.domain.ids import TicketId
from csat_tui.domain.recovery.report import (
    EarlierNote,
    GroupInReport,
    RecoveryReport,
    ReportedFactor,
    UnhappyCustomer,
)

ZONE = ZoneInfo("America/New_York")
BEGINS = datetime(2026, 11, 29, 9, tzinfo=ZONE)
ENDS = datetime(2026, 11, 30, 9, tzinfo=ZONE)

WAITED = "I waited eleven days for a refund that was promised within three. Nobody called me back."

NOTES = (
    EarlierNote(BEGINS + timedelta(hours=3), "Dana Whitfield", False, "Left a voicemail and asked for a good time."),
    EarlierNote(
        BEGINS + timedelta(hours=5),
        "Dana Whitfield",
        True,
        "The refund had gone to a card that was cancelled; it is sent again today.\nWill call on Thursday.",
    ),
)

DAYS = [
    f"{day}. On day {day} I called at nine, was put through four times, explained the order and the delivery to each "
    "of them, and was told in the end that the system was down and that I should write. So I wrote. The answer came "
    "after two days and was about another order, of somebody else, with their address in it."
    for day in range(1, 36)
]
"""What fills four pages."""

HOSTILE = (
    '#strong[pay me] *b* _i_ `c` $x^2$ @ref <label> \\ // /* */ #include "/etc/passwd" #link("https://evil.example")[x]\n'
    "<script>alert(1)</script><img src=https://evil.example/x> &lt; </blockquote></style> javascript:alert(1)\n"
    "\x1b[31mred\x07 \u202egnp.exe\u202c \u200bzero\x00 end\n"
    f"{'A' * 500} https://evil.example/{'x' * 300}\n"
    f"{'e' + chr(0x301) * 200} {chr(0x5D0) * 400}\n\n\n   indented\ttab"
)


def customer(number: int = 0, name: str = "Amelia Brown", comment: str = WAITED, **changed: Any) -> UnhappyCustomer:
    """Somebody unhappy, a few minutes after the customer with the number before."""
    ticket = TicketId(9_912_000 + number)
    parts: dict[str, Any] = {
        "received_at": BEGINS + timedelta(minutes=5 + 37 * number % 1430),
        "ticket_id": ticket,
        "segment": "Retail",
        "agent": "Kim Park",
        "rating": 1.0,
        "factors": (ReportedFactor("Time to resolve", 1), ReportedFactor("Courtesy", 2)),
        "ticket_url": f"https://example.test/agent/tickets/{ticket}",
    }
    return UnhappyCustomer(customer=name, comment=comment, **(parts | changed))


def group(name: str, *customers: UnhappyCustomer) -> GroupInReport:
    return GroupInReport(name.split()[0].lower(), name, customers)


def report(*groups: GroupInReport, recipient: str = "Dana Whitfield") -> RecoveryReport:
    return RecoveryReport(recipient, BEGINS, ENDS, ZONE, groups)


def of(*customers: UnhappyCustomer) -> RecoveryReport:
    """A report about one group."""
    return report(group("Billing", *customers))


ORDINARY = report(
    group(
        "Billing",
        customer(0),
        customer(3, "Jonathan Ashworth-Llewellyn", notes=NOTES, rating=1.3),
        customer(9, "Petra Nováková", ""),
    ),
    group(
        "Online orders & delivery",
        customer(20, "Giulia Rossi", "The parcel was left in the rain.", rating=2.0),
        customer(23, "Łukasz Wiśniewski", "Wrong size, twice.", rating=None),
        customer(30, "Ольга Петрова", "Очень плохо. Никто не перезвонил."),
    ),
    group("Field service"),
)

WORLD: Sequence[tuple[str, str, str]] = (
    ("Arabic", "ليلى حداد", "الخدمة سيئة! انتظرت 45 دقيقة on hold ثم انقطع الخط."),
    (
        "Chinese",
        "王小明",
        "客服态度很差，等了三个小时也没有人回复。我要求退款，但是他们说系统有问题，让我明天再打电话。",
    ),
    ("Japanese", "佐藤花子", "対応がとても遅く、がっかりしました。"),
    ("Korean", "김민수", "상담원이 너무 불친절했습니다. 환불을 요청했지만 거절당했습니다."),
    ("Thai", "สมชาย", "บริการแย่มากรอสายนานสี่สิบห้านาทีแล้วสายก็หลุดไม่มีใครโทรกลับมาเลย"),
    ("Devanagari", "प्रिया शर्मा", "सेवा बहुत खराब थी। मैंने तीन बार फ़ोन किया।"),
    ("emoji", "Emil 😀", "😡 terrible 👨‍👩‍👧 waiting 🇩🇪 ❤️ 👍🏽"),
)
"""Scripts that need fonts of the machine: their names, a customer's name, and what they wrote."""
