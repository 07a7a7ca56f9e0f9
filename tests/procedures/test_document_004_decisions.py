"""Source document 004, the shop's quality updates: note formats, statuses, ways of answering, wording."""

from dataclasses import replace

import pytest

from csat_tui.domain.case_wording import wording_errors, wording_of
from csat_tui.domain.composing import objections
from csat_tui.domain.effect import Mail
from csat_tui.domain.formats import parse_note, render_note
from csat_tui.domain.ids import UserId
from csat_tui.domain.playbook import Target
from csat_tui.domain.ticket import Author, Status
from csat_tui.effects.private_note import PrivateNote
from csat_tui.effects.public_reply import PublicReply
from tests.builders import SOURCE_TICKET, a_message, a_ticket, an_account, an_order
from tests.procedures.branches import Branch, case_of, hold, playbook

NAME = "retail"
BOOK = playbook(NAME)

CHECKED = {"concern-read": "yes", "history-checked": "yes", "type-right": "yes", "marketplace": "no"}
CHECKED |= {"supplier-checked": "na", "has-order": "yes", "by-phone": "no"}
CALLED = CHECKED | {"by-phone": "yes"}
NO_ORDER = CHECKED | {"has-order": "no"}

REPLY = "Hi Pat, thank you for contacting us. Your refund is there by Friday."
ORDER = {"order": "4711", "sku": "LMP-1"}
OFFICE = {"source": "social media", "reference": "88", "concern": "Lamp dark", "resolution": "Refund"}
TYPED = ORDER | OFFICE | {"reply": REPLY}
PHONE = "+61 2 5550 0100"
BY_PHONE = ORDER | {"concern": "Lamp dark", "resolution": "Refund", "reply": REPLY, "phone": PHONE}
BARE = {"concern": "Lamp dark", "resolution": "Refund", "reply": REPLY}

NOTE = "note on source: Order ID: 4711 / SKU: LMP-1 / Status"
DONE = "note on survey, solved +survey_answered"
BACK_OFFICE = (
    f"{DONE}: Complaint or inquiry source: social media / Reference: 88 / Issue: Lamp dark"
    " / Resolution or recommendation: Refund"
)
VOICE = (
    f"{DONE}: Complaint or inquiry source: inbound call ({PHONE}) / Issue: Lamp dark"
    " / Resolution or recommendation: Refund"
)
ROW = "tracker: A 2026-03-10 | B 7300001 | C"
END = "H Sol | I Kim Lee"
IS_OPEN = {"source_ticket": a_ticket(status=Status.OPEN)}
IS_HOLD = {"source_ticket": a_ticket(status=Status.HOLD)}
RECAP = (
    "mail to pat@example.com, “Phone hotline recap ({about})”: Thank you for calling our customer service team. This"
    " mail sums up what we talked about on the phone. / - What it was about: Lamp dark / - What was agreed: Refund this"
    " week / We trust that you were helped well. Your case stays open until we both agree that it is settled; should we"
    " need more from you or hear more from our team, we will write to you within 2 business days. / Please do not"
    " answer this mail, for nobody reads what comes back to it. Write to help@example.com instead, whatever else is on"
    " your mind. / With kind regards / Customer experience: Kim Lee"
)
PICKUP = ORDER | OFFICE | {"reply": REPLY, "next-update": "Friday", "pickup-address": "1 Elm St", "parcel": "1 box"}

