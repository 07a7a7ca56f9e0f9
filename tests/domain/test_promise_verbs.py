"""Every verb by which an agent takes something on is heard: said of what will be done, is done, and is being done."""

from collections.abc import Iterator

import pytest

from csat_tui.domain.promises.reading import promises_in

VERBS = [
    # (kind, as in “I will …”, as in “I have …”, as in “I am …”, what it is about)
    ("cancel", "remove/take/unenroll", "removed/taken/unenrolled", "removing/taking/unenrolling", "you off the list"),
    ("cancel", "remove/take/unenroll", "removed/taken/unenrolled", "removing/taking/unenrolling", "you from our list"),
    (
        "cancel",
        "put/push/get/take care of/handle/arrange/start/initiate/file/finalise/finalize/make/request/enter/register"
        "/action",
        "put/pushed/got/gotten/taken care of/handled/arranged/started/initiated/filed/finalised/finalized/made"
        "/requested/entered/registered/actioned",
        "putting/pushing/getting/taking care of/handling/arranging/starting/initiating/filing/finalising/finalizing"
        "/making/requesting/entering/registering/actioning",
        "your cancellation",
    ),
    ("cancel", "pull the plug", "pulled the plug", "pulling the plug", "on your subscription"),
    ("cancel", "cancel", "cancelled/canceled", "cancelling/canceling", "it"),
    (
        "cancel",
        "close/end/terminate/stop/deactivate/delete/discontinue/remove/halt/shut down/turn off/switch off/unsubscribe",
        "closed/ended/terminated/stopped/deactivated/deleted/discontinued/halted/shut down/turned off/switched off"
        "/unsubscribed",
        "closing/ending/terminating/stopping/deactivating/deleting/discontinuing/halting/unsubscribing/turning off"
        "/switching off",
        "your subscription",
    ),
    (
        "cancel",
        "process/submit/put through/complete/confirm/do",
        "processed/submitted/put through/completed/confirmed/done",
        "processing/submitting/putting through/completing/doing",
        "your cancellation",
    ),
    (
        "replacement",
        "redo/re-do/remake/re-make/repack/re-pack/reorder/re-order/reissue/re-issue/repeat",
        "redone/re-done/remade/re-made/repacked/reordered/re-ordered/reissued/re-issued/repeated",
        "redoing/re-doing/remaking/re-making/repacking/reordering/reissuing/re-issuing/repeating",
        "your order",
    ),
    (
        "replacement",
        "swap/switch/exchange",
        "swapped/switched/exchanged",
        "swapping/switching/exchanging",
        "it for a brand new one",
    ),
    (
        "replacement",
        "replace/resend/re-send/reship/re-ship/redeliver/re-deliver/redispatch/re-dispatch",
        "replaced/resent/re-sent/reshipped/re-shipped/redelivered/re-delivered/redispatched/re-dispatched",
        "replacing/resending/re-sending/reshipping/re-shipping/redelivering/re-delivering/redispatching",
        "it",
    ),
    (
        "replacement",
        "send/request/ship/bring/dispatch/mail/arrange/order/get/put/add/organise/organize/schedule/deliver/issue/process"
        "/set up/provide/place/create/book/pack/include/drop/send out/send off/send over/put through/order up"
        "/arrange for",
        "sent/requested/shipped/dispatched/mailed/arranged/ordered/got/gotten/put/added/organised/organized/scheduled"
        "/delivered/issued/processed/set up/provided/placed/created/booked/packed/included/sent out/arranged for",
        "sending/requesting/shipping/dispatching/mailing/arranging/ordering/getting/putting/adding/organising/organizing"
        "/scheduling/delivering/issuing/processing/setting up/providing/placing/creating/booking/packing/including"
        "/sending out/arranging for",
        "a replacement",
    ),
    (
        "change",
        "deliver/ship/send/use",
        "delivered/shipped/sent/used",
        "delivering/shipping/sending/using",
        "it to the new house",
    ),
    ("change", "take/leave/keep", "taken/left/kept", "taking/leaving/keeping", "the peanuts off your line-up"),
    ("change", "swap/switch/exchange", "swapped/switched/exchanged", "swapping/switching/exchanging", "beef for tofu"),
    (
        "change",
        "change/update/switch/move/swap/reschedule/adjust/amend/modify/correct/set/edit/transfer/upgrade/downgrade/skip"
        "/pause/resume/reactivate/re-activate/restart/re-start/extend/unlock/reset/fix/reroute/re-route/redirect/postpone"
        "/delay/push/bring/add/remove/freeze/note/save/enter/exclude/drop/reduce/increase/lower/raise/convert/merge"
        "/reverse/restore/reinstate/hold/put",
        "changed/updated/switched/moved/swapped/rescheduled/adjusted/amended/modified/corrected/set/edited/transferred"
        "/upgraded/downgraded/skipped/paused/resumed/reactivated/re-activated/restarted/extended/unlocked/reset/fixed"
        "/rerouted/re-routed/redirected/postponed/delayed/pushed/brought/added/removed/frozen/noted/saved/entered"
        "/excluded/dropped/reduced/increased/lowered/raised/converted/merged/restored/reinstated/held/put",
        "changing/updating/switching/moving/swapping/rescheduling/adjusting/amending/modifying/correcting/setting/editing"
        "/transferring/upgrading/downgrading/skipping/pausing/resuming/reactivating/restarting/extending/unlocking"
        "/resetting/fixing/rerouting/re-routing/redirecting/postponing/delaying/pushing/adding/removing/freezing/saving"
        "/excluding/reducing/increasing/converting/merging/restoring/reinstating/holding/putting",
        "your preferences",
    ),
    (
        "change",
        "set/change/move/switch/bump/upgrade/downgrade/push/shift/reschedule",
        "set/changed/moved/switched/bumped/upgraded/downgraded/pushed/shifted/rescheduled",
        "setting/changing/moving/switching/bumping/upgrading/downgrading/pushing/shifting/rescheduling",
        "it over to June",
    ),
    (
        "change",
        "pause/skip/swap/reschedule/reactivate/re-activate/switch/freeze/redirect/reroute/re-route/change/update/postpone"
        "/reinstate/upgrade/downgrade/move",
        "paused/skipped/swapped/rescheduled/reactivated/re-activated/switched/frozen/redirected/rerouted/changed/updated"
        "/postponed/reinstated/upgraded/downgraded/moved",
        "pausing/skipping/swapping/rescheduling/reactivating/re-activating/switching/freezing/redirecting/rerouting"
        "/changing/updating/postponing/reinstating/upgrading/downgrading/moving",
        "both",
    ),
    (
        "change",
        "make/do/take care of/apply/action/process/put through/arrange",
        "made/done/taken care of/applied/actioned/processed/put through/arranged",
        "making/doing/applying/actioning/processing/arranging",
        "the adjustments",
    ),
    ("refund", "return", "returned", "returning", "the difference"),
    (
        "refund",
        "take care of/handle/finalise/finalize/organise/organize/sort out/complete",
        "taken care of/handled/finalised/finalized/organised/organized/sorted out/completed",
        "taking care of/handling/finalising/finalizing/organising/organizing/sorting out/completing",
        "your refund",
    ),
    ("refund", "refund/reimburse", "refunded/reimbursed", "refunding/reimbursing", "you"),
    (
        "refund",
        "issue/process/submit/initiate/send/make/give/get/put/arrange/request/start/approve/authorise/authorize/provide"
        "/file/grant/trigger/book/raise/do/offer/release/push",
        "issued/processed/submitted/initiated/sent/made/given/got/gotten/put/arranged/arranged for/requested/started"
        "/approved/authorised/authorized/provided/filed/granted/triggered/booked/raised/done/released/pushed",
        "issuing/processing/submitting/initiating/sending/making/giving/getting/putting/arranging/arranging for"
        "/requesting/starting/approving/authorising/authorizing/providing/filing/granting/triggering/booking/raising"
        "/doing/releasing/pushing",
        "a refund",
    ),
    (
        "refund",
        "return/send/pay/give/put/transfer/wire/get/have",
        "returned/sent/paid/given/put/transferred/wired",
        "returning/sending/paying/giving/putting/transferring/wiring/getting",
        "the fees back",
    ),
    (
        "refund",
        "pay back/send back/give back/transfer back",
        "paid back/sent back/given back/transferred back",
        "paying back/sending back/giving back/transferring back",
        "the total",
    ),
    ("refund", "reverse/void", "reversed/voided", "reversing/voiding", "the transaction"),
    (
        "credit",
        "give/get/apply/take/offer/set you up with",
        "given/got/gotten/applied/taken",
        "giving/getting/applying/taking",
        "another 20% off",
    ),
    (
        "credit",
        "email/e-mail/mail/text/message",
        "emailed/e-mailed/mailed/texted/messaged",
        "emailing/e-mailing/mailing/texting/messaging",
        "you a voucher",
    ),
    (
        "credit",
        "apply/add/put/give/place/post/grant/leave/load/provide/issue/process/send/get/set up/pop/stick/slap/chuck/toss"
        "/attach/include/extend/honor/honour/deposit/top up/enter/drop/throw in/arrange/approve/award",
        "applied/added/put/given/placed/posted/granted/left/loaded/provided/issued/processed/sent/got/gotten/set up"
        "/popped/stuck/slapped/chucked/tossed/attached/included/extended/honored/honoured/deposited/topped up/entered"
        "/dropped/thrown in/arranged/approved/awarded",
        "applying/adding/putting/giving/placing/posting/granting/leaving/loading/providing/issuing/processing/sending"
        "/getting/setting up/attaching/including/extending/honoring/honouring/depositing/entering/dropping/throwing in"
        "/arranging/approving/awarding",
        "a coupon",
    ),
    ("credit", "credit", "credited", "crediting", "you"),
    (
        "credit",
        "apply/add/give/load/deposit",
        "applied/added/given/loaded/deposited",
        "applying/adding/giving/loading/depositing",
        "you an extra $5",
    ),
    ("credit", "put/drop/pop", "put/dropped/popped", "putting/dropping/popping", "another $5 towards it"),
    (
        "credit",
        "take/knock/deduct/subtract/discount/remove",
        "taken/took/knocked/deducted/subtracted/discounted/removed",
        "taking/knocking/deducting/subtracting/discounting/removing",
        "another $5",
    ),
    (
        "credit",
        "waive/honor/honour/match",
        "waived/honored/honoured/matched",
        "waiving/honoring/honouring/matching",
        "the leaflet",
    ),
]
"""Each verb that means a promise of a kind, in the words of an agent."""

