"""Broken steps, findings, conditions and effects: each mistake with what is expected."""

import pytest

from tests.playbook.test_broken import BUILTIN, problems

ASK = 'effects = [{ question = "ask", channel = "qa" }]\nparks = true'
COACHING = (
    '{ coaching = { "Date" = "{date}", "Agent" = "{agent}", "Ticket" = "{reference}", "Opportunity" = "{coaching}",'
    ' "Submitted by" = "{by}" }, when = { coaching-needed = "yes" } },'
)
EVALUATION = '{ note = "evaluation", on = "survey", status = "open", add_tags = ["csat_evaluation"] },'

BROKEN = {
    "a step that nothing belongs to": (
        'step = "unsure"\n',
        "",
        "step “unsure” has no check and no outcome",
    ),
    "a check of no step": (
        'step = "concern"\n',
        'step = "concerns"\n',
        "check “concern-read” is of step “concerns”, which no [[step]] defines; did you mean “concern”?",
    ),
    "a link that is none": (
        'ask = "Concern read and understood?"\n',
        'ask = "Concern read and understood?"\nlink = "kb:concern"\n',
        "“link” of check “concern-read” is “kb:concern”, expected an address that begins with https://",
    ),
    "a condition on no check": (
        'when = { coaching-needed = "yes" }\n',
        'when = { coaching-neded = "yes" }\n',
        "field “coaching” waits for check “coaching-neded”, which no [[check]] defines"
        "; did you mean “coaching-needed”?",
    ),
    "a condition on one check more than there is": (
        'when = { coaching-needed = "no" }\n',
        'when = { coaching-needed = "no", concern-read = "yes", lost = "yes" }\n',
        "field “nothing-amiss” waits for check “lost”, which no [[check]] defines",
    ),
    "a condition on an answer nobody gives": (
        'when = { coaching-needed = "no" }\n',
        'when = { coaching-needed = "never" }\n',
        "field “nothing-amiss” waits for “never” of check “coaching-needed”, expected “yes”, “no”, “na” or “unsure”",
    ),
    "a field that is filled with what is typed": (
        'fill = "{concern}"',
        'fill = "{summary}"',
        "field “main-concern” is filled with “{summary}”, which is typed: expected facts of the case",
    ),
    "a field that is filled with nothing known": (
        'fill = "{concern}"',
        'fill = "{concerns}"',
        "field “main-concern” has a place “{concerns}”, which no [[field]] and no fact of the case fills",
    ),
    "a finding of no offered group": (
        'group = "correction"\nlabel = "Credit corrected"',
        'group = "corection"\nlabel = "Credit corrected"',
        "finding “credit-issued” is offered by no outcome",
    ),
    "a group that no finding has": (
        'findings = ["ground"]\nneeds',
        'findings = ["grounds"]\nneeds',
        "outcome “non-actionable” is about findings of group “grounds”, which no [[finding]] has"
        "; did you mean “ground”?",
    ),
    "a group twice": (
        'findings = ["ground"]\nneeds',
        'findings = ["ground", "ground"]\nneeds',
        "outcome “non-actionable” is about findings of group “ground” twice",
    ),
    "a needed group that is not offered": (
        'needs_findings = ["ground"]',
        'needs_findings = ["correction"]',
        "outcome “non-actionable” needs a finding of group “correction”, which “findings” does not offer",
    ),
    "a group with the name of a fact": (
        'group = "correction"\nlabel = "Credit corrected"',
        'group = "Customer"\nlabel = "Credit corrected"',
        "group “Customer” of finding “credit-issued” would fill places “{customer}”, but that is a fact of the case",
    ),
    "a group with the name of a field": (
        'group = "correction"\nlabel = "Credit corrected"',
        'group = "refund"\nlabel = "Credit corrected"',
        "group “refund” of finding “credit-issued” would fill places “{refund}”, but a [[field]] has that id",
    ),
    "a group spelt in two ways": (
        'group = "correction"\nlabel = "Credit corrected"',
        'group = "Correction"\nlabel = "Credit corrected"',
        "group “Correction” of finding “credit-issued” is spelt “correction” elsewhere; spell both alike",
    ),
    "a group of signs": (
        'group = "correction"\nlabel = "Credit corrected"',
        'group = "7!"\nlabel = "Credit corrected"',
        "group “7!” of finding “credit-issued” gives no name for a place in texts; begin it with a letter",
    ),
    "a finding's words that go nowhere": (
        ' "Handled: {handled}",',
        "",
        "outcome “non-actionable” asks for “handled” with finding “repeated-within-guide”, which none of its effects"
        " writes anywhere",
    ),
    "a record without cells": (
        COACHING,
        '{ coaching = {}, when = { coaching-needed = "yes" } },',
        "“coaching” of effect 3 of outcome “no-response” has no cells, expected headings with their texts",
    ),
    "a record for a group that is not offered": (
        COACHING,
        COACHING.replace('when = { coaching-needed = "yes" }', 'when_finding = "ground"'),
        "effect 3 of outcome “no-response” waits for a finding of group “ground”, which “findings” does not offer",
    ),
    "an effect that the needs rule out": (
        EVALUATION,
        EVALUATION.replace(" },", ', when = { promise-kept = "yes" } },'),
        "effect 1 of outcome “needs-evaluation” waits for an answer of check “promise-kept” that “needs” rules out",
        ('fields = ["summary", "question", "coaching"]', 'needs = { promise-kept = "no" }\n'),
    ),
    "a field that the needs rule out": (
        'fields = ["summary", "question", "coaching"]',
        'needs = { coaching-needed = "no" }\nfields = ["summary", "question", "coaching"]',
        "outcome “needs-evaluation” never asks for “coaching”: it waits for an answer of check “coaching-needed” that"
        " “needs” rules out",
    ),
    "an outcome that might do nothing": (
        ASK,
        'effects = [{ note = "ask", on = "survey", when = { concern-read = "yes" } }]',
        "each effect of outcome “ask-channel” waits for something: deciding for it might do nothing",
    ),
    "parking without a question": (
        ASK,
        'effects = [{ note = "ask", on = "survey" }]\nparks = true',
        "outcome “ask-channel” parks the case but asks nobody; add an effect “question”",
    ),
    "a question without parking": (
        ASK,
        ASK.removesuffix("\nparks = true"),
        "outcome “ask-channel” asks a question and does not park the case; it lacks “parks = true”",
    ),
    "two questions": (
        ASK,
        'effects = [{ question = "ask", channel = "qa" }, { question = "ask", channel = "leads" }]\nparks = true',
        "outcome “ask-channel” asks 2 questions; a parked case waits for one answer",
    ),
    "a question that waits": (
        ASK,
        ASK.replace('"qa" }', '"qa", when = { concern-read = "yes" } }'),
        "the question of outcome “ask-channel” waits for answers; one that parks the case is always asked",
    ),
    "a mail to nobody": (
        ASK,
        'effects = [{ mail = "ask", to = "the customer", subject = "Hello" }]',
        "“to” of effect 1 of outcome “ask-channel” is “the customer”, expected an address, or a place such as"
        " “{customer-email}”",
    ),
    "a tag with an unknown place": (
        'add_tags = ["csat_evaluation"]',
        'add_tags = ["reviewed-by-{bye}"]',
        "effect 1 of outcome “needs-evaluation” has a place “{bye}”, which no [[field]] and no fact of the case fills"
        "; did you mean “by”?",
    ),
    "a tag that would not be one": (
        'add_tags = ["csat_evaluation"]',
        'add_tags = ["reviewed by {by}"]',
        "tag “reviewed by {by}” of effect 1 of outcome “needs-evaluation” may have no spaces or commas",
    ),
    "an effect of two kinds": (
        ASK,
        'effects = [{ question = "ask", channel = "qa", note = "ask", on = "survey" }]\nparks = true',
        "effect 1 of outcome “ask-channel” is “note” and “question” at once",
    ),
    "a guard of nothing": (
        "[[outcome]]\n",
        '[[status]]\nid = "solved"\non = "source"\n\n[[outcome]]\n',
        "status “solved” guards nothing; it lacks",
    ),
    "a guard twice": (
        "[[outcome]]\n",
        '[[status]]\nid = "solved"\non = "source"\nonly_with = "reply"\n\n' * 2 + "[[outcome]]\n",
        "status “solved” is guarded twice on the source ticket",
    ),
    "a guard of no status": (
        "[[outcome]]\n",
        '[[status]]\nid = "resolved"\non = "source"\nonly_with = "reply"\n\n[[outcome]]\n',
        "“id” of status “resolved” is “resolved”, expected “open”, “pending”, “hold” or “solved”",
    ),
    "a waiting time that is none": (
        'answer_within = "2d"',
        'answer_within = "two days"',
        "“answer_within” of [playbook] is “two days”, expected a duration such as “30d”, “24h” or “10s”",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_is_named_with_its_line(what: str) -> None:
    old, new, sentence, *more = BROKEN[what]
    text = BUILTIN
    for before, added in more:
        assert before in text
        text = text.replace(before, added + before, 1)
    assert text.count(old) >= 1
    found = problems(text.replace(old, new, 1))
    assert any(one.split(": ", 1)[1].startswith(sentence) for one in found), "\n".join(found)


def test_a_condition_whose_checks_are_together_on_no_path_is_named() -> None:
    text = BUILTIN.replace('"mail-after-chat", "coaching-needed"]', '"mail-after-chat"]')
    when = 'when = { coaching-needed = "no" }\n'
    text = text.replace('checks = ["concern-read"]', 'checks = ["coaching-needed"]')
    found = problems(text.replace(when, 'when = { coaching-needed = "no", issue-logged = "yes" }\n'))
    sentence = "field “nothing-amiss” waits for “coaching-needed” and “issue-logged”, which are together on no path"
    assert any(sentence in one for one in found), found


def test_many_mistakes_are_told_at_once_each_with_its_line() -> None:
    text = BUILTIN
    for what in [*list(BROKEN)[:4], "a group that no finding has", "parking without a question"]:
        old, new, *_ = BROKEN[what]
        text = text.replace(old, new, 1)
    lines = [one.split(":")[1] for one in problems(text)]
    assert len(lines) >= 6
    assert lines == sorted(lines, key=int)
