"""Delivered notes with planted faults, by which the audit's rules are measured.

Whoever wrote this has not seen how the rules decide: the truth is the procedure's, as the `[[audit]]` section of
docs/playbooks.md and the fields of the strike team's playbook describe it. A correct note may be hard to judge all the
same; `about` then names the circumstance.

A finding is a fault only where the records contradict it. The plan and the state of a subscription have no date: an
account that shows that the promise is kept contradicts a finding only if it was seen so before anybody worked on the
case; seen later, it is the same, to the letter, as that of a finding that was true and was put right.
A summary of another matter is a fault, whoever can tell: whoever understands both texts can.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from csat_tui.domain.audit.subject import NoteUnderAudit, findings_named
from csat_tui.domain.case import Case
from csat_tui.domain.concern import issues_in_comment
from csat_tui.domain.evidence import suggest
from csat_tui.domain.formats import render_note
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Outcome
from csat_tui.domain.review.delivered_note import DeliveredNote, delivered_notes, survey_notes
from csat_tui.domain.speech import no_detector
from csat_tui.domain.ticket import Author, Message, Status
from csat_tui.language import tell_language
from tests.builders import the_playbook
from tests.domain import audit_corpus_texts as texts
from tests.domain.audit_corpus_cases import (
    Contact,
    a_contact,
    a_survey_ticket_of,
    the_case,
)
from tests.domain.audit_corpus_records import KEPT_WITHOUT_DATE, RECORDS, RULED_FINDINGS, Writing, findings_for
from tests.domain.audit_corpus_writing import AUTHORS, NoteAuthor, summary_in_style, typed


@dataclass(frozen=True)
class Sample:
    """A note under audit and the rules that it breaks; `about` names what makes it hard to judge."""

    subject: NoteUnderAudit
    faults: frozenset[str]
    about: str = ""


OUTCOMES = ("no-response", "acknowledge", "follow-up", "non-actionable", "needs-evaluation")
"""The outcomes that leave a note on the survey ticket; a question to the channel leaves none."""
_ANY = frozenset({"format", "required-fields", "summary", "status-and-tags"})
_WITH_REPLY = frozenset({"reply", "reply-wording", "first-contact"})
SUPPORTED: Mapping[str, frozenset[str]] = {
    "no-response": _ANY | {"rationale-repeated", "records", "reply"},
    "acknowledge": _ANY | _WITH_REPLY | {"rationale-repeated", "records"},
    "follow-up": _ANY | _WITH_REPLY | {"correction", "finding"},
    "non-actionable": _ANY | {"rationale-repeated", "records", "reply"},
    "needs-evaluation": _ANY,
}
"""The faults that can be planted in a note of each outcome."""
KINDS = tuple(dict.fromkeys(fault for faults in SUPPORTED.values() for fault in sorted(faults)))
_CLASHES = (
    {"required-fields", "rationale-repeated"}, {"reply", "reply-wording"}, {"reply", "first-contact"},
    {"correction", "finding"}, {"format", "required-fields"}, {"reply", "records"},
)  # fmt: skip
"""Faults of which one would change what the other means."""
_DROPPED = {"no-response": "rationale", "acknowledge": "rationale", "non-actionable": "rationale"} | {
    "follow-up": "resolution",
    "needs-evaluation": "question",
}
"""The required field that is left without words."""
ATTEMPTS = 400


def samples(seed: int, count: int) -> list[Sample]:
    """Return notes of which half have no fault and the others one or two; the same for the same seed."""
    rng = Random(seed)
    wanted = [frozenset[str]()] * (count - count // 2)
    for place in range(count // 2):
        first = KINDS[place % len(KINDS)]
        others = [kind for kind in KINDS if _go_together({first, kind})]
        wanted.append(frozenset({first, rng.choice(others)} if others and rng.random() < 0.4 else {first}))
    rng.shuffle(wanted)
    return [_sample(rng, number, faults) for number, faults in enumerate(wanted, 1)]


def _go_together(faults: set[str]) -> bool:
    """Return whether both faults can be planted in one note."""
    return len(faults) == 2 and faults not in _CLASHES and any(faults <= supported for supported in SUPPORTED.values())


def _sample(rng: Random, number: int, faults: frozenset[str]) -> Sample:
    weights = {"no-response": 38, "acknowledge": 17, "follow-up": 27, "non-actionable": 9, "needs-evaluation": 9}
    possible = [outcome for outcome in OUTCOMES if faults <= SUPPORTED[outcome]]
    chosen = rng.choices(possible, [weights[one] for one in possible])[0]
    author = rng.choice(AUTHORS)
    for _ in range(ATTEMPTS):
        writing = _write(rng, number, author, the_playbook().outcome(chosen), faults)
        if writing is not None and (subject := _subject(writing)) is not None:
            return Sample(subject, faults, writing.about)
    raise AssertionError(f"no note of {chosen} by {author.name} has exactly {sorted(faults)}")


def _write(rng: Random, number: int, author: NoteAuthor, outcome: Outcome, faults: frozenset[str]) -> Writing | None:
    """Return a note in the making with its faults; None where what was drawn by chance does not go with them."""
    commented = bool(faults & {"summary", "correction", "first-contact", "finding"})
    findings, issues = findings_for(rng, outcome, faults)
    contact = a_contact(rng, number, issues, commented=commented)
    if "first-contact" in faults:
        contact.high = False
    writing = Writing(rng, contact, author, outcome, faults, findings=findings)
    writing.hours = rng.uniform(26, 120) if "first-contact" in faults else rng.uniform(0.5, 20)
    writing.since = rng.random() < 0.45
    seen = rng.uniform(-0.5, 48) + writing.hours if writing.since else rng.uniform(0, 0.9) * writing.hours
    writing.account_since = contact.surveyed + timedelta(hours=seen)
    RECORDS[outcome.id](writing)
    _fill(writing)
    _answer_customer(writing)
    return writing


# ── What the author writes ───────────────────────────────────────────────────────────────────────────────────────


def _fill(writing: Writing) -> None:
    """Fill in the fields that every note of the outcome has."""
    rng, contact, fields = writing.rng, writing.contact, writing.fields
    playbook = the_playbook()
    fields["ticket"] = str(contact.source_id)
    fields["summary"] = summary_in_style(rng, writing.author, contact.summary)
    if "summary" in writing.faults:
        fields["summary"] = _wrong_summary(writing)
    fields["rationale"] = rng.choice(texts.RATIONALES)
    fields["question"] = rng.choice(texts.QUESTIONS)
    if writing.author.tidy and writing.outcome.id == "no-response":
        nothing = f"Nothing for {contact.first_agent} to improve, and nothing to follow up with the customer."
        fields |= {"outcome": writing.outcome.label, "nothing-amiss": nothing}
    for name in writing.findings:
        place = playbook.findings[name].group.replace(" ", "-")
        fields[place] = playbook.findings[name].label
    own = {one.id for name in writing.findings for one in playbook.findings[name].fields}
    every = {one.id for finding in playbook.findings.values() for one in finding.fields}
    for name in every - own:
        fields.pop(name, None)
    if "required-fields" in writing.faults:
        fields[_DROPPED[writing.outcome.id]] = rng.choice(("", "", "-", "..."))


def _wrong_summary(writing: Writing) -> str:
    """Return a summary that is generic, or about another matter."""
    rng = writing.rng
    if rng.random() < 0.5:
        return rng.choice(texts.GENERIC_SUMMARIES)
    return rng.choice([one.summary for one in texts.PAIRS if one.issue and one.issue != writing.contact.concern.issue])


def _answer_customer(writing: Writing) -> None:
    """Write the reply, if there is one, and a colleague's."""
    rng, faults, contact = writing.rng, writing.faults, writing.contact
    replies = any(effect.read_by_customer for effect in writing.outcome.effects)
    if replies != ("reply" in faults):
        writing.reply = _reply(writing)
    if "reply-wording" in faults:
        writing.reply = _with_bad_words(writing)
    if "first-contact" in faults:
        return
    if rng.random() < (0.35 if "reply" in faults or not replies else 0.08):
        writing.colleague = rng.choice(texts.ACKNOWLEDGEMENTS)
        if replies and "reply" not in faults and not contact.high:
            writing.hours, writing.about = rng.uniform(25, 60), "a colleague was in touch before"


