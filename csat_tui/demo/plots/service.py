"""Stories about how people were spoken to, what was left open, and what only the records or a colleague can tell."""

from csat_tui.demo.plots.model import Given, Logged, Plot, agent, chat, customer, lead, note

SERVICE = (
    Plot(
        "chat-left-open",
        ("Chat with {first}", "Chat about order {order}"),
        (
            *chat(
                ("customer", "my box {order} has no cooking cards in it"),
                ("agent", "Hi {first}, thanks for chatting with us. One moment please."),
                ("customer", "ok"),
                ("agent", "Are you still there?"),
                ("customer", "yes?? waiting for you"),
                ("agent", "I am checking with the kitchen which cards belong to the {item}."),
                ("customer", "have to go, mail me"),
                ("left", ""),
            ),
            note("customer left chat", after=1),
        ),
        (
            "Waited in the chat, had to leave, asked for a mail and got nothing.",
            "No follow-up at all. I still do not know how to cook this.",
        ),
        "follow-up",
        "The customer left the chat with the question open and asked for a mail; none was sent.",
        (Logged("missing-item", "Cooking cards missing"),),
        worst=(0, 1, 2, 3),
        findings=("chat-left-no-mail",),
        coaching=True,
    ),
    Plot(
        "allergen",
        ("Sesame in the {item}?", "Allergy question, urgent"),
        (
            customer(
                "My daughter is allergic to sesame. The {item} from {order} tasted of it and the label does not "
                "list it. Is there sesame in it? She is fine but I need to know.\n\n{first}",
                files=("label.jpg",),
            ),
            agent("Hi {first},\n\nAll allergens are listed on our site.\n\nHave a great day!\n{agent}", after=400),
            customer("That is no answer. The label and the site disagree!", after=7),
            agent("I have passed your feedback to the kitchen.\n\n{agent}", after=600),
            note("allergen question, sent site link. Logged as quality"),
        ),
        (
            "My child has an allergy and I was told to read the website. Unsafe.",
            "Label and website disagree about sesame and nobody takes it seriously.",
        ),
        "needs-evaluation",
        "A possible undeclared allergen was logged as quality and never escalated; it needs a specialist's answer.",
        (Logged("quality", "Taste of {item}"),),
        worst=(0, 3, 4, 5),
        coaching=True,
    ),
    Plot(
        "lead-confirmed",
        ("Complaint about everything", "I want to speak to a manager"),
        (
            customer("The {item} was small, the box was ugly and I want three months free.\n\n{first}"),
            agent(
                "Hi {first},\n\nThank you for being frank. I have credited $10.00 for the {item} and sent your "
                "words to the kitchen. Free months are not something that we give.\n\n{agent}",
            ),
            customer("Manager. Now.", after=4),
            lead(
                "Hello {first},\n\nI lead the team. I have read everything, including your earlier mails. The "
                "credit is what we offer for a meal that disappoints, and it stays on your account. If you wish to "
                "pause or cancel, tell me and I will do it at once.\n\n{lead}",
            ),
            customer("Three months free or I tell everyone.", after=5),
            lead("I understand that this is not the answer you hoped for, {first}. It is our final one.\n\n{lead}"),
            note("Escalated, handled to the limit of the guide. Logged quality, 10 credit.", who="lead"),
        ),
        (
            "Manager was useless too. THREE MONTHS FREE is the least.",
            "Asked for a manager, got the same story. Worst company ever.",
        ),
        "non-actionable",
        "Handled to the limit of the guide and confirmed by a lead; the survey repeats the same demand.",
        (Logged("quality", "{item}: portion size"),),
        (Given("credit", "10.00", "Quality"),),
        worst=(0, 1, 2, 3, 4, 5),
        ground="handled-by-lead",
    ),
    Plot(
        "short-tone",
        ("Question about heating", "How long in the oven?"),
        (
            customer("How long does the {item} go in a small oven? The card only says microwave.\n\n{first}"),
            agent("25 min 180C.", after=15),
            customer("With or without the lid?", after=4),
            agent("Without. It is on the site.", after=15),
            note("cooking q answered"),
        ),
        (
            "Correct but so rude. Felt like I was wasting their time.",
            "Got my answer in two words. A hello would be nice.",
        ),
        "no-response",
        "The answer was right and complete; the tone is a matter for coaching, not for the customer.",
        (Logged("general-question", "Heating time"),),
        worst=(0, 5),
        coaching=True,
    ),
    Plot(
        "wrong-item-replaced",
        ("Wrong meal in my box", "Got {item2} instead of {item}"),
        (
            customer("I ordered {item} and got {item2}. We do not eat that.\n\n{first}", files=("wrong-meal.jpg",)),
            agent(
                "Hi {first},\n\nThank you for the photo. A replacement {item} travels with your next box at no "
                "charge, and the {item2} is yours to keep or pass on.\n\n{agent}",
            ),
            customer("Next box is in a week.", after=11),
            agent("It is, {first}; that is the soonest that it can travel cold.\n\n{agent}", after=13),
            note("Wrong item logged, replacement added to next box."),
        ),
        (
            "Wrong food, and the right one comes in a WEEK.",
            "They were kind but I still had no dinner.",
        ),
        "no-response",
        "Wrong item logged and a replacement added, which is what the guide allows.",
        (Logged("wrong-item", "{item2} packed instead of {item}"),),
        (Given("replacement", "item", "Wrong item"),),
    ),
    Plot(
        "slow-answer",
        ("Still waiting", "No answer for two days"),
        (
            customer("Can I get the {item} without onions? Need to know before the cut-off.\n\n{first}"),
            customer("Hello? The cut-off is tonight.", after=1500),
            agent(
                "Hi {first},\n\nThank you for your patience. Meals are cooked in one pot, so single ingredients "
                "stay in; the {item2} has no onions and I can swap it in for next week.\n\n{agent}",
                after=1400,
            ),
            note("Answered after cut-off, queue was long. Logged general question, offered swap."),
        ),
        (
            "Two days for a yes or no question. The cut-off was over by then.",
            "The answer was good but came too late to help me.",
        ),
        "no-response",
        "The answer was right, if late; nothing was promised or charged wrongly. A trend for response time.",
        (Logged("general-question", "Ingredients of {item}"),),
        worst=(0, 1),
    ),
)


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
