"""Which notes a sample has: the same for everybody who draws it again, fair, and with nobody left out who can be in."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.review.sample import (
    Candidate,
    Population,
    SampleMethod,
    allocate,
    draw_sample,
    next_in_stratum,
    seeded_order,
    stratum,
)

TEAM = [
    *(Candidate(100 + number, "7", "no-response", number % 3) for number in range(12)),
    *(Candidate(200 + number, "7", "follow-up", 9) for number in range(3)),
    *(Candidate(300 + number, "8", "no-response", 0) for number in range(6)),
    Candidate(400, "9", "free", 4),
]
"""Twenty-two notes of three agents, in four strata of 12, 3, 6 and 1."""


def drawn(notes: Sequence[Candidate], method: SampleMethod, size: int, seed: int = 1, **covered: int) -> list[int]:
    population = Population(notes, {agent.removeprefix("of_"): count for agent, count in covered.items()})
    return [note.comment_id for note in draw_sample(population, method, size, seed)]


def by_agent(numbers: Sequence[int]) -> Counter[str]:
    agents = {note.comment_id: note.agent for note in TEAM}
    return Counter(agents[number] for number in numbers)


numbered = st.lists(st.integers(1, 10_000), unique=True, max_size=40)
notes_of_a_team = numbered.flatmap(
    lambda numbers: st.tuples(
        *(
            st.builds(
                Candidate, st.just(number), st.sampled_from(["7", "8", "Mei"]), st.sampled_from(["free", "follow-up"]),
                st.integers(0, 12),
            )
            for number in numbers
        )
    )
)  # fmt: skip


class TestAnySample:
    """What holds whatever the method."""

    @pytest.mark.parametrize(
        ("method", "numbers"),
        [
            (SampleMethod.RANDOM, [101, 400, 105, 100, 200]),  # as `printf 2026:101 | sha256sum` sorts them
            (SampleMethod.STRATIFIED, [101, 400, 105, 200, 300]),
            (SampleMethod.RISK, [200, 201, 202, 400, 105]),
            (SampleMethod.QUOTA, [101, 400, 105, 100, 200]),
        ],
    )
    def test_it_is_the_same_on_every_machine_and_in_every_version(
        self, method: SampleMethod, numbers: list[int]
    ) -> None:
        assert drawn(TEAM, method, 5, seed=2026)[:5] == numbers

    def test_the_hash_of_its_population_is_the_same_too(self) -> None:
        assert Population(TEAM).digest(SampleMethod.RANDOM)[:16] == "5e82f4b44644f1c0"

    @given(notes_of_a_team, st.sampled_from(SampleMethod), st.integers(1, 50), st.integers(0, 2**63 - 1))
    def test_the_order_in_which_the_notes_are_told_changes_nothing(
        self, notes: tuple[Candidate, ...], method: SampleMethod, size: int, seed: int
    ) -> None:
        back = tuple(reversed(notes))
        assert drawn(notes, method, size, seed) == drawn(back, method, size, seed)
        assert Population(notes).digest(method) == Population(back).digest(method)

    @given(notes_of_a_team, st.sampled_from(SampleMethod), st.integers(1, 50), st.integers(0, 9))
    def test_no_note_is_in_it_twice_and_the_size_is_kept_or_all_are_in(
        self, notes: tuple[Candidate, ...], method: SampleMethod, size: int, seed: int
    ) -> None:
        numbers = drawn(notes, method, size, seed)
        assert len(set(numbers)) == len(numbers)
        wanted = (
            sum(min(size, count) for count in Counter(note.agent for note in notes).values())
            if method is SampleMethod.QUOTA
            else min(size, len(notes))
        )
        assert len(numbers) == wanted

    @given(notes_of_a_team, st.sampled_from(SampleMethod), st.integers(1, 10), st.integers(0, 9))
    def test_a_note_that_is_replaced_makes_room_for_the_next_of_its_stratum_and_for_none_that_was_there(
        self, notes: tuple[Candidate, ...], method: SampleMethod, size: int, seed: int
    ) -> None:
        taken = draw_sample(Population(notes), method, size, seed)
        free = [note for note in notes if note not in taken]
        for note in taken[:1]:
            successor = next_in_stratum(free, method, seed, stratum(note, method))
            same = [one for one in free if stratum(one, method) == stratum(note, method)]
            assert successor == next(iter(seeded_order(same, method, seed)), None)

    @pytest.mark.parametrize(
        ("method", "other"),
        [
            (SampleMethod.RANDOM, Candidate(1, "8", "free", 1)),
            (SampleMethod.RANDOM, Candidate(1, "7", "follow-up", 1)),
            (SampleMethod.RANDOM, Candidate(2, "7", "free", 1)),
            (SampleMethod.RISK, Candidate(1, "7", "free", 2)),
        ],
    )
    def test_another_population_has_another_hash(self, method: SampleMethod, other: Candidate) -> None:
        one = Candidate(1, "7", "free", 1)
        assert Population([one]).digest(method) != Population([other]).digest(method)

    def test_the_hash_passes_over_what_the_draw_passes_over(self) -> None:
        checked, unchecked = Candidate(1, "7", "free", 5), Candidate(1, "7", "free", 0)
        assert Population([checked]).digest(SampleMethod.RANDOM) == Population([unchecked]).digest(SampleMethod.RANDOM)
        with_covered = Population([checked], {"7": 2})
        assert with_covered.digest(SampleMethod.RANDOM) == Population([checked]).digest(SampleMethod.RANDOM)
        assert with_covered.digest(SampleMethod.QUOTA) != Population([checked]).digest(SampleMethod.QUOTA)


class TestRandom:
    """Each note alike."""

    def test_each_note_is_drawn_as_often_as_any_other(self) -> None:
        counted = Counter(number for seed in range(2_000) for number in drawn(TEAM, SampleMethod.RANDOM, 11, seed))
        assert set(counted) == {note.comment_id for note in TEAM}
        # Half of the notes are drawn each time: 1,000 of 2,000, give or take five standard deviations of 22.4.
        assert all(abs(count - 1_000) < 112 for count in counted.values())

    def test_another_seed_draws_others(self) -> None:
        assert drawn(TEAM, SampleMethod.RANDOM, 5, 1) != drawn(TEAM, SampleMethod.RANDOM, 5, 2)

    def test_a_note_that_comes_later_moves_none_of_the_others(self) -> None:
        before = seeded_order(TEAM, SampleMethod.RANDOM, 3)
        after = seeded_order([*TEAM, Candidate(999, "7", "free")], SampleMethod.RANDOM, 3)
        assert [note for note in after if note.comment_id != 999] == before


class TestStratified:
    """By agent and outcome."""

    @pytest.mark.parametrize(
        ("size", "shares"),
        [
            (22, (12, 3, 6, 1)),  # everything
            (11, (6, 1, 3, 1)),  # 6, 1.5, 3 and 0.5: what is below one becomes one, and the rest is divided
            (4, (1, 1, 1, 1)),
            (7, (3, 1, 2, 1)),  # 0.95 and 0.3 become one; the other five are 3.3 and 1.7 by the largest remainder
            (3, (1, 0, 1, 1)),  # more strata than notes: the largest of each agent first
            (2, (1, 0, 1, 0)),
            (1, (1, 0, 0, 0)),
        ],
    )
    def test_each_stratum_gets_its_share(self, size: int, shares: tuple[int, ...]) -> None:
        strata = Counter(stratum(note, SampleMethod.STRATIFIED) for note in TEAM)
        found = allocate(strata, size)
        assert [found.get(f"{agent}", 0) for agent in ("7/no-response", "7/follow-up", "8/no-response", "9/free")] == [
            *shares
        ]

    def test_remainders_that_are_equal_go_to_the_larger_stratum(self) -> None:
        assert allocate({"7/a": 10, "8/a": 10, "9/a": 4}, 12) == {"7/a": 5, "8/a": 5, "9/a": 2}
        assert allocate({"7/a": 3, "8/a": 5}, 4) == {"7/a": 1, "8/a": 3}

    @given(st.dictionaries(st.sampled_from([f"{a}/{o}" for a in "789" for o in "abcd"]), st.integers(1, 60)),
           st.integers(1, 200))  # fmt: skip
    def test_nobody_is_left_out_where_there_is_room_and_nobody_gives_what_they_do_not_have(
        self, strata: dict[str, int], size: int
    ) -> None:
        found = allocate(strata, size)
        assert sum(found.values()) == min(size, sum(strata.values()))
        assert all(0 < count <= strata[name] for name, count in found.items())
        if size >= len(strata):
            assert set(found) == set(strata)
            shared = {name: count for name, count in found.items() if count > 1}
            for name, count in shared.items():
                assert count < size * strata[name] / sum(strata.values()) + 1
        else:
            agents = {name.split("/")[0] for name in strata}
            assert {name.split("/")[0] for name in found} == agents or size < len(agents)

    def test_its_notes_are_those_shares(self) -> None:
        numbers = drawn(TEAM, SampleMethod.STRATIFIED, 11)
        assert Counter(number // 100 for number in numbers) == {1: 6, 2: 1, 3: 3, 4: 1}


class TestByRisk:
    """The riskiest first."""

    def test_the_highest_risks_are_in_and_the_seed_decides_among_equals(self) -> None:
        assert sorted(drawn(TEAM, SampleMethod.RISK, 4)) == [200, 201, 202, 400]
        assert {tuple(drawn(TEAM, SampleMethod.RISK, 1, seed)) for seed in range(20)} == {(200,), (201,), (202,)}


class TestQuota:
    """What each agent lacks."""

    def test_each_agent_is_filled_up_to_the_quota(self) -> None:
        assert by_agent(drawn(TEAM, SampleMethod.QUOTA, 3)) == {"7": 3, "8": 3, "9": 1}

    def test_what_is_reviewed_or_sampled_counts(self) -> None:
        numbers = drawn(TEAM, SampleMethod.QUOTA, 3, of_7=2, of_8=5)
        assert by_agent(numbers) == {"7": 1, "9": 1}