def _reply(writing: Writing) -> str:
    done = writing.fields.get("done", "")
    if done == "explain" and writing.findings == ["chat-left-no-mail"]:
        return texts.REPLIES["explain"][1]
    if done == "explain":
        return writing.rng.choice(texts.REPLIES["explain"][::2])
    language = writing.contact.concern.language
    if not done and language != "en" and not writing.faults and writing.rng.random() < 0.5:
        return texts.FOREIGN_ACKNOWLEDGEMENTS[language]
    return writing.rng.choice(texts.REPLIES.get(done, texts.ACKNOWLEDGEMENTS))


def _with_bad_words(writing: Writing) -> str:
    """Return the reply with words that the customer must not read."""
    rng, text = writing.rng, writing.reply
    if rng.random() < 0.15:
        return text.replace("{first}", rng.choice(("Gregory", "Beatrix", "[NAME]")), 1)
    sorts = (texts.ADMISSIONS, texts.ADMISSIONS, texts.INTERNALS, texts.UNFILLED, texts.FORWARDED)
    words = rng.choice(rng.choice(sorts)).replace("{", "{{").replace("}", "}}")
    head, mark, tail = text.partition("\n\nKind regards")
    return f"{head} {words}{mark}{tail}" if mark and "\n" not in words else f"{text}\n\n{words}"


