"""Text that a terminal must survive: control sequences, markup, direction marks, wide characters, a long message."""

from csat_tui.demo.names import BRAND

HOSTILE = (
    "My box was late \x1b[2J\x1b[H\x1b]0;owned\x07\x1b]52;c;Y3VybCBleGFtcGxlLmNvbQ==\x07\x1b[31mred\x1b[0m and "
    "\x9b31m c1 \x9d0;title\x9c too.\rAgent said \x08\x08\x08yes\x7f",
    "[bold red]LATE[/bold red] [@click=app.quit]press me[/] [/] [link=https://example.com]free box[/link] "
    "[RED]loud[/RED] \\[not markup] [blink] and {{ticket.requester.email}} {{ticket.id}} $(id) `id`",
    "The total was \u202e00.51$\u202c and \u2066then\u2069 ze\u200bro\u200dwidth\ufeff " + "Aa" * 600 + " end of word",
)
HOSTILE_NAMES = ("Vex\x1b[1m Kestrow", "[red]Bram[/red] Tallowby", "Noor \u202eworraQ")

RIGHT_TO_LEFT = (
    "הקופסה הגיעה יום אחד מאוחר מדי (הזמנה {order}) והנציג הציע רק זיכוי של 15 דולר. לא מספיק!",
    "وصل الصندوق {order} دافئًا وذابت أكياس الثلج. أريد استرداد المبلغ كاملًا، من فضلكم.",
)
WIDE = (
    "箱が一日遅れて届きました。15ドルのクレジットでは足りません。注文番号 {order} です。",
    "盒子迟到了 😡📦❄️ 订单 {order}, 冰袋都化了 👩‍👩‍👧‍👦 家里人都没吃上饭 🇳🇴",
)


def long_message(order: str) -> str:
    """Write a customer's message of about 60 kB, as one who pastes a whole diary into a mail."""
    lines = [f"Here is everything that happened with order {order}, from the first day on.", ""]
    size, hour = 0, 0
    while size < 60_000:
        line = (
            f"Hour {hour:03d}: looked at the tracking page of {BRAND} again. It says the parcel is on its way, "
            f"as it did in hour {max(hour - 1, 0):03d}. The ice must be water by now."
        )
        lines.append(line)
        size += len(line) + 1
        hour += 1
    return "\n".join(lines)
