"""Every branch of source document 000 is met by whoever works the demo's newest forty cases, whatever the seed."""

from collections.abc import Callable

import pytest

from csat_tui.demo import admin, story
from csat_tui.demo.plots import PLOTS
from csat_tui.demo.story import Story
from csat_tui.demo.world import World
from tests.demo.conftest import NOW

OUTCOMES = {"no-response", "follow-up", "non-actionable", "needs-evaluation", "ask-channel"}
FINDINGS = {
    "cancellation-not-done",
    "concern-not-solved",
    "better-solution",
    "meals-not-changed",
    "plan-not-changed",
    "address-or-day-not-changed",
    "promo-code-not-applied",
    "credit-not-applied",
    "chat-left-no-mail",
}
GROUNDS = {"repeated-within-guide", "handled-by-lead"}
CORRECTIONS = {"issue-relogged", "refund-issued", "credit-issued"}


def finds(finding: str) -> Callable[[Story], bool]:
    return lambda told: low(told) and told.verdict.outcome == "follow-up" and finding in told.verdict.findings


def low(told: Story) -> bool:
    return told.kind == "low-comment" and told.ratings[0] <= 2 and bool(told.comment)


def silent(told: Story) -> bool:
    return told.kind == "low-silent" and told.ratings[0] <= 2 and not told.comment


def fine(told: Story) -> bool:
    return told.verdict.outcome == "no-response" and not told.verdict.corrections and not told.verdict.findings


BRANCHES: dict[str, Callable[[Story], bool]] = {
    "aligned, no coaching": lambda told: low(told) and fine(told) and not told.verdict.coaching,
    "aligned, with coaching": lambda told: low(told) and fine(told) and told.verdict.coaching,
    **{finding: finds(finding) for finding in FINDINGS},
    "repeated though a lead handled it": lambda told: low(told) and told.verdict.ground == "handled-by-lead",
    "repeated though handled within the guide": lambda told: (
        low(told) and told.verdict.ground == "repeated-within-guide"
    ),
    "the logged issue alone is wrong": lambda told: low(told) and told.verdict.corrections == ("issue-relogged",),
    "a refund within the guide is due": lambda told: low(told) and told.verdict.corrections == ("refund-issued",),
    "a credit within the guide is due": lambda told: low(told) and "credit-issued" in told.verdict.corrections,
    "low without a comment, fine": lambda told: silent(told) and fine(told),
    "low without a comment, not fine": lambda told: silent(told) and told.verdict.outcome == "follow-up",
    "rated 3 to 5, fine": lambda told: min(told.ratings) >= 3 and fine(told),
    "rated 3 to 5, something missed": lambda told: min(told.ratings) >= 3 and bool(told.verdict.corrections),
    "cannot be read": lambda told: told.kind == "unparseable" and told.verdict.outcome == "needs-evaluation",
    "somebody else has to look": lambda told: low(told) and told.verdict.outcome == "needs-evaluation",
    "unsure, asked in the channel": lambda told: low(told) and told.verdict.outcome == "ask-channel",
}


@pytest.mark.parametrize("seed", [0, 1, 7, 23, 99])
def test_every_branch_is_among_the_newest_forty(seed: int) -> None:
    world = World(60, seed, NOW)
    told = [world.story(index) for index in range(40)]
    met = {name: [one.index for one in told if holds(one)] for name, holds in BRANCHES.items()}
    assert [name for name, indexes in met.items() if not indexes] == []


def test_a_world_of_forty_tells_the_same_branches() -> None:
    world = World(40, 7, NOW)
    told = [world.story(index) for index in range(40)]
    assert all(any(holds(one) for one in told) for holds in BRANCHES.values())


def test_every_plot_says_what_belongs_to_its_outcome() -> None:
    for plot in PLOTS.values():
        verdict = plot.verdict
        assert verdict.outcome in OUTCOMES, plot.id
        assert set(verdict.findings) <= FINDINGS, plot.id
        assert set(verdict.corrections) <= CORRECTIONS, plot.id
        assert bool(verdict.ground) == (verdict.outcome == "non-actionable"), plot.id
        assert verdict.ground in {*GROUNDS, ""}, plot.id
        missed = bool(verdict.findings or verdict.corrections)
        assert missed == (verdict.outcome == "follow-up"), plot.id
        assert plot.logged or not plot.given, plot.id
    assert set(story.BRANCHES) <= set(PLOTS)
    assert {plot.ground for plot in PLOTS.values()} == {*GROUNDS, ""}


def test_the_records_show_what_is_still_to_be_put_right() -> None:
    world = World(60, 7, NOW)
    for told in map(world.story, range(60)):
        known = admin.describe(world, told.case.index)
        given = {one["kind"] for one in known["accommodations"]}
        if "refund-issued" in told.verdict.corrections:
            assert "refund" not in given
        if "credit-not-applied" in told.verdict.findings:
            assert not given
        if "cancellation-not-done" in told.verdict.findings:
            assert known["subscription"]["status"] == "active"


def test_every_plot_is_told_in_the_first_sixty() -> None:
    world = World(60, 7, NOW)
    assert {world.story(index).plot for index in range(60)} == set(PLOTS)