BRANCHES = [
    # 27 Apr 2020: statuses, one way of answering for each
    *(
        Branch(
            f"status Awaiting reply: {label}",
            "reply-await",
            CHECKED,
            [finding],
            TYPED,
            does=[
                f"reply on source, pending: {REPLY}",
                f"{NOTE}: Awaiting reply / Waiting for: {label}",
                BACK_OFFICE,
                f"{ROW} Awaiting reply | D 4711 | E Lamp dark | F Refund | G {label} | {END}",
            ],
        )
        for finding, label in (
            ("proof", "Proof of the issue"),
            ("acceptance", "Confirmation that our offer is accepted"),
            ("address", "Correct address"),
            ("other-information", "Other information from the customer"),
        )
    ),
    Branch("status Awaiting reply: not for a marketplace's tickets", "reply-await", CHECKED | {"marketplace": "yes"},
           ["proof"], TYPED, refused=["marketplace?” is answered yes"]),
    Branch("status Awaiting reply: not without replying", "reply-await", CHECKED, ["proof"], ORDER | OFFICE,
           refused=["reply to the customer is empty"]),
    Branch("status Awaiting reply: for nothing", "reply-await", CHECKED, (), TYPED, refused=["no awaited is picked"]),
    *(
        Branch(
            f"status In progress: {label}",
            "reply-progress",
            CHECKED,
            [finding],
            TYPED | {"waiting-on": "Purchasing", "next-update": "Friday"},
            does=[
                f"reply on source, hold: {REPLY}",
                f"{NOTE}: In progress / Not resolved yet: {label} / Waiting on: Purchasing / Next update by: Friday",
                BACK_OFFICE,
                f"{ROW} In progress until Friday | D 4711 | E Lamp dark | F Refund | G {label} | {END}",
            ],
        )
        for finding, label in (
            ("supplier-information", "Product information from the purchaser"),
            ("supplier-manual", "Manual from the purchaser"),
            ("supplier-resolution", "Resolution from the purchaser"),
            ("loss-case", "Loss case with the carrier"),
        )
    ),
    Branch("status In progress: no day for the next update", "reply-progress", CHECKED, ["loss-case"],
           TYPED | {"waiting-on": "Carrier"}, refused=["next update by is empty"]),
    Branch("status In progress: not without replying", "reply-progress", CHECKED, ["loss-case"],
           ORDER | OFFICE | {"waiting-on": "Carrier", "next-update": "Friday"}, refused=["reply to the customer is"]),
    Branch(
        "status Resolved: fully answered, or solved",
        "reply-resolve",
        CHECKED,
        words=TYPED,
        does=[
            f"reply on source, solved: {REPLY}",
            f"{NOTE}: Resolved",
            BACK_OFFICE,
            f"{ROW} Resolved | D 4711 | E Lamp dark | F Refund | {END}",
        ],
    ),
    *(
        Branch(
            f"status Open and In progress: to Resolved with a reply ({status})",
            "reply-resolve",
            NO_ORDER,
            words=BARE,
            situation={"source_ticket": a_ticket(status=status)},
            does=[
                f"reply on source, solved: {REPLY}",
                "note on source: Order ID: O-1 / Status: Resolved",
                f"{DONE}: Handled: Resolved / Issue: Lamp dark / Resolution or recommendation: Refund",
                f"{ROW} Resolved | D O-1 | E Lamp dark | F Refund | {END}",
            ],
        )
        for status in (Status.OPEN, Status.HOLD)
    ),
    *(
        Branch(
            f"status Resolved (outside): {label}",
            "resolved-outside",
            CHECKED | {"marketplace": "yes"},
            [finding],
            ORDER | OFFICE | {"answered-at": "case 31"},
            situation=IS_OPEN,
            does=[
                "note on source, solved +resolved_outside: Order ID: 4711 / SKU: LMP-1 / Status: Resolved outside"
                f" / Answered outside: {label} / Where: case 31",
                BACK_OFFICE,
                f"{ROW} Resolved outside | D 4711 | E Lamp dark | F Refund | G {label} | {END}",
            ],
        )
        for finding, label in (
            ("question-answered", "Public question answered on the marketplace"),
            ("case-answered", "Case answered on the marketplace"),
            ("invoice-sent", "Invoice sent through the marketplace"),
            ("order-cancelled", "Order cancelled on the marketplace as asked"),
        )
    ),
    *(
        Branch(
            f"status Closed (no action): {label}",
            "no-action",
            NO_ORDER,
            [finding],
            {"why-none": "Nobody asks anything."},
            situation={"account": None},
            does=[
                "note on source, solved +closed_no_action: Status: Closed, no action / Nothing to answer:"
                f" {label} / Why: Nobody asks anything.",
                f"{DONE}: Handled: Closed, no action / Issue: Not arrived / Why: Nobody asks anything.",
                f"{ROW} Closed, no action | E Not arrived | F Nobody asks anything. | G {label} | {END}",
            ],
        )
        for finding, label in (
            ("cancellation-confirmed", "Marketplace's confirmation of a cancelled order"),
            ("listing-closed", "Public question on a closed listing"),
            ("advertisement", "Newsletter or advertisement"),
        )
    ),
    Branch("status Open: a ticket that a bad survey opened is not closed without a reply", "no-action", NO_ORDER,
           ["advertisement"], {"why-none": "x"}, refused=["is open and may not become “Resolved” without a reply"],
           situation=IS_OPEN),
    Branch("status In progress: not to Resolved without a reply or update", "no-action", NO_ORDER, ["advertisement"],
           {"why-none": "x"}, refused=["is hold and may not become “Resolved” without a reply"], situation=IS_HOLD),
    # 29 Oct 2021, 25 Apr 2019, 22 May 2019: note formats
    Branch("note of the back office: every interaction of a customer with an order", "reply-resolve", CHECKED,
           words=TYPED | {"source": ""}, refused=["source is empty"]),
    Branch("ticket note: order ID and SKU", "reply-resolve", CHECKED, words=OFFICE | {"reply": REPLY},
           refused=["order id is empty", "sku is empty"]),
    Branch(
        "note of the back office for voice: inbound call with the number",
        "reply-resolve",
        CALLED,
        words=BY_PHONE,
        does=[
            f"reply on source, solved: {REPLY}",
            f"{NOTE}: Resolved",
            VOICE,
            f"{ROW} Resolved | D 4711 | E Lamp dark | F Refund | {END}",
        ],
    ),
    Branch("note of the back office for voice: no number", "reply-resolve", CALLED, words=BY_PHONE | {"phone": ""},
           refused=["phone number is empty"]),
    # 15 Oct 2020: recap mail
    Branch(
        "recap mail of a call, with its own line in the back office",
        "call-recap",
        CALLED,
        words=BY_PHONE | {"advised": "Refund this week"},
        does=[
            RECAP.replace("{about}", "Order 4711"),
            f"{NOTE}: Recap of a call",
            "note on survey: Ticket ID: 7300001 / The recap of the call was mailed to the customer.",
            VOICE,
            f"{ROW} Call recap sent | D 4711 | E Lamp dark | F Refund | {END}",
        ],
    ),
    Branch("recap mail of a call: the customer has not called", "call-recap", CHECKED,
           words=TYPED | {"advised": "x"}, refused=["call?” is answered no"]),
    Branch("recap mail of a call: no address", "call-recap", CALLED, words=BY_PHONE | {"advised": "x"},
           refused=["there is no mail address here"],
           situation={"source_ticket": None, "survey_ticket": a_ticket(id=9900001, requester_email=""),
                      "survey": replace(case_of(NAME, {}).survey, customer="", source_ticket_id=None)}),
    # 5 Feb 2018: pick-up request
    Branch(
        "pick-up request: subject with the order ID; the customer is told, the ticket stays in progress",
        "pickup",
        CHECKED,
        words=PICKUP,
        does=[
            f"reply on source, hold: {REPLY}",
            "mail to pickups@example.com, “PICK UP REQUEST (ORDER ID: 4711)”: Please pick up a return."
            " / Order ID: 4711 / SKU: LMP-1 / Pick up at: 1 Elm St / Parcel: 1 box / Requested by: Kim Lee",
            f"{NOTE}: Pick-up request / Next update by: Friday",
            BACK_OFFICE,
            f"{ROW} Pick-up requested | D 4711 | E Lamp dark | F Refund | {END}",
        ],
    ),
    Branch("pick-up request: without an order there is none", "pickup", NO_ORDER, words=PICKUP,
           refused=["order behind it?” is answered no"]),
    # 8 Jul 2016: type; 9 May 2019: history; 25 Apr 2019, 5: supplier
    Branch("type of the ticket: it is scored, so it is right first", "reply-resolve", CHECKED | {"type-right": "no"},
           words=TYPED, refused=["type right?” is answered no"]),
    Branch("ticket history, 1: always looked through before answering", "reply-resolve",
           CHECKED | {"history-checked": "no"}, words=TYPED, refused=["answered no"]),
    Branch("supplier's resolution: not yet rewritten and checked by the expert", "reply-resolve",
           CHECKED | {"supplier-checked": "no"}, words=TYPED, refused=["subject-matter expert?” is answered no"]),
    Branch(
        "supplier's resolution: checked by the expert first",
        "ask-expert",
        CHECKED,
        words={"ask": "They say it resets itself."},
        does=[
            "question to experts: They say it resets itself. / Ticket #7300001, order O-1, SKU / Issue: Not arrived"
            " / Asked by Kim Lee"
        ],
    ),
    Branch("supplier's words as they came", "reply-resolve", CHECKED | {"supplier-checked": "yes"},
           words=TYPED | {"reply": f"{REPLY} Please advise the customer to reset it."},
           refused=["was written by or for a supplier"]),
]  # fmt: skip


