"""Of several surveys for one ticket none that knows more gives way to one that knows less, in any order of arrival."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from csat_tui.domain.case import Answer, Answered, Stage
from csat_tui.domain.ids import TicketId
from csat_tui.store import cases
from csat_tui.store.cases import surveys
from tests.builders import NOON, ratings, the_playbook
from tests.store.shelf import Shelf, arriving, value

TICKET = TicketId(7_300_042)
KINDS = st.sampled_from(["rated", "silent", "held", "held with words", "listed", "listed bare"])
ARRIVALS = st.lists(st.tuples(KINDS, st.integers(0, 4), st.booleans()), min_size=2, max_size=5)


def survey(number: int, kind: str, hour: int) -> Any:
    parts: dict[str, Any] = {"source_ticket_id": TICKET, "received_at": NOON + timedelta(hours=hour)}
    if kind.startswith("held"):
        parts |= {"ratings": {}, "problem": "could not be read: no ratings"}
    if kind.startswith("listed"):
        parts |= {"source": f"low-scores:{TICKET}:{number}", "survey_ticket_id": None}
        parts["ratings"] = ratings(1) if kind == "listed" else {}
    parts["comment"] = "" if kind in ("silent", "held", "listed bare") else f"words {number}"
    return arriving(number, **parts)


@example([("rated", 0, True), ("rated", 1, False), ("rated", 2, False)])
@example([("rated", 0, True), ("listed", 1, False), ("held with words", 2, False)])
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(ARRIVALS)
def test_no_rating_and_no_word_is_lost(arrivals: list[tuple[str, int, bool]]) -> None:
    with Shelf() as database:
        numbers = []
        for number, (kind, hour, answered) in enumerate(arrivals):
            with database.write() as connection:
                (survey_id,) = surveys.put_surveys(connection, [survey(number, kind, hour)])
                if answered and cases.stage(connection, survey_id) is Stage.OPEN:
                    cases.put_answer(connection, survey_id, Answered("issue-logged", Answer.YES, NOON))
            numbers.append(survey_id)
        with database.read() as connection:
            found = [cases.load_case(connection, one, the_playbook()) for one in numbers]
        standing = [one for one in found if one is not None and one.stage is Stage.OPEN]
        if any(answered for _, _, answered in arrivals[:1]):
            assert any(one.answers for one in standing), "an answer is with no case that is open"
        kinds = {number: kind for number, (kind, _, _) in zip(numbers, arrivals, strict=True)}
        assert standing
        real = [one for one in standing if not kinds[one.id].startswith("listed")]
        assert real or all(kind.startswith("listed") for kind in kinds.values()), "a list's word stands for no survey"
        if any(kind in ("rated", "silent") for kind in kinds.values()):
            rated = [one for one in real if one.survey.ratings]
            assert len(rated) == 1, "one that could not be read took the place of a rated one"
            latest = max((one for one in found if one and kinds[one.id] in ("rated", "silent")),
                         key=lambda one: (one.survey.received_at, one.id))  # fmt: skip
            assert rated[0].id == latest.id
        for one in found:
            if one is not None and one.stage is Stage.SUPERSEDED:
                stands = value(database, f'SELECT superseded_by FROM "case" WHERE survey_id = {one.id}')
                assert stands in {case.id for case in standing}, "who gave way is not found from a case that is open"
