"""Bringing a ticket of a list of low scores here, beside the screen."""

from datetime import timedelta

import pytest

from csat_tui.domain.ids import TicketId
from csat_tui.sync.background import NotReady
from csat_tui.sync.status import Link
from tests.builders import MAIL
from tests.sync.bench import Bench, survey_ticket
from tests.sync.side import Side, stock


async def test_a_ticket_is_brought_on_the_syncs_own_loop(bench: Bench) -> None:
    stock(bench.memory, 1)
    elsewhere = survey_ticket(9)
    bench.memory.add_ticket(elsewhere, description=MAIL.replace("7300001", "7300099"), age=timedelta(minutes=9))
    side = Side(bench)
    with pytest.raises(NotReady):
        await side.background.import_ticket(elsewhere)
    side.background.start()
    try:
        side.reaches(Link.ONLINE)
        brought = await side.background.import_ticket(elsewhere)
        assert brought.survey_id in bench.desk.find(elsewhere)
        assert (await side.background.import_ticket(TicketId(4))).survey_id is None
    finally:
        side.background.stop()
