"""A person, a workstation and a help desk that all do as they please; what must be so whatever happens."""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from csat_tui.domain.decide import Undecidable
from csat_tui.domain.effect import EffectState, ImpossibleStep
from csat_tui.domain.ids import DecisionId, OpId, SurveyId
from csat_tui.helpdesk.zendesk.text import escaped_html
from csat_tui.sync import deliverer
from csat_tui.workflow.desk import TakenDecision, TooLate
from tests.answering import read_and_judged
from tests.builders import MISSED
from tests.proof.mishaps import (
    LOST_WRITES,
    MESSAGE,
    READ_MISHAPS,
    WRITE_MISHAPS,
    Fate,
    Mishap,
    any_of,
)
from tests.proof.weather import TALLY, WEATHER, Weather, in_weather
from tests.proof.wire_desk import SOURCES, SURVEYS
from tests.proof.workstation import Store, Workstation

WHICH = st.integers(0, 9)
WRITES_GONE_WRONG = st.one_of(LOST_WRITES, any_of(WRITE_MISHAPS))
HARD = any_of([*(Mishap("reset", fate) for fate in Fate), Mishap("422 closed"), Mishap(MESSAGE), Mishap(MESSAGE)])
"""What most often leaves an effect to the person."""
STEPS = ["retry", "retry", "look", "look", "give_up", "accept_as_sent", "accept_as_sent"]
TOUCHES = ["tags", "tags", "status", "message", "close", "delete"]
JUMPS = [timedelta(days=1), timedelta(days=-1), timedelta(hours=-1), timedelta(seconds=90)]


@cache
def _store() -> Store:
    """Return the store of all examples of this process."""
    return Store()


