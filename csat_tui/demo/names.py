"""Invented names, places and meals, and texts that a terminal must survive; nothing belongs to a real person."""

BRAND = "Larder & Lane"
MARKET = "Larder & Lane Market"

FIRST_NAMES = (
    "Mira", "Tobin", "Adaeze", "Ilse", "Rowan", "Kenji", "Lucía", "Bram", "Noor", "Petra", "Oisín", "Yara",
    "Dagny", "Theo", "Imani", "Sacha", "Wren", "Anneke", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kaia",
    "Leif", "Maud", "Nadia", "Orla", "Pavel", "Quinn", "Rosa", "Stellan", "Tamsin", "Uma", "Viggo", "Willa",
    "Xenia", "Yusuf", "Zelda", "Amos", "Beatrix", "Cleo", "Dario", "Elin", "Femi", "Gwen", "Halima", "Ivo",
)  # fmt: skip

SURNAMES = (
    "Kestrow", "Vandermoor", "Tallowby", "Okonjari", "Silvermere", "Brackendale", "Quillfeather", "Harrowgate",
    "Mossinger", "Pennywhit", "Larkhollow", "Dunmarrow", "Estervale", "Fennimoor", "Gorsewick", "Hallowell",
    "Inverlark", "Juniperson", "Kettlewood", "Lindqvale", "Marchbanker", "Nettlefold", "Oakenshire", "Plumridge",
    "Quarrington", "Rushmeadow", "Saltmarsh", "Thistleby", "Underhollow", "Vexholm", "Wintermarch", "Yarrowden",
)  # fmt: skip

CITIES = (
    "Alder Falls", "Brookhaven Mills", "Cinder Bay", "Dunlin", "East Marrow", "Fallowfield", "Grayling",
    "Hartsmere", "Iron Ferry", "Juniper Point", "Kestrel Ridge", "Larkspur", "Millbrook Vale", "North Tansy",
)  # fmt: skip

MEALS = (
    ("Miso salmon with greens", "13.49"),
    ("Chicken thighs in mole", "12.49"),
    ("Lemon orzo with peas", "10.99"),
    ("Beef and barley stew", "12.99"),
    ("Chickpea korma", "10.49"),
    ("Turkey meatballs, red sauce", "11.99"),
    ("Smoky lentil chili", "9.99"),
    ("Prawn laksa", "13.99"),
    ("Mushroom stroganoff", "10.99"),
    ("Harissa cauliflower bowl", "10.49"),
    ("Pork carnitas plate", "12.49"),
    ("Spinach gnocchi bake", "10.99"),
)

SKUS = {meal: f"LL-M{1_040 + 17 * place}" for place, (meal, _) in enumerate(MEALS)}
"""The number under which the kitchen keeps each meal."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CODES = ("WELCOME20", "AUTUMN20", "COMEBACK20", "NEIGHBOR20")


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
