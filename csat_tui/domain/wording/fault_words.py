"""The vocabulary for admissions of fault: who acts for us, who else can act, and which words name a failing."""

from collections.abc import Iterable


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


US = words("we i")
US_OBJECT = words("us me ourselves myself ours mine")
OUR = words("our my")
PERSONS = words("he she they")
SUBJECTS = US | PERSONS | words("you it this that there these those what something everything nothing everyone")
NOBODY = words("nobody noone none")
NO = words("not never no nobody none neither nor without nothing noone cannot nowhere hardly")
DETERMINERS = words(
    "the a an this that these those our my your his her its their some any each every another one no both all such"
    " which what several many few more most other either neither two three four"
)
PREPOSITIONS = words(
    "of from on in at with to for by about regarding within behind during after before into over under through via"
    " without between among across against concerning per upon onto inside outside despite until till as than"
)
CONJUNCTIONS = words(
    "and but or so because since while when whereas although though if whether unless that which who whom whose where"
    " why how what then yet nor & once"
)
MODALS = words("will would shall should can could may might must ought wo")
BE = words("is are am was were be been being 're 'm got get gets getting")
AUXILIARIES = MODALS | BE | words("have has had having 've do does did")
PAST_BE = words("was were been got")
HAVE = words("have has had having 've")
DO = words("do does did")
ADVERBS = words(
    "also even just simply still already really then again not never so too very quite rather clearly somehow"
    " once twice"
    " always often sometimes indeed actually only well far all both soon perhaps maybe though however therefore truly"
    " much totally completely yet ever now later today yesterday earlier first unfortunately sadly regrettably"
    " apparently obviously simply honestly sorry afraid please here instead else alone together altogether nearly"
    " almost"
)
NOT_ADVERBS = words("family reply supply apply july italy assembly ally anomaly monthly weekly daily friendly")

NEVER_NOUNS = (
    PREPOSITIONS | CONJUNCTIONS | AUXILIARIES | SUBJECTS | US_OBJECT | NO | DETERMINERS | words("him her them it")
)
"""Words that are no part of anybody's or anything's name."""

OUR_HEADS = words(
    "agent agents team teams colleague colleagues coworker coworkers rep reps representative representatives advisor"
    " advisors adviser advisers associate associates staff employee employees manager managers supervisor supervisors"
    " lead trainee specialist specialists operator operators support department departments company business"
    " organisation organization warehouse warehouses kitchen kitchens depot store shop branch office system systems"
    " software platform website site app bot chatbot database packer packers picker pickers cook cooks chef chefs"
    " crew desk hotline helpdesk fulfillment fulfilment logistics billing accounting technician technicians engineer"
    " engineers worker workers service servicer dispatcher dispatch newcomer assistant operations member members"
)
OUR_JOBS = words(
    "receptionist receptionists clerk clerks nurse nurses doctor installer installers fitter fitters mechanic mechanics"
    " porter waiter waitress server barista cashier salesperson salesman consultant consultants adjuster tutor tutors"
    " teacher trainer instructor guide host hostess housekeeper cleaner cleaners planner designer developer developers"
    " intern interns apprentice apprentices florist baker bakers tailor stylist pharmacist planners buyers scheduler"
    " coordinator officer officers director owner founder partner secretary registrar librarian steward captain"
    " inspector electrician plumber gardener painter builder movers mover drivers driver handler handlers reviewer"
    " moderator editor auditor analyst expert experts volunteer volunteers people person folks guys"
    " laboratory lab shopfloor restaurant hotel clinic factory bakery workshop studio school finance marketing sales"
)
"""Who is ours as “our clerk”, and anybody as “the clerk”."""
OUR_PERSONS = words(
    "agent rep representative advisor adviser associate colleague supervisor manager specialist operator assistant team"
)
OTHERS = words(
    "carrier carriers courier couriers driver drivers mail post postal postman shipper bank banks issuer card payment"
    " provider providers processor supplier suppliers vendor vendors manufacturer manufacturers maker factory"
    " producer"
    " producers farm farmer weather storm storms snow ice rain heat traffic customs airline airport partner partners"
    " retailer marketplace seller merchant contractor subcontractor landlord neighbour neighbor doorman concierge"
    " building recipient sender customer customers client buyer user users husband wife friend friends son daughter"
    " mother father sister brother phone browser internet network power outage electricity battery fridge oven device"
    " printer filter spam inbox mailbox delivery deliveries attempt parcel package government authority police strike"
    " checkout flood fire hurricane accident highway road party parties wholesaler importer transport transporter truck"
    " haulier"
)
PARTNERS = words(
    "carrier carriers courier couriers supplier suppliers vendor vendors partner partners manufacturer manufacturers"
    " provider providers processor contractor contractors subcontractor bank banks shipper producer producers farmer"
    " farmers haulier neighbour neighbor customer customers landlord"
)
"""Who is somebody else even as “our carrier”."""
BRANDS = words(
    "fedex ups dhl usps ontrac lasership amazon paypal visa mastercard amex apple google stripe klarna hermes"
    " evri dpd"
    " gls tnt uber doordash instacart shopify gmail outlook yahoo microsoft postnord correos colissimo chronopost"
)
DATES = words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december christmas easter thanksgiving"
)
CARE = words("service care support experience success relations team")
"""Behind “customer” these are ours, and not the customer."""
OUR_PLACES = words("side part end behalf")
PLACES = words("in on at from by of with within inside through to")
VAGUE = words("someone somebody one some person people member members part colleague half many everyone several")

