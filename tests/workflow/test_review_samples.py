"""A reviewer draws samples of what others wrote, replaces notes with a reason, and sees how much is reviewed."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from csat_tui.domain.ids import UserId
from csat_tui.domain.review.sample import SampleMethod
from csat_tui.domain.review.set_aside import SetAsideKind
from csat_tui.store.named_values import forget
from csat_tui.store.review import delivered_note
from csat_tui.store.review.samples import ItemState
from csat_tui.workflow.review_loop import ReviewLoop
from csat_tui.workflow.review_samples import NotSampled, SamplesDesk, SampleWish, due_day_words
from csat_tui.workflow.setting_aside import SettingAside
from tests.builders import NOON
from tests.store.noted import FIRST, REVIEWER, know_reviewer, notes_by, set_risk
from tests.sync.bench import Bench


def samples_desk(bench: Bench) -> SamplesDesk:
    return SamplesDesk(bench.database, bench.desk, ReviewLoop(bench.database, bench.desk))


@pytest.fixture
def desk(bench: Bench) -> SamplesDesk:
    know_reviewer(bench.database)
    return samples_desk(bench)


def wish(desk: SamplesDesk, size: int, method: SampleMethod = SampleMethod.RANDOM, seed: int = 5) -> SampleWish:
    return replace(desk.wish(method, size), seed=seed)


def numbers(desk: SamplesDesk, place: int = 0) -> list[int]:
    """Return the notes of one of the last samples."""
    return [item.comment_id for item in desk.items(desk.samples(5)[place].sample)]


def states(desk: SamplesDesk) -> Counter[str]:
    return Counter(item.state.value for item in desk.items(desk.samples(1)[0].sample))


def review(bench: Bench, comment: int) -> None:
    """Let somebody who may have reviewed a note."""
    with bench.database.write("notes") as connection:
        connection.exec_driver_sql(
            "UPDATE delivered_note SET review_state = 'accepted' WHERE comment_id = ?", (comment,)
        )


class TestDrawing:
    def test_what_the_preview_shows_is_drawn_and_kept_with_what_it_was_drawn_from(
        self, desk: SamplesDesk, bench: Bench
    ) -> None:
        notes_by(bench.database, [7] * 6 + [8] * 3)
        asked = wish(desk, 4)
        preview = desk.preview(asked)
        assert desk.samples(5) == []
        sample = desk.draw(asked, preview.population_hash)
        assert numbers(desk) == [note.comment_id for note in preview.notes]
        assert (sample.author_id, sample.author, sample.at, sample.seed) == (REVIEWER, "Ana", NOON, 5)
        assert (sample.population, sample.population_hash) == (9, preview.population_hash)
        assert [(one.agent, one.free) for one in preview.agents] == [("Mei", 6), ("Noor", 3)]
        assert sum(one.drawn for one in preview.agents) == 4

    def test_nobodys_own_notes_are_drawn_for_them(self, desk: SamplesDesk, bench: Bench) -> None:
        own = notes_by(bench.database, [REVIEWER] * 5 + [7])
        desk.draw(wish(desk, 10))
        assert numbers(desk) == own[5:]

    def test_who_is_not_known_yet_draws_nothing(self, bench: Bench) -> None:
        notes_by(bench.database, [7])
        with bench.database.write() as connection:
            forget(connection, "agent_id")
        desk = samples_desk(bench)
        with pytest.raises(NotSampled, match="Nothing was drawn: the help desk has not said yet who you are"):
            desk.draw(wish(desk, 1))

    def test_who_may_not_review_draws_and_replaces_nothing(self, desk: SamplesDesk, bench: Bench) -> None:
        there = notes_by(bench.database, [7])
        know_reviewer(bench.database, role="agent")
        with pytest.raises(NotSampled, match="Nothing was drawn: you may not review"):
            desk.preview(wish(desk, 1))
        with pytest.raises(NotSampled, match="Nothing was replaced: you may not review"):
            desk.replace(there[0], "spam")

    def test_a_note_is_in_one_sample_only_and_not_in_any_once_it_is_reviewed(
        self, desk: SamplesDesk, bench: Bench
    ) -> None:
        there = notes_by(bench.database, [7] * 6)
        review(bench, there[0])
        desk.draw(wish(desk, 3))
        desk.draw(wish(desk, 10))
        assert sorted(numbers(desk, 0) + numbers(desk, 1)) == there[1:]

    def test_a_rating_that_is_set_aside_has_no_note_in_a_sample_until_it_is_restored(
        self, desk: SamplesDesk, bench: Bench
    ) -> None:
        there = notes_by(bench.database, [7] * 3)
        with bench.database.read() as connection:
            surveys = [found.survey_id for one in there if (found := delivered_note(connection, one)) is not None]
        aside = SettingAside(bench.database, bench.desk, ReviewLoop(bench.database, bench.desk))
        aside.set_aside(surveys[0], SetAsideKind.CARRIER, "it rained")
        aside.set_aside(surveys[1], SetAsideKind.WRONG_PERSON, "Noor wrote it", "Noor")
        drawn = [note.comment_id for note in desk.preview(wish(desk, 5)).notes]
        assert sorted(drawn) == there[1:]
        aside.restore(surveys[0], "it did not")
        assert len(desk.preview(wish(desk, 5)).notes) == 3

    def test_a_quota_fills_up_each_agent_with_what_is_missing_in_seven_days(
        self, desk: SamplesDesk, bench: Bench
    ) -> None:
        mei = notes_by(bench.database, [7] * 5)
        noor = notes_by(bench.database, [8] * 2, first=20)
        old = notes_by(bench.database, [9] * 5, first=30, at=NOON - timedelta(days=8))
        review(bench, mei[0])
        desk.draw(replace(wish(desk, 1), until=NOON))
        preview = desk.preview(wish(desk, 3, SampleMethod.QUOTA))
        already = numbers(desk)
        drawn = [note.comment_id for note in preview.notes]
        assert {one.agent: one.drawn + one.covered for one in preview.agents} == {"Mei": 3, "Noor": 2}
        assert not set(drawn) & {mei[0], *already, *old}
        assert set(noor) <= {*drawn, *already}

    def test_where_every_quota_is_full_it_says_so(self, desk: SamplesDesk, bench: Bench) -> None:
        notes_by(bench.database, [7] * 5)
        desk.draw(wish(desk, 2, SampleMethod.QUOTA))
        with pytest.raises(NotSampled, match="Each agent has its quota of 2 already"):
            desk.draw(wish(desk, 2, SampleMethod.QUOTA))

    def test_by_risk_the_riskiest_are_drawn(self, desk: SamplesDesk, bench: Bench) -> None:
        there = notes_by(bench.database, [7] * 5)
        set_risk(bench.database, {there[3]: 9, there[1]: 12, there[0]: 0})
        preview = desk.preview(wish(desk, 2, SampleMethod.RISK))
        assert [note.comment_id for note in preview.notes] == [there[1], there[3]]
        assert preview.not_audited == 2

    def test_what_has_come_since_the_preview_is_looked_at_first(self, desk: SamplesDesk, bench: Bench) -> None:
        notes_by(bench.database, [7] * 3)
        asked = wish(desk, 2)
        seen = desk.preview(asked).population_hash
        notes_by(bench.database, [8], first=50)
        with pytest.raises(NotSampled, match="since the preview"):
            desk.draw(asked, seen)
        assert desk.samples(5) == []

    @pytest.mark.parametrize(
        ("over", "why"),
        [
            ({"size": 0}, "from 1 to 10,000"),
            ({"seed": 2**63}, "A seed is"),
            ({"since": NOON, "until": NOON - timedelta(days=1)}, "ends before it begins"),
            ({"due_at": NOON - timedelta(days=1)}, "is over"),
            ({"since": NOON + timedelta(days=1), "until": NOON + timedelta(days=2)}, "There are no notes of others"),
        ],
    )
    def test_a_wish_that_cannot_be_met_draws_nothing(
        self, desk: SamplesDesk, bench: Bench, over: dict[str, int | datetime], why: str
    ) -> None:
        notes_by(bench.database, [7] * 3)
        with pytest.raises(NotSampled, match=why):
            desk.draw(replace(wish(desk, 2), **over))  # type: ignore[arg-type]
        assert desk.samples(5) == []


class TestReplacing:
    def test_the_next_note_of_the_stratum_takes_its_place_and_it_is_counted(
        self, desk: SamplesDesk, bench: Bench
    ) -> None:
        notes_by(bench.database, [7] * 6 + [8] * 6)
        desk.draw(wish(desk, 2, SampleMethod.QUOTA))
        first = desk.items(desk.samples(1)[0].sample)[0]
        before = numbers(desk)
        item, successor = desk.replace(first.comment_id, " the customer is a lawyer ")
        assert successor is not None
        assert (item.comment_id, successor.author) == (first.comment_id, first.agent)
        assert numbers(desk) == [*before, successor.comment_id]
        progress = desk.samples(1)[0]
        assert (progress.open, progress.replaced) == (4, 1)
        left = next(one for one in desk.items(progress.sample) if one.state is ItemState.REPLACED)
        assert (left.reason, left.replaced_by) == ("the customer is a lawyer", successor.comment_id)

    def test_it_is_the_one_that_a_larger_sample_with_the_seed_had_drawn(self, desk: SamplesDesk, bench: Bench) -> None:
        notes_by(bench.database, [7] * 9)
        larger = [note.comment_id for note in desk.preview(wish(desk, 4)).notes]
        desk.draw(wish(desk, 3))
        _, successor = desk.replace(larger[0], "spam")
        assert successor is not None
        assert successor.comment_id == larger[3]

    def test_a_replaced_note_does_not_come_back_into_its_sample_but_can_be_in_another(
        self, desk: SamplesDesk, bench: Bench
    ) -> None:
        there = notes_by(bench.database, [7] * 3)
        desk.draw(wish(desk, 1))
        for _ in range(2):
            open_one = next(one for one in desk.items(desk.samples(1)[0].sample) if one.state is ItemState.OPEN)
            desk.replace(open_one.comment_id, "not this one")
        assert sorted(numbers(desk)) == there
        desk.draw(wish(desk, 5))
        assert len(numbers(desk)) == 2

    def test_where_its_stratum_has_no_other_the_note_leaves_all_the_same(self, desk: SamplesDesk, bench: Bench) -> None:
        [only] = notes_by(bench.database, [7])
        notes_by(bench.database, [8] * 4, first=20)
        desk.draw(wish(desk, 1, SampleMethod.QUOTA))
        _, successor = desk.replace(only, "cannot be read")
        assert successor is None
        assert states(desk) == {"open": 1, "replaced": 1}
        with pytest.raises(NotSampled, match="its stratum had no other note"):
            desk.replace(only, "once more")

    def test_a_note_that_the_help_desk_has_no_more_can_be_replaced(self, desk: SamplesDesk, bench: Bench) -> None:
        notes_by(bench.database, [7] * 4)
        desk.draw(wish(desk, 1))
        [gone] = numbers(desk)
        with bench.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM delivered_note WHERE comment_id = ?", (gone,))
        assert states(desk) == {"gone": 1}
        desk.replace(gone, "it was deleted")
        assert states(desk) == {"open": 1, "replaced": 1}

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 1_001])
    def test_without_a_reason_nothing_is_replaced(self, desk: SamplesDesk, bench: Bench, reason: str) -> None:
        notes_by(bench.database, [7] * 3)
        desk.draw(wish(desk, 1))
        with pytest.raises(NotSampled, match="needs a reason"):
            desk.replace(numbers(desk)[0], reason)

    def test_what_is_in_no_sample_or_reviewed_cannot_be_replaced(self, desk: SamplesDesk, bench: Bench) -> None:
        notes_by(bench.database, [7] * 3)
        desk.draw(wish(desk, 1))
        [drawn] = numbers(desk)
        review(bench, drawn)
        with pytest.raises(NotSampled, match="is reviewed already"):
            desk.replace(drawn, "too late")
        with pytest.raises(NotSampled, match="is in no sample"):
            desk.replace(FIRST + 99, "never")


class TestProgress:
    def test_a_review_makes_a_note_done_and_time_makes_it_overdue(self, desk: SamplesDesk, bench: Bench) -> None:
        notes_by(bench.database, [7] * 4)
        desk.draw(wish(desk, 3))
        review(bench, numbers(desk)[0])
        progress = desk.samples(1)[0]
        assert (progress.open, progress.done, progress.overdue) == (2, 1, 0)
        bench.clock.forward(9 * 86_400)
        assert desk.samples(1)[0].overdue == 2

    def test_coverage_counts_by_agent_and_period(self, desk: SamplesDesk, bench: Bench) -> None:
        mei = notes_by(bench.database, [7] * 4)
        notes_by(bench.database, [8, REVIEWER], first=20)
        notes_by(bench.database, [9] * 3, first=30, at=NOON - timedelta(days=30))
        desk.draw(replace(wish(desk, 2, SampleMethod.QUOTA), due_at=NOON + timedelta(hours=1)))
        drawn = {one.comment_id for one in desk.items(desk.samples(1)[0].sample)}
        desk.replace(min(drawn & set(mei)), "spam")
        for one in desk.items(desk.samples(1)[0].sample):
            if one.agent == "Noor":
                review(bench, one.comment_id)
        bench.clock.forward(7_200)
        found = {one.agent: one for one in desk.coverage(NOON - timedelta(days=7), NOON)}
        assert set(found) == {"Mei", "Noor", "Agent 1"}
        of_mei, of_noor = found["Mei"], found["Noor"]
        assert (of_mei.notes, of_mei.reviewed, of_mei.share, of_mei.sampled) == (4, 0, 0, 2)
        assert (of_mei.open, of_mei.overdue, of_mei.replaced) == (2, 2, 1)
        assert (of_noor.notes, of_noor.reviewed, of_noor.share, of_noor.overdue) == (1, 1, 1, 0)
        assert of_noor.agent_id == UserId(8)

    @pytest.mark.parametrize(
        ("due_in", "words"),
        [
            (timedelta(hours=3), "due today"),
            (timedelta(days=1), "due tomorrow"),
            (timedelta(days=5), "due in 5 days"),
            (timedelta(hours=-1), "overdue by 1 day"),
            (timedelta(days=-3), "overdue by 3 days"),
        ],
    )
    def test_a_due_day_is_said_in_words(self, due_in: timedelta, words: str) -> None:
        assert due_day_words(NOON + due_in, NOON) == words
