"""The sync beside the screen, before the demo help desk over HTTP."""

from collections.abc import Iterator

import pytest

from csat_tui.config import HelpDeskConfig
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.ids import SurveyId
from csat_tui.helpdesk.port import HelpDesk, open_desk
from csat_tui.secrets import Credential
from csat_tui.sync.status import Link
from tests.sync.bench import Bench
from tests.sync.side import Side


class TestTheDemoHelpDesk:
    @pytest.fixture(scope="class")
    def server(self) -> Iterator[DemoServer]:
        with DemoServer(DemoOptions(surveys=8, seed=7, rate_limit=0)) as server:
            yield server

    def desk(self, server: DemoServer, token: str) -> HelpDesk:
        config = HelpDeskConfig(kind="zendesk", url=server.url, view=server.view_id, user=server.email)
        return open_desk(config, Credential(server.email, token, "the test"))

    def test_refuses_a_wrong_credential_even_where_it_answers_200_and_the_store_stays_usable(
        self, bench: Bench, server: DemoServer
    ) -> None:
        survey_id = bench.arrive()
        side = Side(bench, self.desk(server, "wrong"), server.view_id)
        side.background.start()
        side.reaches(Link.REFUSED)
        assert "does not know this credential" in side.status.problem
        assert side.status.agent is None
        taken = bench.ask(survey_id)
        assert bench.desk.undo(taken.decision_id) == survey_id
        side.background.stop()

    def test_brings_in_its_surveys_and_their_surroundings(self, bench: Bench, server: DemoServer) -> None:
        side = Side(bench, self.desk(server, server.token), "CSAT surveys to review")
        side.background.start()
        side.reaches(Link.ONLINE)
        assert sum(bench.desk.counts().by_stage.values()) == 8
        side.background.prioritize([SurveyId(number) for number in range(1, 9)])
        side.heard.until(lambda: any(bench.case(SurveyId(number)).messages for number in range(1, 9)))
        side.background.stop()

    def test_that_is_not_there_is_offline_with_a_sentence(self, bench: Bench) -> None:
        config = HelpDeskConfig(kind="zendesk", url="http://127.0.0.1:9", view=42, user="ana@example.com")
        side = Side(bench, open_desk(config, Credential("ana@example.com", "x", "the test")))
        side.background.start()
        side.reaches(Link.OFFLINE)
        assert side.status.problem.endswith(".")
        side.background.stop()