NOUNS = words(
    "mistake mistakes error errors fault faults oversight oversights blunder blunders slip slips slip-up lapse lapses"
    " negligence carelessness failure failures failing failings shortcoming shortcomings mix-up mix-ups mixup misstep"
    " missteps miscommunication misinformation wrongdoing incompetence inattention mishandling mismanagement omission"
    " omissions neglect blame guilt screw-up mess-up goof goof-up typo misconduct miscalculation misjudgement"
    " misjudgment sloppiness inaction failing malpractice"
)
"""Failings by name: whose they are is what counts."""

SOFT_NOUNS = words(
    "breakdown breakdowns mishap mishaps hiccup hiccups hitch flaw flaws gap gaps delay delays misunderstanding"
    " problem problems issue issues trouble glitch glitches bug bugs lack inaccuracy"
)
"""What is a failing only where it lies on our side."""

PROCESS = words(
    "human clerical processing system billing packing picking technical internal admin administrative labelling "
    "labeling data entry coding programming printing pricing scheduling booking routing sorting counting filing"
    " software shipping training staff agent warehouse kitchen communication typing manual"
)
"""What stands before “error” where nobody else made it."""

ERROR_COMPOUNDS = words("message messages code codes page pages light lights log logs report number notification sign")

BAD = words(
    "wrong incorrect inaccurate misleading false poor bad slow late delayed rude careless negligent inadequate"
    " insufficient unprofessional unhelpful unacceptable faulty sloppy incomplete terrible disappointing mistaken"
    " dismissive inattentive inconsistent contradictory mediocre shoddy lousy substandard awful untrue outdated"
    " improper lacking misguided unfair inappropriate unresponsive unclear confusing disorganised disorganized"
    " unreliable unreasonable insensitive disrespectful impatient unfriendly incompetent inefficient deficient"
    " flawed unsatisfactory unprepared uninformed lax imprecise erroneous discourteous tactless condescending"
    " neglectful unsafe conflicting unnecessary"
)
BAD_OF_US = BAD | words(
    "remiss liable guilty culpable inexcusable unkind impolite thoughtless forgetful hasty broken defective"
    " understaffed short-staffed overbooked oversold overwhelmed overloaded unreachable dishonest blunt unhelpful"
    " mislabelled mislabeled switched swapped miscalibrated down offline"
)
WRONG = words(
    "wrong incorrect inaccurate false misleading mistaken outdated untrue contradictory conflicting incomplete"
)
BADLY = words(
    "wrongly incorrectly mistakenly erroneously accidentally inadvertently improperly poorly badly carelessly rudely"
    " unprofessionally unfairly wrongfully negligently sloppily inadequately falsely prematurely needlessly unkindly"
    " dismissively disrespectfully"
)
TOLD = words(
    "information info advice answer answers instructions details price date amount address quote item box order"
)

DEEDS = words("charge fee invoice bill answer decision cancellation reply email charges fees reminder surcharge")
"""What is ours where nobody else is said to have made it."""

SORRY = words(
    "sorry apologise apologize apologies apology apologising apologizing apologised apologized forgive pardon"
    " excuse regret regrets"
)
"""Words that apologise."""

BLAME = words("responsibility blame ownership accountability liability")

INCONVENIENCE = words(
    "inconvenience inconveniences confusion frustration trouble worry upset disappointment annoyance stress wait"
    " distress"
    " hassle bother discomfort"
)


def forms(lines: str) -> Iterable[tuple[str, str, str]]:
    """Yield each form of verbs, the verb, and which form it is; `/` parts two spellings.

    The verbs are given as `base` where they are regular, or else as `base past` or `base past participle`.
    """
    for line in lines.split(","):
        base, *parts = line.split()
        stem = base[:-1] if base.endswith("e") else base
        ending_in_y = base.endswith("y") and base[-2] not in "aeou"
        regular = base[:-1] + "ied" if ending_in_y else stem + "ed"
        yield base, base, "base"
        if ending_in_y:
            yield base[:-1] + "ies", base, "base"
        else:
            yield base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s"), base, "base"
        for past in (parts[0] if parts else regular).split("/"):
            yield past, base, "past"
            if past[-3:-2] == past[-4:-3] and past.endswith("ed"):  # “dropped”, “dropping”
                yield past[:-2] + "ing", base, "ing"
        for participle in (parts[-1] if parts else regular).split("/"):
            yield participle, base, "participle"
        yield stem + "ing", base, "ing"
        yield base + base[-1] + "ing", base, "ing"  # “forgetting”


