"""The audit corpus itself: it is the same for the same seed, and its truth is true."""

from collections import Counter
from datetime import timedelta
from functools import cache

import pytest

from csat_tui.domain.case import Answer, Suggestion
from csat_tui.domain.evidence import suggest
from csat_tui.domain.formats import normalised_fields
from csat_tui.domain.review.delivered_note import survey_notes
from csat_tui.domain.speech import LanguageDetector, no_detector
from csat_tui.domain.ticket import Message, Status
from csat_tui.domain.wording import Level, WordingFacts, remarks
from csat_tui.language import tell_language
from tests.builders import the_playbook
from tests.domain.audit_corpus import KINDS, Sample, samples
from tests.domain.audit_corpus_texts import FOREIGN, PAIRS, RATIONALES

DETECTORS = pytest.mark.parametrize("detect", [no_detector, tell_language])


@cache
def corpus() -> tuple[Sample, ...]:
    return tuple(samples(7, 400))


def good() -> list[Sample]:
    return [one for one in corpus() if not one.faults]


def with_fault(kind: str) -> list[Sample]:
    return [one for one in corpus() if kind in one.faults]


def said(sample: Sample, check_id: str, detect: LanguageDetector) -> Suggestion | None:
    return suggest(sample.subject.case, check_id, the_playbook(), detect)


def has_forbidden_answer(sample: Sample, detect: LanguageDetector) -> bool:
    outcome = the_playbook().outcome(sample.subject.note.outcome_id or "")
    case = sample.subject.case
    found = {check_id: said(sample, check_id, detect) for check_id in outcome.needs if check_id in case.path.checks}
    return any(
        one is not None and one.answer is not None and one.answer.value not in outcome.needs[check_id].split("|")
        for check_id, one in found.items()
    )


def refused(sample: Sample, reply: Message) -> bool:
    account = sample.subject.case.account
    orders = tuple(one.id for one in account.orders) if account else ()
    customer = sample.subject.case.source_ticket.requester_name if sample.subject.case.source_ticket else ""
    facts = WordingFacts(customer, orders, "email", agents=(sample.subject.case.survey.agent,))
    found = remarks(reply.body, "reply", facts, the_playbook().wording, the_playbook().saved_replies)
    return any(one.level is Level.ERROR for one in found)


def test_the_same_seed_gives_the_same_notes_and_another_seed_gives_others() -> None:
    assert samples(3, 60) == samples(3, 60)
    assert samples(3, 60) != samples(4, 60)


@pytest.mark.parametrize("seed", [7])
def test_half_have_no_fault_and_every_fault_is_there_often_enough(seed: int) -> None:
    found = corpus() if seed == 7 else samples(seed, 400)
    counts = Counter(fault for one in found for fault in one.faults)
    assert sum(not one.faults for one in found) == 200
    assert all(len(one.faults) <= 2 for one in found)
    assert set(counts) == set(KINDS) == {rule.rule for rule in the_playbook().audit}
    assert min(counts.values()) >= 14


def test_the_words_are_many_and_half_of_the_summaries_paraphrase() -> None:
    assert len(PAIRS) >= 60
    assert sum(not one.near for one in PAIRS) >= len(PAIRS) / 2
    assert {one.language for one in FOREIGN} == {"es", "de"}
    runs = Counter(run for text in RATIONALES for run in {tuple(text.lower().split()[at:][:4]) for at in range(20)})
    assert [run for run, times in runs.items() if len(run) == 4 and times > 1] == []


def test_every_author_writes_good_notes_of_every_outcome_and_all_are_read_in_their_format() -> None:
    found = Counter((one.subject.note.author, one.subject.note.outcome_id) for one in good())
    assert len({author for author, _ in found}) == 8
    assert {outcome for _, outcome in found} == {
        "no-response", "acknowledge", "follow-up", "non-actionable", "needs-evaluation",
    }  # fmt: skip
    notes = [one.subject.note for one in good()]
    assert not any(note.free or note.remainder or note.problems for note in notes)
    forms = [the_playbook().formats[note.format_id] for note in notes]
    assert all(normalised_fields(form, note.fields) == note.fields for form, note in zip(forms, notes, strict=True))


@DETECTORS
def test_the_records_support_good_notes_and_contradict_those_with_that_fault(detect: LanguageDetector) -> None:
    known = [one for one in corpus() if one.subject.note.outcome_id]
    assert [one for one in known if has_forbidden_answer(one, detect) != ("records" in one.faults)] == []


@DETECTORS
def test_most_good_notes_have_records_that_say_yes_and_not_only_nothing(detect: LanguageDetector) -> None:
    checks = ("issue-logged", "within-guide", "promise-kept", "mail-after-chat")
    alright = [one for one in good() if one.subject.note.outcome_id == "no-response"]
    for check_id in checks:
        answers = [found.answer for one in alright if (found := said(one, check_id, detect)) is not None]
        assert sum(one in (Answer.YES, Answer.NOT_APPLICABLE) for one in answers) > len(answers) / 3, check_id


def test_replies_are_there_where_they_should_be() -> None:
    for one in corpus():
        outcome = the_playbook().outcome(one.subject.note.outcome_id or "no-response")
        if "format" not in one.faults:
            promised = any(effect.read_by_customer for effect in outcome.effects)
            assert (bool(one.subject.own_replies) == promised) == ("reply" not in one.faults)


def test_the_first_contact_is_in_time_or_late_by_more_than_an_hour() -> None:
    allowed = the_playbook().contact_within
    for one in corpus():
        if one.subject.replies:
            waited = one.subject.replies[0].created_at - one.subject.case.survey.received_at
            assert waited > allowed + timedelta(hours=1) if "first-contact" in one.faults else waited <= allowed
        else:
            assert "first-contact" not in one.faults


def test_good_replies_have_no_words_that_a_rule_refuses() -> None:
    clean = [one for one in corpus() if "reply-wording" not in one.faults]
    assert [reply.body for one in clean for reply in one.subject.replies if refused(one, reply)] == []


def test_status_and_tags_are_the_outcome_s_unless_they_are_the_fault() -> None:
    for one in corpus():
        ticket = one.subject.case.survey_ticket
        if "format" in one.faults or one.subject.later_notes or ticket is None:
            continue
        (template,) = survey_notes(the_playbook().outcome(one.subject.note.outcome_id or ""))
        same = ticket.status in (template.status, Status.CLOSED) and set(template.add_tags) <= set(ticket.tags)
        assert same == ("status-and-tags" not in one.faults)


def test_a_rationale_of_four_words_or_more_is_repeated_only_where_that_is_the_fault() -> None:
    def plain(text: str) -> str:
        return " ".join(text.casefold().rstrip(".").split())

    for one in corpus():
        own = plain(one.subject.note.fields.get("rationale", ""))
        earlier = [plain(note.fields.get("rationale", "")) for note in one.subject.earlier[:20]]
        assert (len(own.split()) >= 4 and own in earlier) == ("rationale-repeated" in one.faults)