@pytest.mark.parametrize("branch", BRANCHES, ids=str)
def test_decision(branch: Branch) -> None:
    hold(NAME, branch)


OURS = a_message(id=502, author=Author.AGENT, body="Here you are.")
OPEN_TICKET, HOLD_TICKET, NEW_TICKET = (a_ticket(status=status) for status in (Status.OPEN, Status.HOLD, Status.NEW))


def note(status: Status, *tags: str) -> PrivateNote:
    return PrivateNote(SOURCE_TICKET, "x", status, tags)


@pytest.mark.parametrize(
    ("name", "ticket", "messages", "effects", "sentence"),
    [
        ("Awaiting reply without a reply", NEW_TICKET, (), [note(Status.PENDING)],
         "“Awaiting reply” may be set on ticket #7300001 only with a reply"),
        ("Awaiting reply after our reply", NEW_TICKET, (a_message(), OURS), [note(Status.PENDING)], ""),
        ("Awaiting reply with a reply", NEW_TICKET, (), [PublicReply(SOURCE_TICKET, "x", Status.PENDING)], ""),
        ("In progress without a reply", OPEN_TICKET, (), [note(Status.HOLD)],
         "“In progress” may be set on ticket #7300001 only with a reply"),
        ("In progress to Resolved", HOLD_TICKET, (), [note(Status.SOLVED)],
         "ticket #7300001 is hold and may not become “Resolved” without a reply"),
        ("In progress to Resolved with a reply", HOLD_TICKET, (), [PublicReply(SOURCE_TICKET, "x", Status.SOLVED)], ""),
        ("Open to Resolved", OPEN_TICKET, (), [note(Status.SOLVED)],
         "ticket #7300001 is open and may not become “Resolved” without a reply"),
        ("Open to Resolved, answered by mail", OPEN_TICKET, (),
         [Mail(("pat@example.com",), "s", "b"), note(Status.SOLVED)], ""),
        ("Open to Resolved (outside)", OPEN_TICKET, (), [note(Status.SOLVED, "resolved_outside")], ""),
        ("New to Closed (no action)", NEW_TICKET, (), [note(Status.SOLVED, "closed_no_action")], ""),
    ],
)  # fmt: skip
def test_status_guard(name, ticket, messages, effects, sentence):
    case = case_of(NAME, {}, source_ticket=ticket, messages=messages)
    said = list(objections(case, effects, BOOK.guards))
    assert len(said) == bool(sentence)
    assert all(one.startswith(sentence) for one in said)


