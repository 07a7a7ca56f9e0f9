"""Every wording rule that ships is held to its own examples."""

from pathlib import Path

import pytest

import csat_tui.playbook
from csat_tui.domain.places import places
from csat_tui.domain.wording import WordingFacts, WordingKind, failed_examples, remarks
from csat_tui.playbook import builtin_names, load_builtin, load_playbook

SHIPPED = {name: load_builtin(name) for name in builtin_names()}
RULES = [(name, rule.id) for name, playbook in SHIPPED.items() for rule in playbook.wording]
BUILTIN = Path(csat_tui.playbook.__file__).parent / "builtin"


@pytest.mark.parametrize(("name", "rule_id"), RULES)
def test_a_rule_catches_its_bad_examples_and_no_good_one(name, rule_id):
    playbook = SHIPPED[name]
    (rule,) = (rule for rule in playbook.wording if rule.id == rule_id)
    assert rule.bad
    assert rule.good
    assert [failed.sentence for failed in failed_examples(rule, playbook.saved_replies)] == []


@pytest.mark.parametrize("name", builtin_names())
def test_what_ships_stands_the_whole_check_with_its_examples(name):
    assert load_playbook(BUILTIN / f"{name}.toml", examples=True).wording == SHIPPED[name].wording


@pytest.mark.parametrize("name", ["strike-team"])
def test_every_kind_of_rule_is_at_work(name):
    assert {rule.kind for rule in SHIPPED[name].wording} == set(WordingKind)


SAVED = [(name, saved.id) for name, playbook in SHIPPED.items() for saved in playbook.saved_replies]


@pytest.mark.parametrize(("name", "saved_id"), SAVED)
def test_a_saved_reply_asks_for_nothing_but_to_be_filled_in_and_made_one_s_own(name, saved_id):
    """What people begin with breaks no rule itself, and cannot be sent as it is."""
    playbook = SHIPPED[name]
    (saved,) = (saved for saved in playbook.saved_replies if saved.id == saved_id)
    known = {"customer-first-name": "Pat", "by-first-name": "Ana", "order": "4711"}
    text = saved.text
    for place in places(text):
        text = text.replace(f"{{{place}}}", known[place])
    facts = WordingFacts("Pat Miller", ("4711",))
    said = remarks(text, "reply", facts, playbook.wording, playbook.saved_replies)
    kinds = {rule.id: rule.kind for rule in playbook.wording}
    assert {kinds[one.rule_id] for one in said} <= {
        WordingKind.PLACEHOLDER,
        WordingKind.SIMILARITY,
        WordingKind.REQUIRED,
    }
    filled = text.replace("[ADD", "Our answer is").replace("[", "").replace("]", "").replace("DATE", "Friday")
    left = remarks(filled, "reply", facts, playbook.wording, playbook.saved_replies)
    assert {kinds[one.rule_id] for one in left} <= {WordingKind.SIMILARITY}
