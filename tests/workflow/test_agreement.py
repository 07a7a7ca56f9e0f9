"""Suggestions beside the answers of agents, over the cases that they decided."""

from csat_tui.domain.case import Answer, customer_email
from csat_tui.store import tickets
from csat_tui.workflow.agreement import AgreementDesk
from tests.builders import an_account
from tests.sync.bench import Bench


def test_what_is_suggested_now_is_held_against_what_agents_answered(bench: Bench) -> None:
    agreement = AgreementDesk(bench.database, bench.desk)
    for number in range(1, 8):
        survey_id = bench.arrive(number)
        case = bench.case(survey_id)
        email = customer_email(case.survey, case.source_ticket, case.survey_ticket)
        with bench.database.write() as connection:
            tickets.put_account(connection, email, an_account(email=email), bench.clock.now())
        suggestions = bench.desk.suggestions(bench.case(survey_id))
        said = {check: one.answer for check, one in suggestions.items() if one.answer is not None}
        assert said
        for check, suggested in said.items():
            # The first one is not decided. Of the others, five follow the suggestion, two of them by hand.
            other = next(one for one in (Answer.YES, Answer.NO) if one is not suggested)
            bench.desk.answer(survey_id, check, suggested if number < 7 else other, suggested=number < 5)
        if number > 1:
            bench.follow_up(survey_id)
    found = agreement.overview(None, None, 100)
    assert found.decided == 6
    assert found.checks
    for one in found.checks:
        assert (one.answered, one.taken_over) == (6, 3)
        assert one.agreement.percent.coefficient == 5 / 6
        assert one.by_hand.why_not == "Only 3 cases have two answers to compare; figures of agreement begin at 5 cases."
    bench.clock.forward(60)
    assert agreement.overview(bench.clock.now(), None, 100).decided == 0
    assert agreement.overview(None, None, 2).decided == 2
