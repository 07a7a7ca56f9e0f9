"""The sections on service recovery, and what can be wrong with them."""

from datetime import time
from pathlib import Path

import pytest

from csat_tui.domain.recovery.rules import AlertContact
from csat_tui.playbook import PlaybookError, load_builtin, parse_playbook

BUILTIN = (Path(__file__).parents[2] / "csat_tui/playbook/builtin/strike-team.toml").read_text("utf-8")
FILE = Path("strike-team.toml")
SECTION = BUILTIN[BUILTIN.index("[recovery]") : BUILTIN.index("# ── The team's tracker")]


def with_section(section: str) -> str:
    return BUILTIN.replace(SECTION, section)


def test_the_groups_of_the_strike_team_are_known_by_the_help_desks_names() -> None:
    rules = load_builtin("strike-team").recovery
    called = {name: rules.group_called(name) for name in ("BILLING  emea", "orders and delivery", "CSAT strike team")}
    assert {name: group and group.id for name, group in called.items()} == {
        "BILLING  emea": "billing",
        "orders and delivery": "orders",
        "CSAT strike team": None,
    }
    billing = rules.group("billing")
    assert billing is not None
    assert [one.name for one in billing.contacts] == ["Tarek Whitlow", "Bea Lindqvist"]
    assert billing.lead == AlertContact("Tarek Whitlow", "tarek@example.net", "+15550102")
    assert not rules.weekend_alerts


def test_what_is_left_out_has_the_values_of_the_document() -> None:
    rules = parse_playbook(with_section(""), FILE).recovery
    assert (rules.threshold, rules.time_zone, rules.alert_time) == (2, "UTC", time(9))
    assert (rules.weekend_alerts, rules.segments, rules.groups, rules.segmented) == (True, (), (), False)


def test_the_threshold_is_the_playbooks_low_or_its_own() -> None:
    assert load_builtin("service-desk").recovery.threshold == 3
    assert parse_playbook(with_section("[recovery]\nthreshold = 3.5\n"), FILE).recovery.threshold == 3.5


def test_a_segment_is_one_of_those_listed_in_their_spelling() -> None:
    listed = '[recovery]\nsegments = ["Retail", "Wholesale"]\nsegment_field = 360001\n'
    rules = parse_playbook(with_section(listed), FILE).recovery
    assert [rules.segment_called(one) for one in (" wholesale", "Farms")] == ["Wholesale", ""]
    assert rules.segmented
    free = parse_playbook(with_section('[recovery]\nsegment_organization_field = "tier"\n'), FILE).recovery
    assert (free.segment_called("Farms"), free.segmented) == ("Farms", True)


LEAD = 'lead = { name = "Joss Arkwright", mail = "joss@example.net", phone = "+15550100" }'


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('mail = "imke@example.net"', 'mail = "imke at home"', "“mail” of the lead of support group “orders” is “im"),
        ('mail = "bea@example.net"', 'mail = "bea"', "“mail” of also-alert 1 of support group “billing” is “bea”"),
        ('phone = "+15550101"', 'phone = "ring me"', "“phone” of the lead of support group “orders” is “ring me”"),
        ('id = "billing"', 'id = "care"', "support group “care” is defined twice"),
        ('"Billing EMEA"]', '"CARE"]', "group “CARE” is both support group “care” and support group “billing”"),
        ('"Billing EMEA"]', '"billing"]', "“match” of support group “billing” has “billing” twice"),
        ('time_zone = "UTC"', 'time_zone = "Europe/Berln"', "“Europe/Berln”, which does not exist; expected"),
        ('time_zone = "UTC"', 'time_zone = "America"', "“time_zone” of [recovery] is “America”, which does not exist"),
        ('time_zone = "UTC"', 'time_zone = "../etc/passwd"', "is “../etc/passwd”, which does not exist"),
        ('alert_time = "09:00"', 'alert_time = "9 am"', "“alert_time” of [recovery] is “9 am”, expected a time of day"),
        ('alert_time = "09:00"', 'alert_time = "24:00"', "“alert_time” of [recovery] is “24:00”, expected a time"),
        (LEAD, "", "support group “care” has no lead, who would hear of its unhappy customers"),
        ('name = "Imke Solberg", ', "", "the lead of support group “orders” lacks “name”"),
        ("threshold = 2             #", "threshold = 7 #", "“threshold” of [recovery] is 7, expected 1 to 5"),
        ("weekend_alerts", "weekend_alert", "[recovery] has an unknown key “weekend_alert”; did you mean “weekend_ale"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(before: str, after: str, said: str) -> None:
    assert SECTION.count(before) == 1
    text = BUILTIN.replace(SECTION, SECTION.replace(before, after))
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(text, FILE)
    (problem,) = caught.value.problems
    assert said in problem.sentence
    lines = text.splitlines()
    start = lines.index("[recovery]") + 1
    assert start <= problem.line <= start + SECTION.count("\n")
    assert after.partition("=")[0].strip() in lines[problem.line - 1] or not after
