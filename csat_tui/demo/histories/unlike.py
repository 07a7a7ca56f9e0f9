"""Histories whose tickets stay apart, each for one reason."""

from csat_tui.demo.histories.model import MARKET, NEIGHBOUR, Said, Situation, Sketch

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