GET_IN_TOUCH = [
    "call you", "call back", "call her", "phone you", "ring you", "telephone you", "contact you", "reach out",
    "reach back out", "get back to you", "get right back to you", "get back in touch", "follow up with you",
    "follow-up on this", "follow up by phone", "follow up in an hour", "follow up tomorrow", "follow up today",
    "follow up personally", "follow up via chat", "be in touch", "be in contact", "get in touch", "touch base",
    "circle back", "check in with you", "check back in on you", "check back with you", "check back",
    "give you a call", "give you another ring", "give you a quick buzz", "give you a short update", "give you a shout",
    "email you", "e-mail you", "write you", "write to you", "text you", "message you", "ping you", "dm you",
    "send you an e-mail", "drop you a line", "shoot you a message", "send over the confirmation", "send another note",
    "let you know", "notify you", "inform you", "alert you", "update you", "keep you posted", "keep you updated",
    "keep you informed", "keep you in the loop", "have my manager call", "get somebody to contact you",
    "ask a colleague to ring", "have them reach out", "have him write", "ask her to follow up", "schedule a call",
    "arrange a call-back", "set up a phone call", "book a call", "request a callback", "organise a call",
    "organize a call", "come back to you", "return your call", "speak to you", "speak with you", "talk to you",
]  # fmt: skip
GETTING_IN_TOUCH = [
    "calling", "phoning", "ringing", "contacting", "reaching out", "reaching back out", "getting back",
    "following up", "getting in touch", "emailing", "e-mailing", "writing to you", "messaging", "in touch",
    "in contact",
]  # fmt: skip


