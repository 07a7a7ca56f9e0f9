"""Stories about plans, meals, pauses and cancellations."""

from csat_tui.demo.plots.model import Given, Logged, Plot, agent, chat, customer, note

SUBSCRIPTIONS = (
    Plot(
        "cancel-not-done",
        ("Cancel my subscription", "Please cancel before {day}"),
        (
            *chat(
                ("customer", "I want to cancel, please. no more boxes"),
                ("agent", "Hi {first}, {agent} here. I am sorry to see you go. May I ask why?"),
                ("customer", "too much food for one person. please just cancel"),
                ("agent", "Of course. I will cancel the subscription for you right after this chat."),
                ("customer", "so nothing will be charged on {day}?"),
                ("agent", "That is right, nothing more will be charged."),
                ("customer", "great, bye"),
                ("left", ""),
            ),
            note("cust wants to cancel, will do", after=2),
            customer(
                "You charged me ${total} today for order {order}. I CANCELLED on the chat with you. Send it "
                "back.\n\n{first}",
                after=2700,
            ),
            agent(
                "Hi {first},\n\nYou can cancel at any time under Plan in your profile.\n\nRegards,\n{agent}", after=240
            ),
        ),
        (
            "I cancelled in the chat, was told nothing more would be charged, and was charged ${total} anyway.",
            "They promised to cancel and did not. Then told me to do it myself. Give me my money back!",
            "Charged after cancelling. The agent did not do what was promised.",
        ),
        "follow-up",
        "The cancellation was promised and not done; the customer was charged for {order} and sent to do it alone.",
        (Logged("general-question", "Asked how to cancel"),),
        order="packing",
        worst=(0, 3, 4, 5),
        findings=("cancellation-not-done",),
        corrections=("issue-relogged", "refund-issued"),
        coaching=True,
    ),
    Plot(
        "cancel-after-cutoff",
        ("Cancelled but still charged", "Why is a box coming?"),
        (
            customer("I cancelled yesterday and a box is still coming. Stop it.\n\n{first}"),
            agent(
                "Hi {first},\n\nYour subscription is cancelled, thank you for confirming. Order {order} was already "
                "being packed when you cancelled: the cut-off for {day} is five days before, as shown on the cancel "
                "page. It will be the last one. If you would rather not keep it, I can have it given to the food "
                "bank in {city}.\n\n{agent}",
            ),
            customer("I do not want to pay for it.", after=6),
            agent(
                "I understand, {first}. It was packed for you, so the charge stays; no other will follow.\n\n{agent}"
            ),
            note("Cut-off explained, account shows cancelled, last box {order}. Logged cancellation."),
        ),
        (
            "I cancelled and still had to pay for one more box. The cut-off is hidden.",
            "Five days cut-off is robbery.",
        ),
        "non-actionable",
        "Cancelled correctly; the last box was past the cut-off shown to the customer and explained by the agent.",
        (Logged("cancellation", "Cancelled after cut-off, last box ships"),),
        subscription="cancelled",
        order="packing",
        ground="repeated-within-guide",
    ),
    Plot(
        "meals-not-changed",
        ("Swap my meals for {day}", "Wrong meals came"),
        (
            customer("Please swap the {item} for the {item2} in {order}. My kid does not eat the first.\n\n{first}"),
            agent("Hi {first}, done! Enjoy the {item2}.\n\n{agent}"),
            customer("The {item} is here. The {item2} is not. You wrote done.", after=4100, files=("box.jpg",)),
            agent(
                "Hi {first},\n\nMeals can be changed under Menu until five days before delivery.\n\n{agent}", after=200
            ),
        ),
        (
            "Agent wrote done and then sent me the meals I asked NOT to get.",
            "Meal swap confirmed but never made. Do you even check?",
        ),
        "follow-up",
        "A meal change was confirmed and not made; the wrong meals were not logged and nothing was offered.",
        (Logged("subscription-change", "Meal swap request"),),
        findings=("meals-not-changed",),
        corrections=("issue-relogged", "credit-issued"),
        coaching=True,
    ),
    Plot(
        "skip-too-late",
        ("Skip this week", "I skipped and it still came"),
        (
            customer("I wanted to skip this week and your app said too late. Skip it anyway.\n\n{first}"),
            agent(
                "Hi {first},\n\nThank you for writing. Order {order} left the kitchen this morning. I have skipped "
                "the two weeks after it so that you have room in the fridge, and both can be switched back on under "
                "Deliveries.\n\n{agent}",
            ),
            note("Past cut-off by 2 days. Skipped next two weeks for cust. Logged subscription change."),
        ),
        (
            "Could not skip. What is the point of a flexible plan?",
            "It came although I did not want it. The agent was nice about it.",
        ),
        "no-response",
        "Past the cut-off; the agent logged the request and skipped the next two weeks.",
        (Logged("subscription-change", "Skip requested after cut-off"),),
        worst=(0, 2),
    ),
    Plot(
        "plan-not-updated",
        ("Smaller plan please", "Change me to 4 meals a week"),
        (
            *chat(
                ("customer", "hello can you put me on 4 meals a week"),
                ("agent", "Hello {first}! Sure, from the next box on you get 4 meals a week."),
                ("customer", "thanks, that was quick"),
                ("agent", "My pleasure. Have a lovely day!"),
            ),
            note("Chat: plan change to 4 meals", after=1),
            customer("{count} meals again and ${total} on my card. I asked for 4.", after=5000),
            agent(
                "Hi {first},\n\nYour plan is {plan}. You can find it under Plan.\n\n{agent}",
                after=500,
            ),
        ),
        (
            "Asked for the small plan, was told yes, got charged for the big one.",
            "Quick answer in the chat, and then nothing was changed.",
        ),
        "follow-up",
        "The change of plan was promised in the chat and never made; the customer was charged for the larger box.",
        (Logged("subscription-change", "Plan change to 4 meals"),),
        worst=(0, 3),
        findings=("plan-not-changed",),
        corrections=("credit-issued",),
        coaching=True,
    ),
    Plot(
        "pause-with-gift",
        ("Pause while I am in hospital", "Need a pause"),
        (
            customer("I am in hospital for three weeks. Please pause and do not charge me.\n\n{first}"),
            agent(
                "Hi {first},\n\nI hope that you are well looked after. Your plan is paused for four weeks and "
                "nothing will be charged. Order {order}, which was on its way, has been turned around and "
                "refunded.\n\n{agent}",
            ),
            customer("Thank you. The app still sends me a menu every day, please stop that.", after=600),
            agent("Done: mails about menus are off until the pause ends. Get well soon!\n\n{agent}"),
            note("Paused 4 weeks, {order} refunded before dispatch, logged subscription change, menu mails off."),
        ),
        (
            "Your app kept mailing me menus in hospital. Otherwise ok.",
            "Too many mails. Took two messages to make it stop.",
        ),
        "no-response",
        "Paused, refunded before dispatch and the mails stopped; all of it logged.",
        (Logged("cancellation", "Order turned around before dispatch, plan paused"),),
        (Given("refund", "order", "Order turned around before dispatch"),),
        subscription="paused",
        order="cancelled",
        worst=(0, 2),
    ),
)
