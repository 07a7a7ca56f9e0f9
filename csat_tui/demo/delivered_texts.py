"""What careful reviewers write of each plot: summary, reason, what was put right, and the reply to the customer.

Texts have places such as {first} and {order} that each case fills, beside them {rest}, what the order came to without
what was credited before, and {by}, the reviewer's first name.
"""

from dataclasses import dataclass, field

NRN, FOLLOWED_UP, NON_ACTIONABLE = "NRN", "FOLLOWED UP on ticket #{ticket}", "NON-ACTIONABLE"
HEADS = {"no-response": NRN, "follow-up": FOLLOWED_UP, "non-actionable": NON_ACTIONABLE}
"""The first line of a note, for each outcome that finishes a survey ticket."""
TAGS = {"no-response": "csat_nrn", "follow-up": "csat_followup", "non-actionable": "csat_non_actionable"}
FINDINGS = {
    "cancellation-not-done": "Promised cancellation not done",
    "concern-not-solved": "Main concern not solved",
    "better-solution": "A better solution existed",
    "meals-not-changed": "Change of meals not carried out",
    "plan-not-changed": "Change of plan not carried out",
    "address-or-day-not-changed": "Change of address or delivery day not carried out",
    "promo-code-not-applied": "Promotion code not applied",
    "credit-not-applied": "Promised credit not applied",
    "chat-left-no-mail": "Customer left the chat and no e-mail followed",
    "repeated-within-guide": "Concern repeated after it was handled within the guide",
    "handled-by-lead": "Already handled by a lead",
    "issue-relogged": "Issue logged anew",
    "refund-issued": "Refund corrected",
    "credit-issued": "Credit corrected",
}
"""How a note names each finding."""


@dataclass(frozen=True)
class Words:
    """The words of one plot; `short` and `full` are two summaries, `lines` the lines that its findings ask for."""

    short: str
    full: str
    why: str = ""
    outcome: str = ""
    lines: tuple[tuple[str, str], ...] = field(default=())
    resolution: str = ""
    reply: str = ""


CLOSING = "If anything looks different, simply answer this mail and I will see to it the same day."

