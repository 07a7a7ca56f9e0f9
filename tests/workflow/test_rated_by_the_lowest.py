"""A desk on which everything was rated by the mean is rated by the lowest, before anything is decided by it."""

from dataclasses import replace
from pathlib import Path

from csat_tui.config import Config
from csat_tui.domain.playbook import RatingRule
from csat_tui.domain.survey import as_arrival
from csat_tui.paths import Paths
from csat_tui.store import named_values
from csat_tui.store.cases import surveys
from csat_tui.store.cases.queue import QueueView, Sort
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.opening import open_workplace
from csat_tui.workflow.playbook_changes import measure
from tests.builders import NOON, a_survey, ratings, the_playbook
from tests.store.shelf import ManualClock, new_database

MEAN = replace(the_playbook(), rating=RatingRule.MEAN, low=2.9)
FIGURES = ((4, 4, 4, 4, 4, 4), (1, 5, 5, 1, 5, 5), (2, 2, 2, 2, 2, 2), (1, 1, 1, 1, 1, 1))


def by_the_mean(database) -> None:
    """Fill a database as a version left it that took the mean."""
    arrived = []
    for number, figures in enumerate(FIGURES):
        survey = a_survey(
            source=f"qualtrics:{number}", survey_ticket_id=None, source_ticket_id=7_300_000 + number,
            ratings=ratings(*figures), comment="my refund never came",
        )  # fmt: skip
        rated = replace(survey, rating=round(sum(figures) / 6, 1))
        arrived.append(as_arrival(rated, MEAN))
    with database.write() as connection:
        surveys.put_surveys(connection, arrived)
        connection.exec_driver_sql('UPDATE "case" SET rank = (SELECT rating FROM survey WHERE id = survey_id)')
        named_values.remember(connection, "playbook.measure", measure(MEAN), NOON)


def test_no_old_rating_decides_even_before_the_desk_is_measured(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    by_the_mean(database)
    desk = Desk(database, the_playbook(), ManualClock(), "Ana")
    rows = {row.source_ticket_id - 7_300_000: row for row in desk.rows_after(QueueView(), None, 9)}
    assert [(rows[one].path, rows[one].rating, rows[one].lowest, rows[one].mean) for one in range(4)] == [
        ("acceptable", 4.0, 4, 4.0),
        ("low-with-comment", 1.0, 1, 3.7),
        ("low-with-comment", 2.0, 2, 2.0),
        ("low-with-comment", 1.0, 1, 1.0),
    ]
    case = desk.case(rows[1].id)
    assert case is not None
    assert (case.path.id, case.survey.rating) == ("low-with-comment", 1.0)
    assert "concern-read" in case.path.checks
    database.close()


def test_opening_rates_the_desk_anew_and_the_worst_are_first_by_the_lowest_then_the_mean(tmp_path: Path) -> None:
    paths = Paths.find({"CSAT_TUI_HOME": str(tmp_path)})
    paths.make()
    database = new_database(paths.database.parent, paths.database.name)
    by_the_mean(database)
    database.close()
    workplace = open_workplace(paths, Config(), {}, ManualClock())
    try:
        rows = workplace.desk.rows_after(QueueView(sort=Sort.WORST), None, 9)
        assert [(row.lowest, row.mean) for row in rows] == [(1, 1.0), (1, 3.7), (2, 2.0), (4, 4.0)]
        assert workplace.desk.counts().by_path == {"low-with-comment": 3, "acceptable": 1}
        with workplace.database.read() as connection:
            kept = surveys.on_the_desk(connection, 0, 9)
        assert [one.survey.rating for one in kept] == [4.0, 1.0, 2.0, 1.0]
    finally:
        workplace.close()
