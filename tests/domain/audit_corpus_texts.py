"""The words of the audit corpus: concerns with their summaries, rationales, replies and transcripts, all made up.

They are one list of texts, read side by side, and so one long module.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Concern:
    """What a customer wrote in the survey, and how a good agent sums it up.

    `issue` is the guide's entry that it belongs to; empty where it belongs to none. With `near`, the summary uses the
    customer's words; otherwise it paraphrases. `language` is the comment's.
    """

    issue: str
    comment: str
    summary: str
    near: bool = False
    language: str = "en"


PAIRS = (
    Concern("late-delivery", "My box was two days late and nobody could tell me why.",
            "Box came two days late, no explanation from us.", True),
    Concern("late-delivery", "Waited at home all Thursday for dinner that showed up on Saturday.",
            "Shipment reached her after the agreed day; she took time off for it."),
    Concern("late-delivery", "it never arrived. i fed my kids cereal",
            "Parcel lost by the courier, family went without the planned dinners."),
    Concern("late-delivery", "Third time in a row the delivery was late!!!", "Third late delivery in a row.", True),
    Concern("late-delivery", "where is my box??? day 4", "Carrier lost track of the shipment."),
    Concern("late-delivery", "The driver was late again and I had to throw my evening out the window",
            "Courier behind schedule repeatedly, plans ruined."),
    Concern("late-delivery", "Delayed again. I plan my week around you guys and you just don't show.",
            "Delay upset the customer's plans for the week.", True),
    Concern("late-delivery", "Came when I had already gone shopping, so what is the point",
            "Meals reached the household after the due date and were no use any more."),
    Concern("double-charge", "I was charged twice for one order.", "Customer charged twice for the same order.", True),
    Concern("double-charge", "You took the money from my card two times, then acted like I was crazy",
            "Duplicate payment, felt disbelieved by the first agent."),
    Concern("double-charge", "Bank shows the same amount on Monday and on Tuesday. One box!",
            "Same amount debited on two days for a single box.", True),
    Concern("double-charge", "double billing, again.", "Payment for this week's shipment went through a second time."),
    Concern("double-charge", "My account went into overdraft because of your second charge. Humiliating.",
            "Duplicate charge overdrew the customer's account.", True),
    Concern("double-charge", "how can one dinner kit cost me 120 bucks", "Paid for the same order two times over."),
    Concern("missing-item", "Two meals missing from the box.", "Two meals missing.", True),
    Concern("missing-item", "No salmon. I paid for salmon. Explain that to me.", "One of the dinners wasn't packed."),
    Concern("missing-item", "Opened the box and there were only four dinners, not six",
            "Box incomplete: four of six dinners.", True),
    Concern("missing-item", "my daughters birthday cake was the one thing you left out",
            "Item not packed, spoiled a family celebration."),
    Concern("missing-item", "The sauce packet was not in the bag so the whole recipe was useless",
            "Ingredient absent, cooking not possible."),
    Concern("missing-item", "something missing every single time", "Contents short on several deliveries."),
    Concern("cancellation", "I cancelled in March and you sent a box in April.",
            "Cancelled in March, box sent in April.", True),
    Concern("cancellation", "Three emails to get out of this. Three!", "Had to write repeatedly to end the plan."),
    Concern("cancellation", "It should not take a phone call to quit.",
            "Wanted to leave the service online and was made to ring us."),
    Concern("cancellation", "Please just cancel my account and leave me alone",
            "Wants the account to be closed.", True),
    Concern("cancellation", "Paused for the holidays, came home to a stack of groceries on the porch.",
            "Hold over vacation was not respected, deliveries went on."),
    Concern("cancellation", "They kept trying to talk me out of it",
            "Retention offers instead of simply closing the membership."),
    Concern("cancellation", "stop the subscription means stop the subscription",
            "Subscription went on after the request to stop.", True),
    Concern("promo-code", "The code from your flyer did not work.", "Flyer code was refused at checkout.", True),
    Concern("promo-code", "40% off they said. Full price they took.",
            "Advertised new-customer discount is not on the invoice."),
    Concern("promo-code", "My friend's referral gave me nothing.", "Bonus for bringing a friend not granted.", True),
    Concern("promo-code", "felt tricked by the ad, paid more than it said",
            "Promotion of the campaign was not honoured on the first bill."),
    Concern("promo-code", "voucher ran out one day before, could have been kinder about it",
            "Gift card past its date, wanted goodwill."),
    Concern("promo-code", "No discount, no answer, no thanks.", "Discount missing from the order.", True),
    Concern("address-change", "I moved and told you. Box went to the old address.",
            "Moved; box went to the old address.", True),
    Concern("address-change", "The new tenants are enjoying my dinners I guess",
            "Shipment delivered at the previous residence after relocation."),
    Concern("address-change", "You changed my delivery day without asking. Change my delivery day back!",
            "Delivery day changed without consent.", True),
    Concern("address-change", "asked for thursday got tuesday", "Slot wasn't what had been agreed."),
    Concern("address-change", "Wrong house, again, three mails later", "Building on file still outdated."),
    Concern("damaged-box", "The box was crushed and the eggs were broken.", "Box crushed, eggs broken.", True),
    Concern("damaged-box", "looked like somebody drove a truck over it", "Carton arrived in bad shape."),
    Concern("damaged-box", "Everything soaked, cardboard coming off in my hands", "Packaging was wet on delivery."),
    Concern("damaged-box", "Left in the pouring rain by your driver.", "Parcel put down outside in bad weather."),
    Concern("damaged-box", "Leaking container all over my hallway carpet",
            "Container leaked on the customer's carpet.", True),
    Concern("quality", "Chicken was dry and the rice was mushy.", "Dry chicken, mushy rice.", True),
    Concern("quality", "My dog wouldn't eat it.", "Unhappy with how the meal tasted."),
    Concern("quality", "For this money I expect more than three slices of carrot",
            "Portions felt too small to the customer."),
    Concern("quality", "portions keep getting smaller, small portions for big money", "Portions getting smaller.",
            True),
    Concern("quality", "Like chewing wet paper. Literally nothing there.", "Bland dish."),
    Concern("quality", "poor quality vegetables, brown salad", "Greens not fresh."),
    Concern("allergen", "My son is allergic to peanuts and there was no label.",
            "Peanuts, allergic son in the family, label did not show it.", True),
    Concern("allergen", "ended up in the emergency room thanks to your sesame oil",
            "Reaction after eating; ingredient wasn't declared."),
    Concern("allergen", "gluten was not listed", "Undeclared wheat in a dish, customer is coeliac."),
    Concern("allergen", "As someone with an intolerance I have to be able to trust your cards",
            "Customer has a lactose intolerance and the recipe card left milk out.", True),
    Concern("spoiled-food", "The fish smelled bad and the ice packs were melted.",
    "Fish smelled off, ice packs melted.",
            True),
    Concern("spoiled-food", "Threw all of it in the bin, could not risk it with a baby",
            "Food arrived warm and was not safe to eat."),
    Concern("spoiled-food", "mouldy berries", "Fruit was past its best on arrival."),
    Concern("spoiled-food", "two nights with stomach cramps after your pork",
            "Customer fell ill, meat had likely turned in transit."),
    Concern("wrong-item", "Got somebody else's box.", "Received another customer's box.", True),
    Concern("wrong-item", "I am vegan. You sent me beef.", "Meat delivered to a plant-based subscriber."),
    Concern("wrong-item", "ordered the trout but received the lentils", "Lentils sent, trout was ordered.", True),
    Concern("wrong-item", "not what I asked for at all", "Selection mixed up in packing."),
    Concern("subscription-change", "I asked to swap the meals and I got the standard menu.",
            "Swap of meals was asked for and not made.", True),
    Concern("subscription-change", "Still on the big plan, two of us can't eat that much",
            "Downsizing to fewer dinners hadn't gone through."),
    Concern("subscription-change", "Skipped this week in the app, got a box anyway",
            "Week marked as skipped was shipped all the same.", True),
    Concern("subscription-change", "vegetarian option keeps flipping back to meat",
            "Diet preference does not stick in the profile."),
    Concern("general-question", "How long do I cook the trout? Nobody answered.", "Asked how long to cook the trout.",
            True),
    Concern("general-question", "Prices went up and no one said a word", "Unhappy about the new rates."),
    Concern("general-question", "too expensive now", "Cost of the service is the concern."),
    Concern("", "Your agent was rude to me.", "Felt the agent was rude.", True),
    Concern("", "I had to explain everything four times to four people.",
            "Passed around between colleagues, story repeated."),
    Concern("", "45 minutes of hold music", "Long wait on the phone line."),
    Concern("", "The app logs me out every time I open it", "App logs the customer out.", True),
    Concern("", "so much plastic. think of the planet", "Complains about packaging waste."),
    Concern("", "It felt like talking to a robot.", "Canned answers, nothing personal."),
    Concern("", "I sat next to the phone all Sunday", "Was waiting to hear from us by telephone, in vain.", True),
    Concern("", "your website is a maze", "Could not find the contact form online."),
    Concern("", "I cried after that call. Just so you know.", "Very upset by the tone of the conversation."),
    Concern("", "survey is too long", "Dislikes the questionnaire."),
    Concern("", "I want to speak to a manager", "Escalation to a manager was asked for.", True),
    Concern("", "Your courier parks on my lawn", "Driver leaves tyre marks in the front garden."),
    Concern("", "ok i guess", "No clear reason given, lukewarm about the contact."),
    Concern("", "chat closed on me mid sentence", "Chat ended before the customer was done.", True),
    Concern("", "I was typing and suddenly gone, had to leave for work", "Live conversation broke off too early."),
)  # fmt: skip
"""Concerns in English with their summaries, each written by hand."""

FOREIGN = (
    Concern("late-delivery", "La caja llegó dos días tarde y nadie me avisó.",
            "Box two days late and no notice given, comment in Spanish.", language="es"),
    Concern("double-charge", "Me cobraron dos veces el mismo pedido, es una vergüenza.",
            "Duplicate payment for one order.", language="es"),
    Concern("missing-item", "Faltaba una de las comidas y el agente no me hizo caso.",
            "One dinner not packed, felt ignored.", language="es"),
    Concern("", "Muy mala atención, hablé con tres personas y todas me dijeron algo diferente.",
            "Three colleagues gave three different answers (translated).", language="es"),
    Concern("damaged-box", "Das Paket kam völlig zerdrückt an und alles darin war nass.",
            "Carton crushed, contents wet; German comment.", language="de"),
    Concern("cancellation", "Ich habe schon im März gekündigt und trotzdem kam wieder eine Lieferung.",
            "Ended the plan in March, another shipment came.", language="de"),
    Concern("quality", "Das Essen war fade und die Portion winzig, das ist sein Geld nicht wert.",
            "Bland food and small portions, poor value.", language="de"),
    Concern("promo-code", "Der Gutschein aus der Werbung hat bei der Bestellung nicht funktioniert.",
            "Voucher from the advert did not work at checkout.", language="de"),
)  # fmt: skip
"""Concerns in other languages with English summaries."""

FEELINGS = (
    "I am so done.", "Really disappointed.", "Honestly heartbroken.", "UNBELIEVABLE.", "My husband is furious.",
    "I used to love you people.", "Shame on all of this!!", "sorry but this is a joke", "Do better.",
    "I expected more.",
    "Five years I have been with you.", "I felt so small.", "What a mess :(",
)  # fmt: skip
"""Sentences that a customer adds, about no matter in particular."""

NO_COMMENT = {
    "late-delivery": "No comment. Ticket was about a late box.", "double-charge": "No words in survey; charged twice.",
    "missing-item": "Left no comment, wrote to us over a missing meal.",
    "cancellation": "No comment in the survey, contact was a cancellation.",
    "promo-code": "Survey without words. Promo code question in the ticket.",
    "address-change": "Comment box empty; ticket asks for a change of address.",
    "damaged-box": "Nothing written. Contact: damaged box.", "quality": "No comment, ticket speaks of bland food.",
    "allergen": "No comment; allergy question in the ticket.", "spoiled-food": "No comment. Food came warm.",
    "wrong-item": "Comment empty, ticket: wrong meal.", "general-question": "No comment, asked about cooking times.",
    "subscription-change": "No comment left, wanted another plan.", "": "No comment; short contact about the account.",
}  # fmt: skip
"""Summaries of contacts whose survey has no comment, by issue."""

TICKET_WORDS = {
    "late-delivery": ("Hello, my delivery was late. Can you check?", "The box has not come, what now?"),
    "double-charge": ("I see two charges for one order.", "Was I charged twice here? Please check."),
    "missing-item": ("One meal is missing from my box.", "There is a dish missing today."),
    "cancellation": ("I would like to cancel.", "Please cancel the subscription for me."),
    "promo-code": ("The promo code is refused.", "I have a voucher, how can I use it?"),
    "address-change": ("I moved, here is my new address.", "Please note a change of address."),
    "damaged-box": ("The box was damaged on one side.", "A crushed box today, see the picture."),
    "quality": ("The food was bland this week.", "Dinner was too salty for us."),
    "allergen": ("I have an allergy, is there sesame in this?", "Do you list allergens?"),
    "spoiled-food": ("The chicken came warm.", "I think the fish was spoiled."),
    "wrong-item": ("I got the wrong meal today.", "You delivered the wrong box to me."),
    "subscription-change": ("Can I change my plan?", "Please swap a meal for next week."),
    "general-question": ("How long do I cook this?", "How do I reheat it in the oven?"),
    "": ("Hello, I have a question for you.", "Can somebody look at my account, please?"),
}
"""How a customer begins the ticket, by issue."""

FIRST_ANSWERS = {
    "credit": ("Sorry for the wait. I have added a credit of {amount} to your account.",
               "Thanks for telling us! I've applied a {amount} credit to your account."),
    "refund": ("Sorry about that. I have refunded {amount} to your card.", "I have issued a refund of {amount}."),
    "replacement": ("I have sent you a replacement box.", "A replacement is on its way to you."),
    "": ("Thank you for telling us, I have read this with care.", "Thanks for the details. That helps our kitchen."),
    "cancel": ("I have cancelled your subscription.", "Your subscription has been cancelled."),
    "plan": ("I have changed your plan to 4 meals a week.", "I've switched your plan to 4 meals a week."),
    "meals": ("I have swapped the meals in your next box.",),
    "address": ("I have updated your address.", "I've changed your delivery day."),
}  # fmt: skip
"""What the first agent answered, by what was given or promised."""

RATIONALES = (
    "Fifteen dollars is what the guide gives and she got it the same morning.",
    "First answer came within the hour and settled the question for good.",
    "Courier confirmed the weather stop; our part was done as it should be.",
    "He was told the truth, he merely dislikes it.",
    "Replacement left the warehouse on Tuesday, tracking shows it on the doorstep.",
    "Nothing open on account, ratings are about the carrier.",
    "The colleague explained the new prices twice, patiently, with examples.",
    "Money is back on the card according to the payment log.",
    "Customer thanked us at the end of the ticket, so a further mail would only annoy.",
    "Checked transcript and account line by line and found them in agreement.",
    "Wish for more vegetarian dishes went to the menu people already.",
    "Credit used on the very next order.",
    "Complaint concerns the driver's manners; carrier has been informed by logistics.",
    "Low marks for speed only, and forty minutes is a fair time on a Monday.",
    "Every question in the thread has an answer under it.",
    "Agent offered both options from the list, customer chose the cheaper.",
    "Issue was filed under the proper heading with photo attached.",
    "I see no promise that we have not met.",
    "Ratings look mixed up: words are friendly, numbers are low.",
    "Parcel handed over in time; neighbour took it in by mistake.",
    "The allowance for this kind of thing has been paid out fully.",
    "Our records match her story, and what is due was given.",
    "Chat closed with thanks from both sides.",
    "Reason for the ones is the recipe card design, known and planned for autumn.",
    "A second apology adds nothing new here, the first was heartfelt.",
    "Sol did a careful job and even rang the depot.",
    "Tone was warm throughout, solution quick, amount correct.",
    "Closing date of the membership agrees with the request of that day.",
    "The guide knows no compensation for a dislike of packaging.",
    "Customer confirms in the last message that all arrived.",
    "Refunded before the survey even went out.",
    "Survey probably meant for a different shop, mentions shoes.",
    "Photo shows a dent and not a leak; ten dollars fits that.",
    "Asked for a manager, got one, and they parted on good terms.",
    "Swap deadline is printed in the app and had passed by two days.",
    "Feedback on the hold music belongs to telephony, passed along.",
    "Order totals, bank entry and invoice are identical.",
    "Nobody could have answered quicker on a public holiday.",
    "Voucher had run out in January; goodwill was granted anyway.",
    "Address in the profile is the one she typed herself.",
    "Our answer quoted the label word for word, as food safety wants it.",
    "Pure venting about winter roads.",
    "New box accepted, customer rated before tasting it.",
    "Plan change visible since Friday, first delivery under it went fine.",
    "What is asked for would need a third credit inside a month.",
    "Duplicate entry was a reservation that the bank has since released.",
    "Good handling, unlucky timing, no loose ends.",
    "She rated the price rise, and we cannot discuss that one by one.",
    "Language barrier solved by translation tool, meaning came across.",
    "Kitchen was told about the salt level, that closes it for us.",
    "Marks given by a family member as the comment itself explains.",
    "Compared with last month's ticket everything asked then is done now.",
    "Cook time was sent as a picture, twice.",
    "Long wait on the line was announced on the website that day.",
    "Agent stayed after shift to finish this conversation.",
    "Delivery window met by ten minutes, see driver scan.",
    "Gift recipient reacted, buyer is content as per later mail.",
    "There is simply no action left for anyone on the team.",
    "Two colleagues looked at this independently and agree.",
    "Amount, order number and date in our answer are all right.",
)
"""Why an outcome is right, each of its own; no two share four words in a row."""

SHORT_RATIONALES = ("Within guide.", "All in order.", "Nothing open.")
"""Rationales of fewer than four words, which somebody may write again and again."""

REPLIES = {
    "credit": (
        "Hi {first},\n\nthank you for telling us about this. I am sorry for the inconvenience. A credit of {amount} "
        "is on "
        "your account today and comes off your next order.\n\nKind regards\n{agent}",
        "Dear {first},\n\nI have read your message with care, and I am sorry about the trouble around order {order}. "
        "As "
        "of now {amount} are waiting on your account for the next box.\n\nWarm regards\n{agent}",
        "Hello {first}, thanks for your honest words and sorry for the confusion. I put a credit of {amount} on your "
        "account this morning. {agent}",
    ),
    "refund": (
        "Hi {first},\n\nthank you for your patience. I am sorry for the inconvenience. {amount} for order {order} "
        "are on "
        "their way back to your card and arrive within five days.\n\nKind regards\n{agent}",
        "Dear {first},\n\nthank you for pointing this out, I am sorry for the worry. I refunded {amount} today; your "
        "bank "
        "shows it by Friday.\n\nBest wishes\n{agent}",
    ),
    "cancel": (
        "Hi {first},\n\nthank you for your feedback. I am sorry for the confusion about your subscription. It is "
        "cancelled "
        "as of today, and you receive a confirmation by mail within the hour.\n\nKind regards\n{agent}",
        "Hello {first}, thanks for your note, and I'm sorry for the extra effort. Your plan ended this morning. All "
        "the "
        "best, {agent}",
    ),
    "plan": (
        "Hi {first},\n\nthank you for letting us know. I am sorry for the inconvenience. Your account shows 4 meals "
        "a week "
        "from today on.\n\nKind regards\n{agent}",
    ),
    "change": (
        "Hi {first},\n\nthank you for letting us know, and I am sorry for the inconvenience. The change that you "
        "asked for "
        "holds from today on; the next box on Thursday comes with it.\n\nKind regards\n{agent}",
    ),
    "explain": (
        "Hi {first},\n\nthank you for your honest words. I am sorry for the confusion. In short: your box is packed "
        "two "
        "days before it leaves, and until then everything can be changed in the app today.\n\nKind regards\n{agent}",
        "Dear {first},\n\nthank you for chatting with us on Monday. I am sorry that our conversation ended early. "
        "You asked "
        "about your next box: it is planned for Thursday.\n\nKind regards\n{agent}",
        "Hello {first}, I have read what you wrote and I am sorry for the trouble. The kitchen reads such words every "
        "Friday, and yours are among them today. Thank you, {agent}",
    ),
}
"""Clean replies, by what was put right."""

ACKNOWLEDGEMENTS = (
    "Hi {first},\n\nthank you for taking the time to tell us how this felt. I am sorry for the inconvenience. Your "
    "words "
    "are with the kitchen today.\n\nKind regards\n{agent}",
    "Dear {first},\n\nthank you for your feedback. I am sorry that the week did not go as you had planned it. I read "
    "every "
    "line today, and I am glad that you are with us.\n\nWarm regards\n{agent}",
    "Hello {first}, thanks for being so open with us. I am sorry about the stress. It means a lot that you wrote, "
    "today "
    "of all days. {agent}",
    "Hi {first}, thank you! I am sorry this left a sour note. We talked about your words in this morning's meeting. "
    "Take care, {agent}",
    "Dear {first},\n\nI appreciate that you told us. I am sorry for the wait, and I see how long an evening is with "
    "hungry "
    "children. The team reads your words on Monday.\n\n{agent}",
)
"""Clean replies that put nothing right."""

FOREIGN_ACKNOWLEDGEMENTS = {
    "es": "Hola {first}:\n\nGracias por contarnos cómo fue. Lamento las molestias y hoy mismo lo leyó todo el "
    "equipo.\n\n"
    "Un saludo\n{agent}",
    "de": "Hallo {first},\n\nvielen Dank für die offenen Worte. Die Umstände tun mir leid; das Team hat sie heute "
    "gelesen."
    "\n\nHerzliche Grüße\n{agent}",
}
"""Clean replies in the customer's language."""

