"""Stories in which something was overlooked that only a look into the records or a colleague can tell."""

from csat_tui.demo.plots.model import Given, Logged, Plot, agent, customer, note

COMPLIANCE = (
    Plot(
        "skip-not-offered",
        ("Away for two weeks", "What about my boxes while I travel?"),
        (
            customer(
                "I am away for two weeks from {day} on. What can I do about my boxes? I do like them.\n\n{first}",
            ),
            agent(
                "Hi {first},\n\nYou can cancel under Plan and sign up again when you are back. Please note that the "
                "price for new members applies then.\n\nSafe travels,\n{agent}",
            ),
            customer("So I pay more because I go on holiday? Is there really nothing else?", after=14),
            agent("That is how the plans work, {first}. You can cancel at any time.\n\n{agent}", after=70),
            note("cust travels, told how to cancel and come back"),
        ),
        (
            "I wanted to keep my plan and was told to cancel and pay more later. My friend just skips weeks!",
            "Asked for help with two weeks away, was pushed out of the door instead.",
        ),
        "follow-up",
        "Two weeks could have been skipped at no cost; the customer was sent to cancel and lose the price instead.",
        (Logged("general-question", "Asked about boxes while away"),),
        worst=(0, 3, 4),
        findings=("better-solution",),
        coaching=True,
    ),
    Plot(
        "misfiled",
        ("A meal short", "One missing - order {order}"),
        (
            customer("There were meals for one day fewer in order {order}: no {item} in the box.\n\n{first}"),
            agent(
                "Hi {first},\n\nThank you for letting us know that the {item} was missing, and I am sorry for the "
                "inconvenience. I have credited its price, ${item_price}; it comes off your next box.\n\n{agent}",
            ),
            note("{item} missing, credited {item_price}. Logged as quality."),
        ),
        (
            "A meal was missing and it will happen again, nobody writes it down. Third time!",
            "Missing meal. Got the price back, but how do I know that somebody fixes it?",
        ),
        "follow-up",
        "The credit for the missing meal is right, but it was logged as quality: the packing team never heard of it.",
        (Logged("quality", "Customer unhappy with {item}"),),
        (Given("credit", "item", "Quality"),),
        worst=(0, 3),
        corrections=("issue-relogged",),
        coaching=True,
    ),
    Plot(
        "refund-still-due",
        ("Spoiled meals in {order}", "Refund for spoiled food"),
        (
            customer(
                "Half of the box {order} was spoiled: the {item} had gone off. Photos attached, please "
                "refund.\n\n{first}",
                files=("gone-off.jpg", "label.jpg"),
            ),
            agent(
                "Hi {first},\n\nThank you for the photos, they show it clearly. I have logged this with our kitchen, "
                "and it was good of you to tell us. Please discard the rest of the box.\n\n{agent}",
            ),
            customer("And the refund?", after=30),
            agent("Hi {first},\n\nWe take food safety seriously and are looking into it.\n\n{agent}", after=260),
            note("Spoiled, photos ok, logged spoiled food"),
        ),
        (
            "Spoiled food with photos, they agree, and still no refund. I asked twice.",
            "Everybody is sorry and nobody sends my money back for the spoiled meals.",
        ),
        "follow-up",
        "Spoiled food was logged with photos, and the refund that the guide allows was asked for twice and never made.",
        (Logged("spoiled-food", "Half of the box spoiled, photos on ticket"),),
        worst=(0, 3),
        findings=("concern-not-solved",),
        corrections=("refund-issued",),
        coaching=True,
    ),
    Plot(
        "credit-by-memo",
        ("Late for the holidays", "Holiday box came late"),
        (
            customer("The box for our holiday dinner, {order}, came a day late. We ate bread.\n\n{first}"),
            agent(
                "Hi {first},\n\nThank you for telling us, and I am sorry for the inconvenience. For the holiday week "
                "we have a special arrangement: I have added a $25.00 credit to your account.\n\n{agent}",
            ),
            customer("A neighbour got her whole box refunded for the same day.", after=18),
            agent("I can only speak for your order, {first}: $25.00 is what is arranged.\n\n{agent}", after=45),
            note("Late in holiday week, 25 credit per the memo from the floor. Logged late delivery."),
        ),
        (
            "A day late on the one day that counts. 25 dollars do not bring the dinner back.",
            "Late holiday box. Others got more than me for the same delay.",
        ),
        "ask-channel",
        "25.00 is above the 15.00 for a late delivery; the note speaks of a memo for the holiday week that the guide "
        "does not know: somebody has to say whether it holds.",
        (Logged("late-delivery", "Holiday box one day late"),),
        (Given("credit", "25.00", "Late delivery, holiday memo"),),
    ),
    Plot(
        "late-not-logged",
        ("Box came on {day} instead", "A day late, just so you know"),
        (
            customer("Order {order} came a day late. No drama, but I thought that you should know.\n\n{first}"),
            agent(
                "Hi {first},\n\nHow kind of you to tell us! I have passed it on, and I hope that the {item} was worth "
                "the wait.\n\nAll the best,\n{agent}",
            ),
            customer("It was, thank you!", after=22),
        ),
        ("All fine in the end.",),
        "follow-up",
        "Friendly and quick, but the late delivery was never logged and the credit that the guide allows not given.",
        rated="high",
        corrections=("issue-relogged", "credit-issued"),
        coaching=True,
    ),
)