FAILING = (
    "forget forgot forgotten, fail, miss, neglect, overlook, ignore, mishandle, misinform, mislead misled, misplace,"
    " misread misread, misunderstand misunderstood, miscommunicate, miscalculate, misinterpret, misquote, mislabel"
    " mislabelled/mislabeled,"
    " mispack, misroute, misdirect, misspell, mistype, mischarge, mistreat, misjudge, misfile, mismanage, botch,"
    " bungle,"
    " blunder, err, goof, muddle, mess, mix, screw, slip slipped, foul, trip tripped, drop dropped, let let, lose"
    " lost,"
    " break broke broken, damage, disappoint, fall fell fallen, delay, lapse, overcharge, overbill, undercharge,"
    " double-charge, double-bill, disregard, dismiss, omit omitted, leave left, keep kept, hang hung, brush, jumble,"
    " confuse, swap swapped, spoil spoiled/spoilt, ruin, flub flubbed, fumble, shortchange, bill, abandon, cheat,"
    " waste, skip skipped, violate, breach, infringe, disconnect,"
    " lie lied, deceive, underestimate, overestimate, oversell oversold, overbook, double-book, contradict, invent,"
    " insult, belittle, humiliate, patronise, patronize, harass, scold, mock, ridicule, berate, swear swore sworn,"
    " shout, yell, snap snapped, laugh, curse, scratch, dent, spill spilled/spilt, burn burned/burnt, crush, flood,"
    " smash, tear tore torn, stain, rip ripped, drill, shortship shortshipped, undercook, overcook, sit sat, bounce,"
    " crash, malfunction, jam jammed, stall stalled, glitch glitched"
)
DUTIES = (
    "cancel cancelled/canceled, refund, send sent, ship shipped, pack, call, reply, respond, answer, get got"
    " gotten, follow, process, apply,"
    " credit, tell told, inform, explain, check, notice, read read, listen, help, act, keep kept, honour, honor,"
    " update,"
    " note, record, log logged, register, forward, pass, escalate, issue, replace, return, resolve, fix, solve,"
    " handle,"
    " treat, take took taken, do did done, meet met, live, provide, offer, give gave given, make made, ensure, add,"
    " remove, stop stopped, pause, change, correct, warn, notify, communicate, catch caught, spot spotted, consider,"
    " include, investigate, review, finish, complete, arrange, schedule, confirm, write wrote written, contact,"
    " address,"
    " acknowledge, prepare, deliver, transfer, reach, pay paid, reimburse, compensate, verify, ask, look, reschedule,"
    " deduct, book, label labelled/labeled, bring brought, show showed shown, put put, mention, set set, prevent,"
    " avoid, adjust, submit submitted, ring rang rung, place, pick, bother, realise, realize, remember,"
    " transmit transmitted, assign, attach, enter, monitor, train, care, stand stood, protect, serve, speak spoke"
    " spoken,"
    " save, install, repair, clean, lock, secure, test, file, scan, seal, wrap wrapped, weigh, reserve, hold held,"
    " mark, clarify, disclose, advise, supply, track, trace, approve, validate, grant, extend, inspect, clear, talk,"
    " coordinate, warn, relay, connect, measure, state, specify, list, display, back, report,"
    " waive, void, activate, deactivate, restore, reinstate, skip skipped, print, post, enclose, share,"
    " hear heard,"
    " see saw seen, say said, recognise, recognize, react, reroute, renew, double-check, phone, email, e-mail, text"
)
NEUTRAL = (
    "quote, close, charge, debit, promise, use, dial, choose chose chosen, pick, select, cook, assemble, list, state,"
    " display, publish, advertise, invoice, order, find found, know knew known, think thought, understand understood,"
    " receive, feel felt, believe, want, need, end, start, begin began begun, try, wish, cause, hope, agree, regret,"
    " admit admitted, concede, confess, accept, assume, own, bear bore borne, happen, occur, go went gone, come came,"
    " type, spell, copy, assemble, calculate, enrol enrolled, enroll, sign, print,"
    " draw drew drawn, cut cut, drive drove driven, throw threw thrown, build built, sell sold, run ran run, shut shut,"
    " freeze froze frozen, lay laid, withhold withheld, hide hid hidden, deny, refuse, reject, decline, deserve,"
    " work, cost cost, be, become became, load, connect, open, hurt hurt, store, appear, seem, wait, expect, owe"
)
VERBS: dict[str, tuple[str, frozenset[str]]] = {}
"""By form: the verb, and which of its forms this is (`base`, `past`, `participle`, `ing`)."""
for _words in (NEUTRAL, DUTIES, FAILING):
    for _form, _base, _kind in forms(_words):
        _known = VERBS.get(_form)
        VERBS[_form] = (_base, _known[1] | {_kind} if _known and _known[0] == _base else frozenset((_kind,)))

