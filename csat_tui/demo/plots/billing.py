"""Stories about charges, codes and credits, and about plans, meals, pauses and cancellations."""

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