ADMISSIONS = (
    "This was our mistake.", "We really messed this one up.", "We should have told you sooner.",
    "There was an error on our side.", "We failed to look at it in time.", "Your first message was overlooked.",
    "We take full responsibility for that.", "I forgot to press the button when we spoke.",
    "You were given incorrect information by our team.",
)  # fmt: skip
"""Sentences that admit a fault."""

INTERNALS = (
    "Our accommodation guide lets me offer this much.", "I can see in Zendesk that you wrote to us before.",
    "I have tagged your ticket as csat_followup.", "We are only allowed to give 15 dollars for this.",
    "The case was an NRN at first.", "I will mention it in the agent's coaching.",
)  # fmt: skip
"""Sentences that say what is internal."""

UNFILLED = ("You will see it by [DATE].", "This is about order XXXXXXXX.", "Your reference is {{ticket.id}}.")
"""Sentences that are still to be filled in."""

FORWARDED = (
    "FYI, the carrier had a strike.", "---- Original message ----\nFrom: depot@example.com",
    "Please advise the customer that it left the depot.",
)  # fmt: skip
"""Words that were written by or for a supplier."""

GENERIC_SUMMARIES = (
    "See ticket.", "Checked, fine.", "Reviewed as per procedure.", "Low survey reviewed.", "Standard situation.",
    "Handled.", "Case looked at, done.", "Nothing special.", "Usual feedback.", "As discussed in the huddle.",
    "Survey processed.", "Negative rating received.", "same as before",
)  # fmt: skip
"""Summaries that say nothing of the concern."""

