"""An agent and a supervisor at two homes who talk about notes over their tickets; what must be so whatever happens."""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from csat_tui.domain.effect import EffectState, ImpossibleStep
from csat_tui.domain.review.steps import ReviewAnswerKind, ReviewState, SettlementKind
from csat_tui.sync import deliverer
from csat_tui.workflow.desk import TakenDecision, TooLate
from csat_tui.workflow.review_loop import NotReviewed
from tests.proof.mishaps import MESSAGE, Fate, Mishap
from tests.proof.review_homes import NOTE, PROPOSED, ReviewHome
from tests.proof.weather import TALLY, WEATHER, Weather, in_weather
from tests.proof.wire_desk import LAG, LEE, ME, READ_BACK_LAG, SURVEYS, WireDesk
from tests.proof.workstation import Fact

WHICH = st.integers(0, 9)
ANSWERS = st.sampled_from([*ReviewAnswerKind, ReviewAnswerKind.DISPUTES, ReviewAnswerKind.DISPUTES])
TOUCHES = st.sampled_from(["tags", "tags", "status", "message", "close"])
STEPS = st.sampled_from(["retry", "retry", "look", "give_up"])
GONE_WRONG = st.sampled_from([
    Mishap("reset", Fate.LATE), Mishap("reset", Fate.LATE), Mishap("reset", Fate.NOTHING), Mishap("reset", Fate.DONE),
    Mishap("422 closed"), Mishap(MESSAGE),
])  # fmt: skip
Taken = tuple[ReviewHome, int, TakenDecision, str]
"""A step as it was taken: where, about which note, its decision and its words."""