# ── The note with everything beside it ───────────────────────────────────────────────────────────────────────────


def _subject(writing: Writing) -> NoteUnderAudit | None:
    """Return the note under audit, if it has exactly the planted faults."""
    contact, rng, author = writing.contact, writing.rng, writing.author
    replies = _replies(writing)
    if writing.since and writing.put_right is not None:
        writing.put_right(contact)
        writing.about = writing.about or "put right since"
    tags, status, later = _ticket_state(writing)
    survey_ticket = a_survey_ticket_of(contact, tags=("survey", *tags), status=status)
    earlier = _earlier(writing)
    message = Message(
        5_000_000 + contact.number, contact.survey_id, writing.at, Author.AGENT, author.name, False, _body(writing),
        author_id=author.id,
    )  # fmt: skip
    (note,) = delivered_notes(survey_ticket, [message], the_playbook())
    own = tuple(one for one in replies if one.ticket_id == contact.source_id) if writing.since else ()
    case = the_case(contact, survey_ticket, author.name, writing.at, own)
    subject = NoteUnderAudit(note, case, replies, later, earlier, writing.account_since)
    if rng.random() < 0.04:  # fetched before the help desk's numbers of authors were kept
        subject = replace(
            subject, note=replace(note, author_id=None), replies=tuple(replace(one, author_id=None) for one in replies)
        )
    return subject if _as_planned(writing, subject) else None


def _replies(writing: Writing) -> tuple[Message, ...]:
    contact, rng = writing.contact, writing.rng
    words = {
        "first": contact.customer.split()[0], "order": contact.order_id, "amount": writing.fields.get("amount", ""),
    }  # fmt: skip
    found = []
    if writing.colleague:
        at = contact.surveyed + timedelta(minutes=rng.randint(10, 400))
        other = rng.choice([one for one in AUTHORS if one is not writing.author])
        found.append((at, other, writing.colleague))
    if writing.reply:
        minutes = rng.randint(-25, -1) if rng.random() < 0.8 else rng.randint(1, 40)
        found.append((writing.at + timedelta(minutes=minutes), writing.author, writing.reply))
    ticket = contact.survey_id if rng.random() < 0.2 else contact.source_id  # the source ticket may be closed
    return tuple(
        Message(
            6_000_000 + 10 * contact.number + place, ticket, at, Author.AGENT, who.name, True,
            text.format(agent=who.name.split()[0], **words), "email", author_id=who.id,
        )
        for place, (at, who, text) in enumerate(sorted(found, key=lambda one: one[0]))
    )  # fmt: skip