QUESTIONS = (
    "Can logistics say why the depot held it? Robin to look.", "Is a second credit possible here? Lead to decide.",
    "Payments to check whether the reservation was released.",
    "Whether the label was printed before the recipe changed.",
    "Food safety has to see the photos, asked Amal.", "Bug in the app? Product team to reproduce.",
    "Who promised the call, telephony log needed.", "Legal wants to read this one first.",
)  # fmt: skip
"""What is still open, and who looks at it."""

FREE_NOTES = (
    "Looked at #{ticket}, all good from my side. {summary}", "checked. {summary} nothing to do imo",
    "Hey team, I read through this one. {summary} I think we can leave it at that :)",
    "{summary}\n\n{rationale}", "Issue: {summary}\nAction taken: read ticket\nResult: closed",
    "Called the depot about it. They will tell me tomorrow.", "No response needed because {rationale}",
    "Spoke to the cx, {summary} Wrote back and closed it.", "done", "dup of the one I did this morning, same cx",
    "* concern: {summary}\n* root cause: carrier\n* next: none",
)  # fmt: skip
"""Notes of people who follow no format."""

TOP_LINES = (
    "Hi all, see below",
    "(copy of my note from the other ticket)",
    "--- review ---",
    "@Robin pls double check",
)
"""Lines that somebody types above a note and that no format has."""

LATER_CUSTOMER_WORDS = ("Any news on this?", "I am writing again about the same thing.", "Hello? Anybody?")
"""What a customer writes who repeats a concern."""