def test_open_and_new_are_set_by_the_system_alone():
    own = {(guard.label, guard.status, guard.on) for guard in BOOK.guards if guard.by_system}
    assert own == {("Open", Status.OPEN, Target.SOURCE), ("New", Status.NEW, Target.SOURCE)}


@pytest.mark.parametrize(
    ("name", "form", "words", "text"),
    [
        ("ticket note", "ticket-note", ORDER, "Order ID: 4711\nSKU: LMP-1"),
        (
            "back office",
            "back-office",
            OFFICE,
            "Complaint or inquiry source: social media\nReference: 88\nIssue: Lamp dark\n"
            "Resolution or recommendation: Refund",
        ),
        (
            "back office, voice",
            "back-office-voice",
            {"phone": PHONE, "concern": "Lamp dark", "resolution": "Refund"},
            f"Complaint or inquiry source: inbound call ({PHONE})\nIssue: Lamp dark\n"
            "Resolution or recommendation: Refund",
        ),
        (
            "recap's line",
            "recap-sent",
            {"ticket": "7300001"},
            "Ticket ID: 7300001\nThe recap of the call was mailed to the customer.",
        ),
    ],
)
def test_note_format_is_written_and_read_back(name, form, words, text):
    assert render_note(BOOK.formats[form], words) == text
    assert parse_note(BOOK.formats[form], text).fields == words