def _ticket_state(writing: Writing) -> tuple[tuple[str, ...], Status, bool]:
    """Return the survey ticket's own tags, its status, and whether somebody wrote a note on it later."""
    rng = writing.rng
    (template,) = survey_notes(writing.outcome)
    tags, status = template.add_tags, template.status or Status.SOLVED
    if "status-and-tags" in writing.faults:
        others = [one for name in OUTCOMES if name != writing.outcome.id
                  for template in survey_notes(the_playbook().outcome(name)) for one in template.add_tags]  # fmt: skip
        wrong = rng.choice(("status", "no tags", "other tags"))
        if wrong == "status":
            return tags, Status.SOLVED if status is Status.OPEN else rng.choice((Status.OPEN, Status.PENDING)), False
        left = tags[:-1] if len(tags) > 1 else ()
        return (
            (left if wrong == "no tags" else (rng.choice([one for one in others if one not in tags]),)),
            status,
            False,
        )
    if rng.random() < 0.04 and not writing.faults:
        writing.about = writing.about or "a later note took the ticket over"
        return ("csat_reopened",), Status.PENDING, True
    if status is Status.SOLVED and rng.random() < 0.06:
        writing.about = writing.about or "the help desk closed the ticket"
        return tags, Status.CLOSED, False
    return (*tags, *rng.choice(((), (), ("vip",)))), status, False


def _body(writing: Writing) -> str:
    """Return the note's text as its author writes it."""
    rng, fields, author = writing.rng, writing.fields, writing.author
    (template,) = survey_notes(writing.outcome)
    form = the_playbook().formats[template.format]
    if "format" not in writing.faults:
        return typed(rng, author, render_note(form, fields))
    text = typed(rng, author, render_note(form, fields))
    alone = len(writing.faults) == 1
    if alone and rng.random() < (0.95 if author.free else 0.65):
        return rng.choice(texts.FREE_NOTES).format(**{"rationale": "", **fields})
    if alone and writing.outcome.id == "no-response" and rng.random() < 0.4:
        return f"{text}\n{rng.choice(('Outcom', 'Reveiw', 'Outcomes'))}: nothing needed"
    if alone and rng.random() < 0.3:
        return f"{text}\nSummary: {rng.choice(('wrote to us last week too', 'second survey this month'))}"
    return f"{rng.choice(texts.TOP_LINES)}\n{text}"


def _earlier(writing: Writing) -> tuple[DeliveredNote, ...]:
    """Return the author's earlier notes, latest first; one has the same rationale where that is the fault."""
    rng, author, contact = writing.rng, writing.author, writing.contact
    own = writing.fields["rationale"]
    count = rng.randint(0, 14)
    repeated = "rationale-repeated" in writing.faults
    asked = any(one.id == "rationale" for one in writing.outcome.fields)
    far = asked and not writing.faults and rng.random() < 0.06
    if repeated or far:
        count = max(count, 23 if far else 1)
    words = [rng.choice([one for one in texts.RATIONALES if one != own]) for _ in range(count)]
    if repeated:
        words[rng.randrange(min(count, 20))] = rng.choice((own, own, own.lower().rstrip("."), own.upper()))
    elif far and own:
        words[rng.randint(20, count - 1)] = own
        writing.about = writing.about or "the same rationale longer ago"
    elif asked and author.terse and not writing.faults and rng.random() < 0.25:
        writing.fields["rationale"] = rng.choice(texts.SHORT_RATIONALES)
        words[::3] = [writing.fields["rationale"]] * len(words[::3])
        writing.about = writing.about or "a rationale of a few words"
    return tuple(
        note for place, rationale in enumerate(words) for note in _earlier_note(writing, place, rationale, contact)
    )


