"""Ticket histories: those whose tickets belong together, and those whose tickets stay apart, each for one reason."""

from csat_tui.demo.histories.model import MARKET, NEIGHBOUR, SECOND_ACCOUNT, SECOND_ADDRESS, Said, Situation, Sketch

_ASKED = (
    Said(
        "customer",
        -2_900,
        "Hello,\n\nthe tray of the {item} had a crack and the sauce was all over the box. Order {earlier}.\n\n{first}",
    ),
    Said(
        "agent",
        -2_780,
        "Hi {first},\n\nThank you for telling us about order {earlier}. Could you send us a photo of the tray? With "
        "it we can credit the meal the same day.\n\nKind regards,\n{agent}",
    ),
)
_WAITING = Sketch("pending", "Order {earlier}: cracked tray", _ASKED)
_PHOTO = Sketch(
    "new",
    "Photo for Order {earlier}",
    (Said("customer", 0, "Here is the photo of the cracked tray that you asked for. Order {earlier}.\n\n{first}"),),
)

_LOOKED_INTO = (
    Said("customer", -4_400, "One meal fewer than I paid for in Order {earlier}. Where is my {item}?\n\n{first}"),
    Said(
        "agent",
        -4_200,
        "Hi {first},\n\nThank you for counting. I have asked our packing team about order {earlier} and will write "
        "to you as soon as they have looked at the pick list.\n\n{agent}",
    ),
)
_WORKED_ON = Sketch("hold", "Missing meal, Order {earlier}", _LOOKED_INTO)
_ANY_NEWS = Sketch(
    "new",
    "Any news about Order {earlier}?",
    (
        Said(
            "customer",
            0,
            "Have you found out where my {item} went? Order {earlier}, I am still a meal short.\n\n{first}",
        ),
    ),
)

_HALF_ANSWERED = (
    Said(
        "customer",
        -6_000,
        "Two things about Order {earlier}: the box came at ten at night, and I was charged for {count} meals and "
        "got one fewer.\n\n{first}",
    ),
    Said(
        "agent",
        -5_800,
        "Hi {first},\n\nThank you for letting us know about the late hour. I have told the courier in {city} to "
        "deliver before eight.\n\n{agent}",
    ),
)
_RESOLVED = Sketch("solved", "Late box and a missing meal, Order {earlier}", _HALF_ANSWERED)
_UNANSWERED = Sketch(
    "new",
    "Order {earlier}, the meal I paid for",
    (Said("customer", 0, "You answered about the hour but not about the meal that was missing. Order {earlier}."),),
)

TOGETHER = (
    Situation(
        "new-beside-new",
        (
            Sketch(
                "new",
                "Sauce missing",
                (Said("customer", -240, "No sauce with the {item}. Order {earlier}.\n\n{first}"),),
            ),
            Sketch(
                "new",
                "Order {earlier} again",
                (Said("customer", 0, "And the cooking card for the {item} is not there either. Order {earlier}."),),
            ),
        ),
        True,
        "Two new tickets about one order: one of them takes both, and whoever merges answers all of it.",
    ),
    Situation(
        "three-new",
        (
            Sketch("new", "Box is wet", (Said("customer", -75, "The box is soaked. Order {earlier}.\n\n{first}"),)),
            Sketch(
                "new", "Order {earlier}, one more thing", (Said("customer", -40, "Two trays leak, Order {earlier}."),)
            ),
            Sketch(
                "new", "Hello?", (Said("customer", 0, "Is anybody reading this? Order {earlier}, wet and leaking."),)
            ),
        ),
        True,
        "Three new tickets about one order: one of them takes all, and one answer covers every concern.",
    ),
    Situation(
        "awaiting-reply-customer-newest",
        (_WAITING, _PHOTO),
        True,
        "The photo that the older ticket waits for; the customer wrote last, so it is a customer's reply now.",
        "open",
        True,
    ),
    Situation(
        "awaiting-reply-staff-newest",
        (
            Sketch(
                "pending",
                _WAITING.subject,
                (
                    *_ASKED,
                    Said(
                        "agent", 9, "Hi {first},\n\nWhile you look for the tray: was the lid torn as well?\n\n{agent}"
                    ),
                ),
            ),
            _PHOTO,
        ),
        True,
        "The same concern; the agent wrote last and waits for the customer still, so the status stays.",
        "pending",
        True,
    ),
    Situation(
        "customer-reply",
        (
            Sketch(
                "open",
                _WAITING.subject,
                (*_ASKED, Said("customer", -600, "I do not have the tray any more. Does this picture of the box do?")),
            ),
            Sketch(
                "new",
                "Order {earlier}, tray",
                (Said("customer", 0, "Did my picture reach you? The cracked tray, Order {earlier}.\n\n{first}"),),
            ),
        ),
        True,
        "The same concern as a ticket that the customer has already replied to; it stays a customer's reply.",
        "open",
        True,
    ),
    Situation(
        "in-progress-customer-newest",
        (_WORKED_ON, _ANY_NEWS),
        True,
        "The customer asks for the answer that is being worked on, and wrote last.",
        "open",
        True,
    ),
    Situation(
        "in-progress-staff-newest",
        (
            Sketch(
                "hold",
                _WORKED_ON.subject,
                (
                    *_LOOKED_INTO,
                    Said("agent", 8, "Hi {first},\n\nThe packing team answers by {day}, and so do I.\n\n{agent}"),
                ),
            ),
            _ANY_NEWS,
        ),
        True,
        "The same concern; the agent has just written an update, so it stays in progress.",
        "hold",
        True,
    ),
    Situation(
        "resolved-unanswered",
        (_RESOLVED, _UNANSWERED),
        True,
        "The missing meal was mentioned in the resolved ticket and never dealt with; the customer wrote last.",
        "open",
        True,
    ),
    Situation(
        "resolved-staff-newest",
        (
            Sketch(
                "solved",
                _RESOLVED.subject,
                (*_HALF_ANSWERED, Said("agent", 7, "Hi {first},\n\nDid the next box come before eight?\n\n{agent}")),
            ),
            _UNANSWERED,
        ),
        True,
        "The missing meal was mentioned and never dealt with: it counts as the customer's reply, whoever wrote last.",
        "open",
        True,
    ),
    Situation(
        SECOND_ADDRESS,
        (
            _WAITING,
            Sketch("new", _PHOTO.subject, _PHOTO.said, writer=SECOND_ADDRESS),
        ),
        True,
        "Another address of the same user, about the same order: one conversation.",
        "open",
        True,
    ),
    Situation(
        SECOND_ACCOUNT,
        (
            _WAITING,
            Sketch(
                "new",
                "Order {earlier}, photo",
                (
                    Said(
                        "customer",
                        0,
                        "It is me, from my other address: the photo of the cracked tray, Order {earlier}.\n\n{name}",
                    ),
                ),
                writer=SECOND_ACCOUNT,
            ),
        ),
        True,
        "Another user, but the same person under another address, about the same order.",
        "open",
        True,
    ),
    Situation(
        "rated-asked-again",
        (
            Sketch(
                "new",
                "Order {order}, still open",
                (Said("customer", 0, "Writing again about Order {order}, since it was closed. {concern}\n\n{first}"),),
            ),
        ),
        True,
        "The concern of the rated ticket once more: merged where it was not dealt with before that was resolved.",
        "open",
        True,
        answered=None,
        beside_rated=True,
    ),
)


