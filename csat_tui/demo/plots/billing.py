"""Stories about charges, codes and credits."""

from csat_tui.demo.plots.model import Given, Logged, Plot, agent, chat, customer, lead, note

BILLING = (
    Plot(
        "double-charge-refunded",
        ("Charged twice for {order}", "Two charges on my card"),
        (
            customer(
                "My card shows ${total} twice for order {order}. Please return one.\n\n{first}", files=("bank.png",)
            ),
            agent(
                "Hi {first},\n\nThank you for the screenshot. I can see both charges of ${total}; the second one "
                "has been refunded just now, and your bank will show it in three to five working days.\n\n{agent}",
            ),
            customer("Why five days? Taking it took you one second.", after=9),
            agent(
                "The refund leaves us today, {first}; the rest of the time is your bank's. If it is not there on "
                "the sixth day, write back and I will send you the reference for them.\n\n{agent}",
                after=14,
            ),
            note("Dup charge confirmed, second one refunded in full, logged as double charge."),
        ),
        (
            "Charged twice and then told to wait five days for MY money.",
            "Fixed, but it should never happen. And five days for a refund is silly.",
        ),
        "no-response",
        "Double charge logged and refunded in full; the customer was told when to expect it.",
        (Logged("double-charge", "Order charged twice"),),
        (Given("refund", "order", "Double charge"),),
    ),
    Plot(
        "double-charge-missed",
        ("Why two charges?", "Please explain my bill"),
        (
            customer("Why was I charged twice in one week? I ordered one box, {order}.\n\n{first}"),
            agent("Hi {first},\n\nPlease find your account statement attached.\n\n{agent}", files=("statement.png",)),
            customer("This is a picture of a table with no headings. WHICH of these is the second charge?", after=8),
            agent("The statement lists all charges and credits on your account.\n\n{agent}", after=180),
            note("sent statement twice, closing"),
        ),
        (
            "I asked one simple question and got a picture of a table. Still charged twice.",
            "Nobody explained the second charge. I do taxes for a living and could not read what they sent.",
        ),
        "follow-up",
        "Main concern not solved: a second charge is visible and was neither logged as such nor refunded.",
        (Logged("general-question", "Wants bill explained"),),
        worst=(0, 3, 4),
        findings=("concern-not-solved",),
        corrections=("issue-relogged", "refund-issued"),
        coaching=True,
    ),
    Plot(
        "promo-not-applied",
        ("Promo code {code} did not work", "Code {code} missing from my order"),
        (
            *chat(
                ("customer", "hi the code {code} did nothing on my order {order}"),
                ("agent", "Hi {first}, this is {agent}. Let me look at that for you."),
                ("agent", "I see it, the code is valid. I will apply the $20.00 to this order right now."),
                ("customer", "so I get 20 back?"),
                ("agent", "Yes, you will see it within the hour."),
                ("customer", "ok thanks"),
                ("left", ""),
            ),
            customer("It has been two days. No 20 dollars. Hello?", after=2900),
        ),
        (
            "Promised 20 dollars off with the code, never got it, and my mail was not answered.",
            "The chat said within the hour. It has been days. Where is my discount?",
        ),
        "follow-up",
        "A valid code was promised and not applied, and the customer's mail afterwards stayed without an answer.",
        (Logged("promo-code", "Code not applied at checkout"),),
        findings=("promo-code-not-applied",),
        corrections=("credit-issued",),
        coaching=True,
    ),
    Plot(
        "promo-expired",
        ("Code {code} says expired", "Discount refused"),
        (
            customer("I have a leaflet with {code} and your site says it is expired. Honor it please.\n\n{first}"),
            agent(
                "Hi {first},\n\nThank you for writing. {code} ran until the end of last month, as printed on the "
                "back of the leaflet, and it was for a first box. What I can offer is the returning member price, "
                "which saves you $6 on each of your next two boxes; say yes and it is yours.\n\n{agent}",
            ),
            customer("That is less than 20. I want what the leaflet says.", after=33),
            lead(
                "Hello {first},\n\nI lead the team and have read your mails. The code has ended and we keep to its "
                "terms for everyone; {agent}'s offer stays open until Sunday.\n\n{lead}",
            ),
            note("Escalated to lead, same answer. Logged promo code. No accommodation due.", who="lead"),
        ),
        (
            "A company that does not honor its own coupon. Two people told me no.",
            "Same answer from the agent and the boss. I want my 20 dollars.",
        ),
        "non-actionable",
        "The code had expired, an offer was made, and a lead confirmed it: the customer repeats the concern.",
        (Logged("promo-code", "Expired code {code}, terms explained"),),
        ground="handled-by-lead",
    ),
    Plot(
        "credit-promised",
        ("Where is my credit?", "Store credit never showed up"),
        (
            customer("The {item} was bland and half of the sauce was missing. Not what I pay for.\n\n{first}"),
            agent(
                "Hi {first},\n\nThank you for your feedback on the {item}. I will add a $10.00 credit to your "
                "account and pass this to the kitchen.\n\n{agent}",
            ),
            customer("I placed my next order, no credit was used. You said 10 dollars.", after=2880),
            agent("Credits are used by themselves on your next order.\n\n{agent}", after=700),
        ),
        (
            "Promised a credit, then told it applies by itself. It does not exist on my account!",
            "Where are the 10 dollars I was promised in writing?",
        ),
        "follow-up",
        "A credit of 10.00 was promised in writing and never entered in the admin system.",
        (Logged("quality", "{item} bland, sauce missing"),),
        worst=(0, 3, 5),
        findings=("credit-not-applied",),
        corrections=("credit-issued",),
        coaching=True,
    ),
    Plot(
        "price-increase",
        ("Price went up without asking", "New price on my plan"),
        (
            customer("My plan ({plan}) costs more since this month and nobody asked me.\n\n{first}"),
            agent(
                "Hi {first},\n\nThank you for asking. The new price was announced by mail on the first of last "
                "month and it applies to every plan. You can move to a smaller plan or pause at any time, and I am "
                "glad to do it for you.\n\n{agent}",
            ),
            customer("So the answer is pay more or leave. Nice.", after=21),
            note("Explained price change, offered smaller plan / pause. Logged general question. No accommodation."),
        ),
        (
            "Too expensive now. Agent only repeated the announcement.",
            "Prices up, portions down. I know it is not the agent's fault.",
        ),
        "no-response",
        "A question about the announced price, answered fully; nothing to log beyond it and nothing due.",
        (Logged("general-question", "Price change"),),
        worst=(0,),
    ),
)