def sentences() -> Iterator[tuple[str, str]]:
    """Yield each kind with a sentence that promises it."""
    for kind, will, done, doing, about in VERBS:
        for head, verbs in (("I will", will), ("We have", done), ("I am", doing)):
            for verb in verbs.split("/"):
                yield kind, f"{head} {verb} {about}."
    for act in GET_IN_TOUCH:
        yield "callback", f"I will {act}."
        yield "callback", f"A colleague of mine will {act}."
    for act in GETTING_IN_TOUCH:
        yield "callback", f"I'll be {act} soon."


@pytest.mark.parametrize("kind", ["cancel", "replacement", "change", "refund", "credit", "callback"])
def test_each_verb_promises_its_kind_in_each_of_its_forms(kind: str) -> None:
    said = [sentence for its, sentence in sentences() if its == kind]
    unheard = [one for one in said if kind not in {promise.kind.value for promise in promises_in(one)}]
    assert unheard == []


@pytest.mark.parametrize("kind", ["cancel", "replacement", "change", "refund", "credit", "callback"])
def test_a_verb_that_is_asked_or_denied_promises_nothing(kind: str) -> None:
    heard = []
    for its, sentence in sentences():
        if its == kind and sentence.startswith("I will"):
            act = sentence.removeprefix("I will ").removesuffix(".")
            heard += [
                one for one in (f"Should I {act}?", f"I will not {act}.", f"If we {act}, fine.") if promises_in(one)
            ]
    assert heard == []