@pytest.mark.parametrize(
    ("name", "ticket", "account", "source", "phone", "order", "sku"),
    [
        ("mail", a_ticket(), an_account(orders=(an_order(id="4711", skus=("LMP-1",)),), issues=(), accommodations=()),
         "e-mail", "", "4711", "LMP-1"),
        ("call", a_ticket(channel="voice", subject=f"Call from {PHONE}"), an_account(orders=(), issues=()),
         f"inbound call ({PHONE})", PHONE, "", ""),
        ("chat", a_ticket(channel="chat"), None, "chat", "", "", ""),
    ],
)  # fmt: skip
def test_note_fields_are_filled_from_ticket_and_order(name, ticket, account, source, phone, order, sku):
    from csat_tui.domain.decide import prefill

    case = case_of(NAME, CALLED if phone else CHECKED, source_ticket=ticket, account=account)
    filled = prefill(case, BOOK.outcome("reply-resolve"), (), BOOK)
    found = {name: filled.get(name, "") for name in ("order", "sku", "phone")}
    assert found == {"order": order, "sku": sku, "phone": phone}
    assert filled.get("source", source) == source


GREETED = "Hi Pat, thank you for contacting us. It is there by Friday."


@pytest.mark.parametrize(
    ("name", "text", "channel", "rules"),
    [
        ("2: thank you for the contact", GREETED, "email", set()),
        ("2: not acknowledged", "Hi Pat, it is there by Friday.", "email", {"acknowledge"}),
        ("3: no recap after a chat", GREETED, "chat", {"recap"}),
        ("3: no recap after a call", GREETED, "voice", {"recap"}),
        ("3: no recap after a message on social media", GREETED, "facebook", {"recap"}),
        ("3: recap after a chat", f"{GREETED} In our chat we agreed on it.", "chat", set()),
        ("4: NO", f"{GREETED} No, it is sold out.", "email", {"say-what-can-be-done"}),
        ("4: CANNOT", f"{GREETED} We cannot change it.", "email", {"say-what-can-be-done"}),
        ("4: other negative words", f"{GREETED} Unfortunately it is late.", "email", {"positive"}),
        ("5: a supplier's message", f"{GREETED} Please advise the customer to wait.", "email", {"rewrite-forwarded"}),
        ("photos in the conversation", f"{GREETED} Send a photo to x@example.com.", "email", {"photos-here"}),
        ("XXXXXXXX is changed to the order ID", f"{GREETED} Order XXXXXXXX.", "email", {"unfilled"}),
        ("no update is promised", "Hi Pat, thank you. We look into it.", "email", {"next-update"}),
    ],
)
def test_wording(name, text, channel, rules):
    case = case_of(NAME, {}, source_ticket=a_ticket(channel=channel, requester_id=UserId(11)))
    assert {remark.rule_id for remark in wording_of(case, "reply", text, BOOK)} == rules


def test_a_supplier_s_words_and_unfilled_places_never_reach_the_customer():
    for text in ("FYI, it is covered.", "Your order XXXXXXXX"):
        assert wording_errors(case_of(NAME, {}), "reply", text, BOOK)


def test_postage_quotes_name_the_suburb():
    (saved,) = (one for one in BOOK.saved_replies if one.id == "postage-quote")
    assert "SUBURB" in saved.text
