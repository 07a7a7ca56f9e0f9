"""Stories about boxes that came late, warm, incomplete or to the wrong door."""

from csat_tui.demo.plots.model import Given, Logged, Plot, agent, customer, note

DELIVERIES = (
    Plot(
        "late-credited",
        ("Box did not come on {eve}", "Where is my {eve} delivery?", "Late again - order {order}"),
        (
            customer(
                'Hi,\n\nMy box for {eve} never showed up. Tracking just says "out for delivery". It is {order}.\n\n'
                "What was I to cook?\n\n{first}",
                "Hello, order {order} was due {eve} and it is not here. I stayed home for it.\n\n{first}",
            ),
            agent(
                "Hi {first},\n\nThank you for letting us know about order {order}. The courier in {city} had a "
                "truck off the road and your box is on another one that reaches you today. The ice packs hold for 48 "
                "hours, so the food stays cold.\n\nI have put a $15.00 credit on your account for the trouble. It "
                "comes off your next box by itself.\n\nKind regards,\n{agent}",
            ),
            customer("A day late is no good to me, but fine. Is 15 all I get?", after=25),
            agent(
                "I understand, {first}. For a late box $15.00 is what we offer, and if anything is not cold when it "
                "arrives, write back to this mail with a photo and we will look at it the same day.\n\n{agent}",
                after=20,
            ),
            note(
                "Late box, courier delay confirmed by carrier page. Logged as late delivery, 15 credit given. {order}"
            ),
        ),
        (
            "Box came a day late and all I got was 15 dollars. The whole box should be free.",
            "A day late! The credit does not cover the takeaway I had to buy.",
            "The agent was polite but the delivery was still late and I wanted a full refund.",
        ),
        "no-response",
        "Late delivery logged, credit of 15.00 is what the guide allows, customer told what to expect.",
        (Logged("late-delivery", "Box one day late, courier delay"),),
        (Given("credit", "15.00", "Late delivery"),),
    ),
    Plot(
        "late-over-guide",
        ("Late box, order {order}", "Box {order} came two days late"),
        (
            customer("Order {order} was two days late. The {item} went straight in the bin.\n\n{first}"),
            agent(
                "Hi {first},\n\nI am sorry for the inconvenience. I have added a $20.00 credit for the delay, so "
                "your next box is cheaper.\n\n{agent}",
            ),
            customer("And the food I threw away? You did not answer that.", after=55),
            agent("The credit is meant to cover all of it, {first}. Have a good week!\n\n{agent}", after=90),
            note("gave 20 for late box, cust upset"),
        ),
        (
            "They threw 20 dollars at me and never answered about the food I had to bin.",
            "Two days late, spoiled {item}, and the reply ignored half of my mail.",
        ),
        "follow-up",
        "Credit of 20.00 is above the 15.00 for a late delivery, and the spoiled food was neither logged nor answered.",
        (Logged("late-delivery", "Two days late"),),
        (Given("credit", "20.00", "Late delivery"),),
        findings=("concern-not-solved",),
        corrections=("issue-relogged", "refund-issued"),
        coaching=True,
    ),
    Plot(
        "spoiled-refunded",
        ("Ice packs melted, food warm", "Box arrived warm - {order}"),
        (
            customer(
                "The ice packs were water when I opened the box. Photo attached. I am not eating the "
                "{item}.\n\n{first}",
                files=("warm-box.jpg",),
            ),
            agent(
                "Hi {first},\n\nThank you for the photo, and I am sorry for the inconvenience. Please do not eat "
                "anything from this box. I have refunded order {order} in full; banks take three to five working "
                "days.\n\n{agent}",
            ),
            note(
                "Photo checked: packs liquid, liner torn. Full refund per guide, logged spoiled food, told warehouse."
            ),
            note("Liner supplier informed, batch 7 is on hold.", who="warehouse", after=200),
        ),
        (
            "Refund was fine but your packaging is a joke. This is food!",
            "Warm food at my door. I should not have to send photos to be believed.",
            "Got my money back, lost my dinner. Fix your boxes.",
        ),
        "no-response",
        "Spoiled food logged and the order refunded in full, as the guide allows; packaging feedback went to the "
        "warehouse.",
        (Logged("spoiled-food", "Ice packs melted, photo on ticket"),),
        (Given("refund", "order", "Spoiled food"),),
    ),
    Plot(
        "spoiled-logged-late",
        ("Everything in the box was warm", "Warm box, need a refund"),
        (
            customer(
                "My box {order} came on time but everything was warm, the {item} smelled sour. Please "
                "refund.\n\n{first}",
                files=("thermometer.png", "inside-the-box.jpg"),
            ),
            agent(
                "Hello {first},\n\nThank you for reaching out about your late box. As a courtesy you have a $15.00 "
                "credit.\n\nBest,\n{agent}",
                after=240,
            ),
            customer("It was not late. It was WARM. Did anyone look at the photos?", after=15),
            agent("Hello {first}, the credit is on your account and will be used with your next order.\n\n{agent}"),
        ),
        (
            "I said warm, they answered late. Nobody reads the mails.",
            "Sour food and a 15 dollar credit for a delay that never happened.",
        ),
        "follow-up",
        "Logged as late delivery although the customer reported spoiled food with photos; the guide allows a full "
        "refund.",
        (Logged("late-delivery", "Cust says box late/warm"),),
        (Given("credit", "15.00", "Late delivery"),),
        findings=("concern-not-solved",),
        corrections=("issue-relogged", "refund-issued"),
        coaching=True,
    ),
    Plot(
        "missing-item-credited",
        ("Missing meal in my box", "{item} not in the box"),
        (
            customer("I counted twice: the {item} is not in the box. Order {order}.\n\n{first}"),
            agent(
                "Hi {first},\n\nThank you for checking so carefully. I have credited the price of the {item}, "
                "${item_price}, and told our packing team.\n\n{agent}",
            ),
            customer("Would rather have had the meal.", after=12),
            agent(
                "I understand. A single meal cannot stay cold on its own way to you, which is why we credit it "
                "instead.\n\n{agent}",
                after=18,
            ),
            note("1 of {count} meals missing, pick list shows it scanned. Credited meal price. Logged missing item."),
        ),
        (
            "You forgot my dinner and a credit does not feed anyone.",
            "Second time a meal is missing this year. Credit is okay but please learn to count.",
        ),
        "no-response",
        "Missing item logged and its price credited, which is what the guide allows.",
        (Logged("missing-item", "{item} missing from box"),),
        (Given("credit", "item", "Missing item"),),
        worst=(0,),
    ),
    Plot(
        "old-address",
        ("I moved! Please change my address", "New address before {day}"),
        (
            customer(
                "Hi, we have moved to {city}. The new address is in my profile note, please use it from the next "
                "box on.\n\nThanks,\n{first}"
            ),
            agent("Hi {first},\n\nAll set, your next box goes to the new place.\n\n{agent}"),
            customer("The box went to the OLD address. The new tenants ate it, I suppose.", after=4300),
            agent(
                "Hi {first},\n\nOur courier shows order {order} as delivered, so nothing more can be done from "
                "here.\n\n{agent}",
                after=300,
            ),
        ),
        (
            "I asked for the new address, was told all set, and the box went to my old flat. Then I was told "
            "delivered.",
            "Address change confirmed in writing and not done. Box lost, no refund.",
        ),
        "follow-up",
        "The address change was promised and not made; the lost box was neither logged nor replaced.",
        (Logged("general-question", "Asked about delivery address"),),
        findings=("address-or-day-not-changed",),
        corrections=("issue-relogged", "refund-issued"),
        coaching=True,
    ),
    Plot(
        "left-in-rain",
        ("Courier left the box in the rain", "Wet box"),
        (
            customer(
                "Your courier left the box at the curb in pouring rain. The carton fell apart.", files=("curb.jpg",)
            ),
            agent(
                "Hi {first},\n\nI am sorry for the inconvenience. The meals are sealed, so they are safe as long as "
                "the packs were cold. I have added a $10.00 credit for the damaged box and sent your photo to the "
                "courier, with a note to use the porch.\n\n{agent}",
            ),
            note(
                "Damaged packaging logged, food fine per customer's second photo. 10 credit. Porch note on the account."
            ),
        ),
        (
            "Your driver does not care. 10 dollars does not change that.",
            "Food was ok, but a soaked box at the curb? Really?",
        ),
        "no-response",
        "Damaged packaging logged, credit of 10.00 within the guide, delivery note added.",
        (Logged("damaged-box", "Box left in rain"),),
        (Given("credit", "10.00", "Damaged box"),),
        worst=(0, 5),
    ),
)