class ReviewDelivery(RuleBasedStateMachine):
    """Each review, answer and settlement is on its ticket at most once, and in the end both homes know the same."""

    @initialize()
    def set_up(self) -> None:
        logging.disable(logging.CRITICAL)  # there is a lot to say here
        self.ana = ReviewHome(ME)
        self.there: WireDesk = self.ana.there
        self.lee = ReviewHome(LEE, self.there)
        self.there.lag = {"audits": LAG, **READ_BACK_LAG}
        self.homes = (self.ana, self.lee)
        self.notes: list[int] = []
        self.taken: list[Taken] = []
        self.said = 0
        for home in self.homes:
            home.identify()
        self.a_note_comes()

    # Each step is something that a person or somebody else does, and then a poll at that person's home.

    @rule()
    def a_note_comes(self) -> None:
        """Let the agent write a note by hand, which both homes have before anything goes wrong."""
        number = len(self.notes) + 1
        self.there.arrive(number)
        self.notes.append(self.there.note_by_hand(number, NOTE))
        self.ana.clock.forward(6)
        for home in self.homes:
            home.poll()

    @rule(weather=WEATHER, which=WHICH, accepts=st.sampled_from([False, False, True]), undoes=st.booleans())
    def review(self, weather: Weather, which: int, *, accepts: bool, undoes: bool = False) -> None:
        if undoes:
            self.undo(weather, which, 0.5)
        verdict = self.lee.accept if accepts else self.lee.send_back
        self._take(self.lee, weather, which, verdict)

    @rule(weather=WEATHER, which=WHICH, kind=ANSWERS)
    def answer(self, weather: Weather, which: int, kind: ReviewAnswerKind) -> None:
        """Let the agent answer a review, which is sent first where there is none."""
        if self.ana.loop.thread(self._note(which)).state is not ReviewState.SENT_BACK:
            self.review(_CALM, which, accepts=False)
            self._all_arrives()
        lines = PROPOSED if kind is ReviewAnswerKind.DISPUTES else {}
        self._take(self.ana, weather, which, lambda note, text: self.ana.loop.answer(note, kind, text, lines))

    @rule(weather=WEATHER, which=WHICH, kind=st.sampled_from(SettlementKind))
    def settle(self, weather: Weather, which: int, kind: SettlementKind) -> None:
        """Let the supervisor settle a dispute, which is there first where there is none."""
        if self.lee.loop.thread(self._note(which)).state is not ReviewState.DISPUTED:
            self.answer(_CALM, which, ReviewAnswerKind.DISPUTES)
            self._all_arrives()
        lines = PROPOSED if kind is SettlementKind.PARTLY else {}
        self._take(self.lee, weather, which, lambda note, text: self.lee.loop.settle(note, kind, text, lines))

    @rule(mishap=GONE_WRONG, which=WHICH, withdraws=st.sampled_from([True, True, False]))
    def a_review_goes_wrong(self, mishap: Mishap, which: int, *, withdraws: bool) -> None:
        """Send a review that most often is not heard of; where it was not found, it may be withdrawn, and then land."""
        before = len(self.taken)
        self._take(self.lee, Weather(11, [mishap], [], False, True, None, None), which, self.lee.send_back)
        self._in_weather(self.lee, Weather(6, [], [], False, True, None, None), lambda: None)
        if withdraws and len(self.taken) > before:
            for effect in self.lee.dispatch.of_decision(self.taken[-1][2].decision_id):
                with suppress(ImpossibleStep):
                    self.lee.dispatch.give_up(effect.id)
                    TALLY["a review withdrawn in the outbox"] += 1
        self.there.land()

    def _take(self, home: ReviewHome, weather: Weather, which: int, does: Callable[[int, str], TakenDecision]) -> None:
        self.said += 1
        note, text = self._note(which), f"These are words {self.said}."

        def act() -> None:
            with suppress(NotReviewed):
                self.taken.append((home, note, does(note, text), text))

        self._in_weather(home, weather, act)

    @rule(weather=WEATHER, which=WHICH, seconds=st.sampled_from([0.5, 0.5, 11]))
    def undo(self, weather: Weather, which: int, seconds: float) -> None:
        """Send a note back and take that back, which may be too late; a review's words are in its draft then."""
        before = len(self.taken)
        self._take(self.lee, replace(_CALM, seconds=seconds), which, self.lee.send_back)
        if len(self.taken) == before:
            return
        home, note, taken, text = self.taken[-1]

        def act() -> None:
            draft = home.loop.draft(note)
            with suppress(TooLate):
                home.loop.undo(taken)
                found = home.loop.draft(note)
                assert found is not None, "the words of a review are lost"
                assert draft is not None or found.text == text
                TALLY["a step undone"] += 1

        self._in_weather(home, weather, act)

    @precondition(lambda self: self.taken)
    @rule(weather=WEATHER, which=WHICH, step=STEPS)
    def settle_an_effect(self, weather: Weather, which: int, step: str) -> None:
        waiting = [(home, fact) for home in self.homes for fact in home.facts() if fact.state.needs_person]
        if waiting:
            home, fact = waiting[which % len(waiting)]
            self._in_weather(home, weather, lambda: self._settle(home, fact, step))

    def _settle(self, home: ReviewHome, fact: Fact, step: str) -> None:
        if fact.state is EffectState.MISDELIVERED:
            self.there.put_right(fact.op_id)
            step = "accept_as_sent"
        elif step == "look":
            step = "accept_as_sent" if self.there.landed(fact.op_id)[0] else "retry"
        with suppress(ImpossibleStep):
            getattr(home.dispatch, step)(fact.id)
            TALLY[f"the person: {step}"] += 1

    @rule(weather=WEATHER, which=WHICH, how=TOUCHES, agent=st.booleans())
    def somebody_else(self, weather: Weather, which: int, how: str, *, agent: bool) -> None:
        number = 1 + which % len(self.notes)
        self._in_weather(self.homes[agent], weather, lambda: self.there.touch(SURVEYS + number, how))

    @rule(weather=WEATHER, agent=st.booleans(), looks=st.booleans(), which=WHICH)
    def wait(self, weather: Weather, which: int, *, agent: bool, looks: bool) -> None:
        """Let a home poll; the ticket may have been fetched by another way before."""
        home = self.homes[agent]
        number = SURVEYS + 1 + which % len(self.notes)
        self._in_weather(home, weather, lambda: home.look_at(number) if looks else None)

    @rule(agent=st.booleans())
    def start_again(self, *, agent: bool) -> None:
        self.homes[agent].start()

    def _in_weather(self, home: ReviewHome, weather: Weather, act: Callable[[], None]) -> None:
        def sync() -> None:
            home.deliver()
            home.poll()

        in_weather(home, weather, act, sync)

    def _all_arrives(self) -> None:
        """Let what was said arrive, and be read, in good weather."""
        for home in self.homes:
            home.run_down()
        self.ana.clock.forward(5)
        for home in self.homes:
            home.poll()

    def _note(self, which: int) -> int:
        return self.notes[which % len(self.notes)]

    # What must be so

    @invariant()
    def nothing_is_there_twice(self) -> None:
        for home in self.homes:
            facts = home.facts()
            decided = {fact.decision for fact in facts}
            assert all(one.decision_id in decided for at, _, one, _ in self.taken if at is home), "a step is lost"
            for fact in facts:
                audits, comments = self.there.landed(fact.op_id)
                assert len(comments) == len(audits) <= 1, f"effect {fact.id} is there {len(audits)} times"
                if "undone" in fact.events:
                    assert not audits, "what was taken back is there"
            for ticket_id, tags in self.there.tagged.items():
                assert set(tags) <= set(self.there.tickets[ticket_id]["tags"]), "a tag that somebody else added is gone"
            read = Counter(home.records())
            del read[None]
            assert set(read.values()) <= {1}, "one note is read as two steps"

    def teardown(self) -> None:
        try:
            if hasattr(self, "homes"):
                self.all_ends_well()
        finally:
            logging.disable(logging.NOTSET)
            if hasattr(self, "homes"):
                TALLY.update(self.there.met)
                for home in self.homes:
                    home.clear()

    def all_ends_well(self) -> None:
        """Let the faults stop and everybody settle what waits for them: then both homes know what the tickets say."""
        self.there.calm()
        self.there.land()
        self.ana.clock.forward(deliverer.DELIVERY_LEASE_SPAN.total_seconds())
        for home in self.homes:
            home.start()
            self._bring_home(home)
        self._all_arrives()
        assert [home.reviews.problem for home in self.homes] == ["", ""]
        self.nothing_is_there_twice()
        self._every_step_is_on_its_ticket_or_visibly_not_sent()
        for note in self.notes:
            assert self.ana.told(note) == self.lee.told(note)
            for home in self.homes:
                assert home.listed(note) == home.loop.thread(note).state
            TALLY[f"ended {self.ana.loop.thread(note).state}"] += 1

    def _every_step_is_on_its_ticket_or_visibly_not_sent(self) -> None:
        shown, effects = {}, {}
        for home in self.homes:
            words = [one.step.text for note in self.notes for one in home.loop.thread(note).steps]
            shown[home] = set(words)
            assert len(words) == len(shown[home]), "one step is shown twice"
            effects |= {(home, fact.decision): fact for fact in home.facts()}
        for home, _, taken, text in self.taken:
            fact = effects[home, taken.decision_id]
            assert fact.state.settled
            there = bool(self.there.landed(fact.op_id)[0])
            assert there or fact.state is EffectState.WITHDRAWN
            assert [text in shown[one] for one in self.homes] == [there, there], (text, fact)
            TALLY[f"{fact.state} and {'there' if there else 'not there'}"] += 1

    def _bring_home(self, home: ReviewHome) -> None:
        for rounds in range(20):
            home.run_down()
            waiting = [fact for fact in home.facts() if fact.state.needs_person]
            if not waiting:
                return
            for fact in waiting:
                self._settle(home, fact, "look" if rounds < 3 else "give_up")
        raise AssertionError("something waits for the person again and again")


_CALM = Weather(11, [], [], False, True, None, None)