def _earlier_note(writing: Writing, place: int, rationale: str, contact: Contact) -> tuple[DeliveredNote, ...]:
    rng, author = writing.rng, writing.author
    outcome = the_playbook().outcome(rng.choice(("no-response", "no-response", "acknowledge", "non-actionable")))
    (template,) = survey_notes(outcome)
    fields = {"summary": rng.choice(texts.PAIRS).summary, "rationale": rationale, "ticket": "7200001"}
    if outcome.id == "non-actionable":
        fields |= {"ground": "Already handled by a lead", "lead": "Robin"}
    number = 8_000_000 + 100 * contact.number + place
    ticket = replace(
        a_survey_ticket_of(contact, tags=("survey", *template.add_tags), status=Status.SOLVED), id=TicketId(number)
    )
    text = typed(rng, author, render_note(the_playbook().formats[template.format], fields))
    at = writing.at - timedelta(hours=2 + 3 * place)
    message = Message(number, ticket.id, at, Author.AGENT, author.name, False, text, author_id=author.id)
    return delivered_notes(ticket, [message], the_playbook())


# ── Whether it is as planned ─────────────────────────────────────────────────────────────────────────────────────


def _as_planned(writing: Writing, subject: NoteUnderAudit) -> bool:
    """Return whether the note and its records have the planted faults and no others."""
    note, faults = subject.note, writing.faults
    in_format = note.outcome_ids == (writing.outcome.id,) and not note.remainder and not note.problems
    if in_format == ("format" in faults) or (not note.free and note.outcome_id != writing.outcome.id):
        return False
    if "format" not in faults and (
        note.fields.get("summary", "").split() != writing.fields["summary"].split()
        or tuple(findings_named(note, the_playbook())) != tuple(writing.findings)
    ):
        return False
    if contradicted(subject.case, writing.outcome) != {"records" in faults}:
        return False
    if "summary" in faults and speaks_of_it(writing.fields["summary"], subject.case):
        return False
    borne_out = [one for name in writing.findings if name in RULED_FINDINGS for one in _borne_out(name, subject.case)]
    if "finding" in faults:
        return set(borne_out) == {False} and (
            not set(writing.findings) & KEPT_WITHOUT_DATE or _seen_before_work(subject)
        )
    return writing.about == "put right since" or False not in borne_out


def _seen_before_work(subject: NoteUnderAudit) -> bool:
    """Return whether the account was seen an hour or longer before anybody wrote: what was put right is newer."""
    wrote = min((subject.note.at, *(one.created_at for one in subject.replies)))
    return subject.account_since is not None and subject.account_since + timedelta(hours=1) <= wrote


def contradicted(case: Case, outcome: Outcome) -> set[bool]:
    """Return whether the records suggest an answer that the outcome does not allow, without a detector and with one."""
    return {
        any(
            said is not None and said.answer is not None and said.answer.value not in allowed.split("|")
            for check_id, allowed in outcome.needs.items()
            if check_id in case.path.checks
            for said in [suggest(case, check_id, the_playbook(), detect)]
        )
        for detect in (no_detector, tell_language)
    }


def _borne_out(finding: str, case: Case) -> list[bool | None]:
    """Return whether the records bear out a finding, without a detector and with one; None where they do not say."""
    check_id, wanted = RULED_FINDINGS[finding]
    found = [suggest(case, check_id, the_playbook(), detect) for detect in (no_detector, tell_language)]
    return [None if one is None or one.answer is None else one.answer is wanted for one in found]


def speaks_of_it(summary: str, case: Case) -> bool:
    """Return whether a summary shares a longer word, or a concern, with what the customer wrote."""
    told = " ".join((case.survey.comment, *(one.body for one in case.messages if one.author is Author.CUSTOMER)))
    return bool(_words(summary) & _words(told)) or bool(_issues(summary) & _issues(told))


def _words(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[^\W\d_]{4,}", text.casefold())}


def _issues(text: str) -> set[str]:
    return {one.issue.id for one in issues_in_comment(text, the_playbook())}