_NO_VERBS = words(
    "need needed indeed hundred speed feed seed breed unused delighted pleased limited red bed shed sacred kindred"
)
_SOUND_LIKE = {
    "mislaid": "mislay", "misheard": "mishear", "misspoke": "misspeak", "mistook": "mistake", "misspelt": "misspell",
    "misspoken": "misspeak", "mishandled": "mishandle",
}  # fmt: skip
_PAST = frozenset(("past", "participle"))


def verb(word: str) -> tuple[str, frozenset[str]]:
    """Return the verb whose form a word may be, and which form; a word in “-ed” that is not known counts as one."""
    known = VERBS.get(word)
    if known is not None:
        return known
    if word in _SOUND_LIKE:
        return _SOUND_LIKE[word], _PAST
    if word.endswith("ed") and len(word) > 4 and word not in _NO_VERBS:
        return word[:-2], _PAST
    return "", frozenset()


def fails(base: str) -> bool:
    """Return whether a verb is a failing by itself: those known, and whatever was done amiss (“misallocated”)."""
    return base in FAIL or (base.startswith("mis") and len(base) > 5)


FAIL = frozenset(base for base, *_ in forms(FAILING))
DUTY = frozenset(base for base, *_ in forms(DUTIES))

FAIL_WITH: dict[str, tuple[str, ...]] = {
    "mix": ("up", "together"), "mess": ("up",), "screw": ("up",), "slip": ("up",), "foul": ("up",), "trip": ("up",),
    "drop": ("ball",), "let": ("down",), "fall": ("short", "behind", "below"),
    "hang": ("up",), "brush": ("off", "aside"),
    "leave": ("out", "off", "waiting", "hanging", "dark", "hold", "without", "alone", "stranded", "unanswered", "mess",
              "dirty", "unlocked"),
    "keep": ("waiting", "dark", "hold", "guessing", "charging", "billing"),
    "swap": ("labels", "orders", "boxes", "order", "addresses"),
    "skip": ("step", "steps", "check", "checks", "part", "question", "note", "instruction", "instructions"),
    "waste": ("time", "money", "evening", "day"),
    "invent": ("rule", "rules", "policy", "reason", "excuse", "fee"), "swear": ("at",), "shout": ("at",),
    "yell": ("at",), "snap": ("at",), "laugh": ("at",), "curse": ("at",), "drill": ("into", "through"),
    "sit": ("on",), "bounce": ("around", "between", "from"), "lie": ("to", "about"),
    "bill": ("twice", "double", "wrongly", "incorrectly", "wrong"),
}  # fmt: skip
"""Verbs that are failings only with one of these words soon after them."""

BY_ANYBODY = frozenset(
    {
        "lose",
        "break",
        "damage",
        "disappoint",
        "delay",
        "keep",
        "confuse",
        "fall",
        "fail",
        "lapse",
        "slip",
        "err",
        "bill",
        "spoil",
        "ruin",
        "drop",
        "trip",
        "hang",
        "wrong",
        "swap",
        "undercharge",
        *("overbook", "insult", "scratch", "dent", "spill", "burn", "crush", "flood", "smash", "tear", "stain", "rip"),
        *(
            "contradict",
            "sit",
            "snap",
            "drill",
            "crash",
            "malfunction",
            "jam",
            "stall",
            "glitch",
            "invent",
            "shout",
            "mock",
            "yell",
            "swear",
        ),
    }
)
"""Failings that are ours where no doer is named; a box that was lost or damaged was so by whomever."""

NOT_OWED = frozenset(
    {
        "hear",
        "see",
        "get",
        "reach",
        "enter",
        "say",
        "take",
        "deliver",
        "live",
        "care",
        "stand",
        "set",
        "do",
        "make",
        "keep",
        "meet",
        "put",
        "bring",
        "look",
        "share",
        "ask",
        "serve",
        "skip",
        "protect",
        "close",
        "book",
        "text",
        "act",
        "show",
        "pass",
        "change",
        *("save", "clean", "lock", "test", "hold", "mark", "grant", "extend", "connect", "approve", "back"),
        *("talk", "track", "trace", "clear", "measure", "report", "validate"),
    }
)
"""Verbs that say nothing of a duty in the passive without “should”."""