WORDS = {
    "late-credited": Words(
        "Box a day late, wants more than the credit.",
        "Order {order} came a day late. The customer finds the credit of 15.00 too small for the missed dinner.",
        "Late delivery is logged, and 15.00 is what the guide allows for order {order}.",
        "Credit of 15.00 stands",
    ),
    "spoiled-refunded": Words(
        "Warm box, ice packs melted, refunded in full.",
        "The ice packs of order {order} had melted and the food was warm. {agent} refunded the whole order.",
        "Spoiled food is logged with the photo, and order {order} is refunded in full.",
        "Refund of {total} stands",
    ),
    "missing-item-credited": Words(
        "{item} missing, price credited.",
        "The {item} was missing from the box of order {order}. {agent} credited its price of {item_price}.",
        "Missing item is logged and {item_price} credited for order {order}, as the guide has it.",
        "Credit of {item_price} stands",
    ),
    "left-in-rain": Words(
        "Box left in the rain, carton soaked, food fine.",
        "The courier left the box of order {order} in the rain. The carton was soaked, the food was safe.",
        "Damaged box is logged, 10.00 is within the guide for {order}, and the courier has a note.",
        "Credit of 10.00 stands",
    ),
    "short-tone": Words(
        "Asked about oven time; answer right but curt.",
        "The customer asked how long the {item} goes in the oven. The answer was right, and sounded rude.",
        "The question about the {item} was answered in full; the tone is for {agent}'s coaching.",
        "Question answered",
    ),
    "wrong-item-replaced": Words(
        "Got {item2}, wanted {item}; replacement on its way.",
        "{item2} was packed instead of {item} in order {order}. A replacement travels with the next box.",
        "Wrong item is logged and a replacement added for {order}; sooner cannot be kept cold.",
        "Replacement with the next box",
    ),
    "slow-answer": Words(
        "Question about onions answered after the cut-off.",
        "The customer asked about onions in the {item} and heard from us after the cut-off. The answer was right.",
        "Nothing was promised or charged wrongly for the {item}; the wait is a trend for the recap, {order}.",
        "Swap offered",
    ),
    "double-charge-refunded": Words(
        "Charged twice, second charge refunded.",
        "Order {order} was charged twice. {agent} refunded the second charge and said when the bank shows it.",
        "Double charge is logged and {total} refunded for {order}; the five days are the bank's.",
        "Refund of {total} stands",
    ),
    "price-increase": Words(
        "Unhappy with the new price of the plan.",
        "The customer's plan ({plan}) costs more since this month. {agent} explained it and offered a smaller one.",
        "The price was announced to everybody and explained; the guide gives nothing for {plan}.",
        "Price explained",
    ),
    "skip-too-late": Words(
        "Wanted to skip after the cut-off.",
        "The customer asked to skip a week when order {order} had left. {agent} skipped the two weeks after it.",
        "Past the cut-off nothing more can be done for {order}, and the request is logged.",
        "Next two weeks skipped",
    ),
    "pause-with-gift": Words(
        "Paused for hospital, menu mails stopped.",
        "The customer is in hospital and asked to pause. Order {order} was turned around, the menu mails are off.",
        "Pause and refund for {order} are in the account, and the mails have stopped.",
        "Paused, {total} refunded",
    ),
    "lead-confirmed": Words(
        "Wants three months free, manager said no.",
        "The customer found the {item} small and demands three months free. {lead} confirmed the credit as final.",
        "Handled to the limit of the guide; the survey on {order} repeats the demand.",
        lines=(("By", "{lead}"),),
    ),
    "cancel-after-cutoff": Words(
        "Cancelled after the cut-off, last box charged.",
        "The customer cancelled when order {order} was being packed, and does not want to pay for it.",
        "The cut-off was shown and explained; the charge for {order} is right.",
        lines=(("Handled", "Cancelled, cut-off explained, food bank offered"),),
    ),
    "promo-expired": Words(
        "Expired coupon {code}, lead said the same.",
        "The customer wants {code} honored, which ran out last month. {lead} kept to its terms and to {agent}'s offer.",
        "The terms of {code} are the same for everybody and were explained twice.",
        lines=(("By", "{lead}"),),
    ),
    "cancel-not-done": Words(
        "Cancelled in chat, charged all the same.",
        "The customer cancelled in the chat and was charged for order {order} all the same.",
        "Cancellation is carried out and order {order} refunded.",
        lines=(
            ("Promised", "Cancellation right after the chat"),
            ("Logged now as", "Cancellation"),
            ("Refund", "{total} USD"),
        ),
        resolution="Subscription cancelled, {total} refunded.",
        reply="Thank you for coming back to us about our chat. I am sorry for the inconvenience with your "
        "cancellation. Your subscription is cancelled as of today, and ${total} for order {order} is on its way back "
        "to your card; your bank shows it within five working days.",
    ),
    "double-charge-missed": Words(
        "Charged twice, got a statement instead of a refund.",
        "The customer asked why there are two charges and was sent a statement. The second charge was never refunded.",
        "The second charge for {order} is refunded.",
        lines=(
            ("Main concern", "The second charge"),
            ("Logged now as", "Double charge"),
            ("Refund", "{total} USD"),
        ),
        resolution="Second charge of {total} refunded and explained.",
        reply="Thank you for asking about the two charges, and I am sorry for the confusion with the statement. The "
        "second charge of ${total} was refunded today, and your bank shows it within five working days.",
    ),
    "promo-not-applied": Words(
        "Code {code} promised, discount never given.",
        "The code {code} was promised in the chat and the discount did not appear; the mail had no answer.",
        "The promised discount for {order} is given.",
        lines=(("Code", "{code}"), ("Credit", "20.00 USD")),
        resolution="The 20.00 of the code are credited.",
        reply="Thank you for your mail after our chat about the code {code}. I am sorry for the inconvenience of "
        "having to ask twice. $20.00 is on your account as of today and comes off your next order by itself.",
    ),
    "credit-promised": Words(
        "Credit of 10.00 promised, not on the account.",
        "A credit of 10.00 for the {item} was promised in writing and is not on the account.",
        "The promised credit is given.",
        lines=(("Promised credit", "10.00, by {agent}"), ("Credit", "10.00 USD")),
        resolution="Credit of 10.00 entered.",
        reply="Thank you for writing again about the credit for the {item}. I am sorry for the inconvenience of having "
        "to ask twice. $10.00 is on your account as of today and comes off your next order by itself.",
    ),
    "meals-not-changed": Words(
        "Meal swap confirmed, wrong meals came.",
        "The customer asked to swap the {item} for the {item2}, was told done, and got the {item}.",
        "The swap is made from the next box on.",
        lines=(
            ("Asked for", "{item2} instead of {item}"),
            ("Logged now as", "Wrong item"),
            ("Credit", "10.00 USD"),
        ),
        resolution="Swap made for the next box, 10.00 credited.",
        reply="Thank you for the photo of your box. I am sorry for the inconvenience with the {item}. The {item2} is "
        "in your next box, and a credit of $10.00 is on your account as of today.",
    ),
    "plan-not-updated": Words(
        "Asked for 4 meals, charged for {count}.",
        "The customer was promised the plan with 4 meals a week in the chat and was charged for {count} again.",
        "The plan is changed and a credit given.",
        lines=(("Asked for", "4 meals a week from the next box on"), ("Credit", "10.00 USD")),
        resolution="Plan changed to 4 meals a week, 10.00 credited.",
        reply="Thank you for your mail after our chat about your plan. I am sorry for the inconvenience with the "
        "larger box. Your plan is 4 meals a week as of today, and a credit of $10.00 comes off your next box.",
    ),
    "old-address": Words(
        "Moved, box went to the old address.",
        "The customer had moved to {city} and was told all set. Order {order} went to the old address.",
        "The address is changed and the box refunded.",
        lines=(
            ("Asked for", "New address in {city} from the next box on"),
            ("Logged now as", "Change of address"),
            ("Refund", "{total} USD"),
        ),
        resolution="Address changed, {total} refunded.",
        reply="Thank you for letting us know where your box went, and I am sorry for the inconvenience. Your address "
        "in {city} is in your account as of today, and ${total} for order {order} is on its way back to you; your bank "
        "shows it within five working days.",
    ),
    "late-over-guide": Words(
        "Late, {item} spoiled; food never answered.",
        "Order {order} was two days late and the {item} was spoiled. The credit spoke of the delay alone.",
        "The spoiled {item} is refunded.",
        lines=(
            ("Main concern", "The spoiled {item}"),
            ("Logged now as", "Spoiled food"),
            ("Refund", "{item_price} USD"),
        ),
        resolution="{item} refunded, spoiled food logged.",
        reply="Thank you for telling us about the food that you had to throw away. I am sorry for the inconvenience. "
        "${item_price} for the {item} went back to your card today, and your bank shows it within five working days.",
    ),
    "spoiled-logged-late": Words(
        "Everything warm and sour, logged as late.",
        "Order {order} came warm and the {item} smelled sour. It was answered and logged as a late box.",
        "The rest of the order is refunded.",
        lines=(
            ("Main concern", "Warm, sour food"),
            ("Logged now as", "Spoiled food"),
            ("Refund", "{rest} USD"),
        ),
        resolution="{rest} refunded on top of the credit, spoiled food logged.",
        reply="Thank you for the photos of your box. I am sorry for the inconvenience with the warm food. ${rest} for "
        "order {order} went back to your card today, beside the credit that you have; your bank shows it within five "
        "working days.",
    ),
    "chat-left-open": Words(
        "Left the chat, no mail about the cooking cards.",
        "The customer waited in the chat for the cooking cards of the {item}, had to leave and asked for a mail.",
        "The cards are sent.",
        lines=(("Left open", "Which cooking cards belong to the {item}"),),
        resolution="Cooking cards for the {item} sent by mail.",
        reply="Thank you for chatting with us about order {order}, and I am sorry that our chat ended before you had "
        "your answer. The cooking cards of the {item} are on your account under Recipes as of today.",
    ),
    "skip-not-offered": Words(
        "Away two weeks, sent to cancel instead of skip.",
        "The customer travels for two weeks and likes the boxes. Skipping was not offered, only cancelling.",
        "Two weeks are skipped.",
        lines=(("Better solution", "Skipping two weeks at no cost"),),
        resolution="Next two weeks skipped at the same price.",
        reply="Thank you for wanting to stay while you travel, and I am sorry for the confusion. I have skipped your "
        "boxes for the next two weeks. Your price stays as it is, and both weeks can be switched back on under "
        "Deliveries until Friday.",
    ),
    "misfiled": Words(
        "Meal missing, filed as quality.",
        "The {item} was missing from order {order}. Its price was credited, and it was logged as quality.",
        "The packing team has the report.",
        lines=(("Logged now as", "Missing item"),),
        resolution="Logged as missing item, so that the packing team sees it.",
        reply="Thank you for asking who hears of a missing meal. I am sorry for the inconvenience with the {item}. "
        "Your report is with our packing team as of today, and they check your next box before it leaves.",
    ),
    "refund-still-due": Words(
        "Spoiled food with photos, refund never made.",
        "Half of order {order} was spoiled. The photos were accepted, and the refund was asked for twice.",
        "The order is refunded.",
        lines=(("Main concern", "Refund for the spoiled meals"), ("Refund", "{total} USD")),
        resolution="Order {order} refunded in full.",
        reply="Thank you for the photos and for your patience. I am sorry for the inconvenience with the spoiled "
        "meals. ${total} for order {order} went back to your card today, and your bank shows it within five working "
        "days.",
    ),
    "late-not-logged": Words(
        "Box a day late, not logged, no credit.",
        "Order {order} came a day late. The mail was friendly, and the late delivery was not logged.",
        "The late box is logged and credited.",
        lines=(("Logged now as", "Late delivery"), ("Credit", "15.00 USD")),
        resolution="Late delivery logged, 15.00 credited.",
        reply="Thank you for telling us that your box was late, and I am sorry for the inconvenience. A credit of "
        "$15.00 is on your account as of today and comes off your next box by itself.",
    ),
}
"""Every plot whose outcome finishes the survey ticket."""

REFUSED = "This was our mistake: we failed you and take full responsibility."
"""A sentence that no reply may have."""
NEEDLESS = "Thank you for your survey. I am sorry for the inconvenience, and I have passed your words on today."
"""A reply where the outcome wants none."""