_CHARGED = (
    Said("customer", -3_000, "The {item} from Order {earlier} had no label. What is in it?\n\n{first}"),
    Said(
        "agent",
        -2_900,
        "Hi {first},\n\nThank you for asking. I have sent you the list of what is in it; does that answer your "
        "question?\n\n{agent}",
    ),
)
_NO_LABEL = Sketch("pending", "No label, Order {earlier}", _CHARGED)

_ANSWERED = (
    Said("customer", -5_200, "Order {earlier} came a day late.\n\n{first}"),
    Said(
        "agent",
        -5_000,
        "Hi {first},\n\nThank you for telling us. The credit for the late box is on your account.\n\n{agent}",
    ),
    Said("customer", -4_990, "Thank you, all good.\n\n{first}"),
)

UNLIKE = (
    Situation(
        "resolved-new-concern",
        (
            Sketch("solved", "Late box, Order {earlier}", _ANSWERED),
            Sketch(
                "new",
                "Two charges, Order {earlier}",
                (Said("customer", 0, "My bank shows Order {earlier} charged twice. Please explain.\n\n{first}"),),
            ),
        ),
        False,
        "The same order, but the resolved ticket never mentioned this: it is answered on its own.",
        mentioned=False,
    ),
    Situation(
        NEIGHBOUR,
        (
            _NO_LABEL,
            Sketch(
                "new",
                "Your box, Order {earlier}, is at our door",
                (
                    Said(
                        "customer",
                        0,
                        "A box with Order {earlier} on it was left with us, and it has somebody else's name on it. "
                        "Shall we keep the {item} cold?\n\n{name}",
                    ),
                ),
                writer=NEIGHBOUR,
            ),
        ),
        False,
        "The same order and item, but another customer: the two must never read each other's mails.",
        mentioned=False,
    ),
    Situation(
        "other-order",
        (
            Sketch(
                "pending",
                "No label, Order {older}",
                tuple(Said(one.who, one.minutes, one.text.replace("{earlier}", "{older}")) for one in _CHARGED),
            ),
            Sketch(
                "new",
                "Label again, Order {earlier}",
                (Said("customer", 0, "No label on the {item2} either, this time in Order {earlier}.\n\n{first}"),),
            ),
        ),
        False,
        "A like concern about another order: both are answered on their own.",
        mentioned=False,
    ),
    Situation(
        "other-store",
        (
            _NO_LABEL,
            Sketch(
                "new",
                "Market: Order {older}",
                (
                    Said(
                        "customer", 0, "The {item} that I bought in the Market has no label. Order {older}.\n\n{first}"
                    ),
                ),
                store=MARKET,
            ),
        ),
        False,
        "The same item, but bought in the other store.",
        mentioned=False,
    ),
    Situation(
        "closed",
        (
            Sketch("closed", "No label, Order {earlier}", _CHARGED),
            Sketch(
                "new",
                "Order {earlier}, what is in it?",
                (Said("customer", 0, "The list did not say what is in the sauce. Order {earlier}.\n\n{first}"),),
            ),
        ),
        False,
        "The older ticket is closed and takes nothing any more; the new one refers to it instead.",
    ),
    Situation(
        "rated-new-concern",
        (
            Sketch(
                "new",
                "Invoice for Order {order}",
                (Said("customer", 0, "Please send me an invoice in my company's name for Order {order}.\n\n{first}"),),
            ),
        ),
        False,
        "The same order as the rated ticket's, but a new concern that was never mentioned there.",
        mentioned=False,
        beside_rated=True,
    ),
)