class Delivery(RuleBasedStateMachine):
    """Whatever goes wrong in whatever order: each effect is there at most once, and in the end where it should be."""

    @initialize()
    def set_up(self) -> None:
        logging.disable(logging.CRITICAL)  # there is a lot to say here
        self.station = Workstation(_store())
        self.there = self.station.there
        self.surveys = 0
        self.decided: list[TakenDecision] = []
        self.blindly: set[OpId] = set()
        """Effects that the person took as sent without looking."""
        self.given_back: set[DecisionId] = set()
        """Decisions whose cases came back when the person withdrew an effect."""

    # Each step is something that a person or somebody else does, and then a round of delivery.

    @rule(weather=WEATHER, closed=st.sampled_from([False, False, True]), whole=st.booleans())
    def a_survey_comes(self, weather: Weather, closed: bool, whole: bool) -> None:
        self.surveys += 1
        self.there.arrive(self.surveys, closed=closed)
        self.in_weather(weather, lambda: self.station.pull(whole=whole))

    @rule(weather=WEATHER, reply=st.booleans(), which=WHICH)
    def decide(self, weather: Weather, reply: bool, which: int) -> None:
        """Decide a case; in one whose source ticket is closed the reply and the note go to one ticket."""
        cases = self.station.open_cases()
        if not cases:
            self.surveys += 1
            self.there.arrive(self.surveys, closed=which % 3 == 0)
            self.station.take_in(SURVEYS + self.surveys)
            cases = self.station.open_cases()
        if cases:  # else the help desk keeps us waiting
            self.in_weather(weather, lambda: self._decide(cases[which % len(cases)], reply=reply))

    def _decide(self, survey_id: SurveyId, *, reply: bool) -> None:
        self.station.open(survey_id)
        case = read_and_judged(self.station.desk, survey_id)
        words = f"{survey_id}/{len(self.decided)}/{self.station.starts}"
        fields = {"summary": f"late box {words}", "question": "who looks?"}
        outcome, findings = ("follow-up", MISSED) if reply else ("needs-evaluation", ())
        if reply:
            fields = {"reply": f"Sorry {words}.", "summary": f"late {{{{ticket.id}}}} {words}", "resolution": "credit"}
            fields["better"] = "a refund"
        with suppress(Undecidable):
            self.decided.append(self.station.desk.decide(case, outcome, fields, findings))
        self.station.clock.forward(11)

    @rule(lost=WRITES_GONE_WRONG, late_after=st.sampled_from([None, 1, 2, 3]), which=WHICH)
    def an_answer_is_lost(self, lost: Mishap, late_after: int | None, which: int) -> None:
        """Decide on a reply whose sending goes wrong, most often without a usable answer, and go on once it settled."""
        self.decide(Weather(0.5, [lost], [], False, True, late_after, None), reply=True, which=which)
        self.in_weather(Weather(6, [], [], False, True, late_after, None), lambda: None)

    @rule(
        fate=st.sampled_from([Fate.LATE, Fate.LATE, Fate.DONE]), how=st.sampled_from(["undo", "give_up"]), which=WHICH
    )
    def taken_back_after_a_lost_answer(self, fate: Fate, how: str, which: int) -> None:
        """Take a note back that was sent, not heard of and not found; then it arrives."""
        decided = len(self.decided)
        self.decide(Weather(0.5, [Mishap("reset", fate)], [], False, True, None, None), reply=False, which=which)
        self.in_weather(Weather(6, [], [], False, True, None, None), lambda: None)  # it is looked for
        if len(self.decided) > decided:
            self._take_back(self.decided[-1], how)
            TALLY["taken back after a lost answer"] += 1
        self.there.land()
        self.in_weather(Weather(2, [], [], False, True, None, None), lambda: None)

    def _take_back(self, taken: TakenDecision, how: str) -> None:
        if how == "undo":
            with suppress(TooLate):
                self.station.desk.undo(taken.decision_id)
            return
        effect = self.station.dispatch.of_decision(taken.decision_id)[0]
        with suppress(ImpossibleStep):
            if self.station.dispatch.give_up(effect.id) is not None:
                self.given_back.add(taken.decision_id)

    @precondition(lambda self: self.surveys)
    @rule(mishap=any_of(READ_MISHAPS))
    def an_answer_is_unreadable(self, mishap: Mishap) -> None:
        """Let one reading of a walk go wrong."""
        self.in_weather(Weather(1, [], [mishap], False, True, None, None), self.station.pull)

    @precondition(lambda self: self.decided)
    @rule(weather=WEATHER, which=WHICH)
    def undo(self, weather: Weather, which: int) -> None:
        def act() -> None:
            with suppress(TooLate):
                self.station.desk.undo(self.decided[-1 - which % len(self.decided)].decision_id)

        self.in_weather(weather, act)

    @rule(weather=WEATHER, which=WHICH, step=st.sampled_from(STEPS), reply=st.booleans(), hard=HARD)
    def settle(self, weather: Weather, which: int, step: str, reply: bool, hard: Mishap) -> None:
        """Let the person settle an effect, having looked at the help desk or not; one is made where none waits."""
        waiting = [effect for effect in self.station.facts() if effect.state.needs_person]
        if not waiting:
            self.decide(Weather(0.5, [hard], [], False, True, None, None), reply=reply, which=which)
            self.in_weather(Weather(6, [], [], False, True, None, None), lambda: None)
            waiting = [effect for effect in self.station.facts() if effect.state.needs_person]
        if not waiting:
            return
        effect = waiting[which % len(waiting)]

        def act() -> None:
            taken = step
            if step == "look":
                taken = "accept_as_sent" if self.there.landed(effect.op_id)[0] else "retry"
            if taken == "accept_as_sent" and step != "look":
                self.blindly.add(effect.op_id)
            with suppress(ImpossibleStep):
                if getattr(self.station.dispatch, taken)(effect.id) is not None:
                    self.given_back.add(effect.decision)
                TALLY[f"the person: {step}"] += 1

        self.in_weather(weather, act)

    @precondition(lambda self: self.surveys)
    @rule(weather=WEATHER, which=WHICH, survey=st.booleans(), how=st.sampled_from(TOUCHES))
    def somebody_else(self, weather: Weather, which: int, survey: bool, how: str) -> None:
        """Let somebody else change a ticket, in the same second as the last step or later."""
        number = self.surveys - which % min(self.surveys, 3)
        self.in_weather(weather, lambda: self.there.touch((SURVEYS if survey else SOURCES) + number, how))

    @precondition(lambda self: self.surveys)
    @rule(weather=WEATHER, whole=st.booleans())
    def pull(self, weather: Weather, whole: bool) -> None:
        self.in_weather(weather, lambda: self.station.pull(whole=whole))

    @precondition(lambda self: self.decided)
    @rule(weather=WEATHER)
    def wait(self, weather: Weather) -> None:
        self.in_weather(weather, lambda: None)

    @precondition(lambda self: self.decided)
    @rule(weather=WEATHER, span=st.sampled_from(JUMPS))
    def the_clock_jumps(self, weather: Weather, span: timedelta) -> None:
        TALLY["a clock jumped"] += 1
        self.station.clock.jump(span)
        self.in_weather(weather, lambda: None)

    @precondition(lambda self: self.decided)
    @rule(clean=st.booleans())
    def start_again(self, clean: bool) -> None:
        if clean:
            self.station.deliverer.release()
        self.station.start()

    def in_weather(self, weather: Weather, act: Callable[[], None]) -> None:
        """Do something and deliver, while things go wrong."""
        in_weather(self.station, weather, act, self.station.deliver)

    # What must be so

    @invariant()
    def nothing_is_there_twice(self) -> None:
        facts = self.station.facts()
        known = {fact.decision for fact in facts}
        assert all(taken.decision_id in known for taken in self.decided), "a decision is lost"
        for fact in facts:
            if fact.kind == "tracker":
                assert fact.tracker_rows <= 1
                continue
            audits, comments = self.there.landed(fact.op_id)
            assert len(audits) <= 1, f"effect {fact.id} is there {len(audits)} times"
            assert len(comments) == len(audits)
            public = (fact.kind == "reply") is not (fact.op_id in self.there.misplaced)
            assert all(comment["public"] == public for comment in comments), "seen by other eyes"
            if "undone" in fact.events or fact.decision in self.given_back:
                assert not audits, "what was taken back is there"
            if fact.kind == "reply" and {"absent", "claimed"} <= fact.events:
                self._public_only_by_the_person(fact.id)
        self._each_text_once()
        for ticket_id, tags in self.there.tagged.items():
            assert set(tags) <= set(self.there.tickets[ticket_id]["tags"]), "a tag that somebody else added is gone"

    def _each_text_once(self) -> None:
        bodies = Counter(
            comment["html_body"]
            for rows in self.there.comments.values()
            for comment in rows
            if comment["author_id"] != 701
        )
        assert not [body for body, times in bodies.items() if times > 1]

    def _public_only_by_the_person(self, outbox_id: int) -> None:
        """After a reply was not found, the next sending is the person's."""
        events = [step.event for step in self.station.dispatch.history(outbox_id)]
        for place, step in enumerate(events):
            if step == "absent" and "claimed" in events[place:]:
                assert "retried" in events[place : place + events[place:].index("claimed")], events

    def teardown(self) -> None:
        try:
            if hasattr(self, "station"):
                self.all_ends_well()
        finally:
            logging.disable(logging.NOTSET)
            if hasattr(self, "station"):
                TALLY.update(self.there.met)
                self.station.clear()

    def all_ends_well(self) -> None:
        """Let the faults stop: everything comes home or waits for the person, who then brings it home."""
        self.there.calm()
        self.station.clock.forward(deliverer.DELIVERY_LEASE_SPAN.total_seconds())
        self.station.start()
        self.station.run_down()
        held_back = False
        decision = None
        for fact in self.station.facts():
            held_back = held_back and fact.decision == decision
            decision = fact.decision
            assert fact.state.settled or fact.state.needs_person or (held_back and fact.state is EffectState.QUEUED), (
                fact
            )
            held_back = held_back or fact.state.needs_person
            TALLY[f"ended {fact.state}"] += 1
        self.there.land()
        self.nothing_is_there_twice()
        self._bring_home()
        self.nothing_is_there_twice()
        for fact in self.station.facts():
            TALLY.update(fact.events)
            assert fact.state.settled, fact
            times = fact.tracker_rows
            if fact.kind != "tracker":
                audits, comments = self.there.landed(fact.op_id)
                times = len(audits)
                effect = self.station.dispatch.effect(fact.id)
                assert effect is not None
                assert all(comment["html_body"] == escaped_html(effect.body) for comment in comments)
            if fact.state is EffectState.CONFIRMED and fact.op_id in self.there.misplaced:
                assert {"misdelivered", "accepted as sent"} & fact.events, "nobody was told who can see it"
            if fact.state is EffectState.CONFIRMED and fact.op_id not in self.blindly:
                assert times == 1, fact

    def _bring_home(self) -> None:
        """Let a person who looks settle what waits; what cannot be written any more is given up."""
        for rounds in range(20):
            waiting = [fact for fact in self.station.facts() if fact.state.needs_person]
            if not waiting:
                return
            for fact in waiting:
                there = bool(self.there.landed(fact.op_id)[0])
                step = "retry" if rounds < 3 else "give_up"
                if fact.state is EffectState.MISDELIVERED or (fact.state is EffectState.ASKING and there):
                    step = "accept_as_sent"
                with suppress(ImpossibleStep):  # a whole decision was withdrawn with an effect before this one
                    getattr(self.station.dispatch, step)(fact.id)
            self.station.run_down()
