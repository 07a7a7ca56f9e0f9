"""What is put on record beside the tracker: coaching submissions and corrections, each once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from csat_tui.domain.ids import OpId, SurveyId
from csat_tui.store.tables import RecordRow


def write(
    connection: Connection, op_id: OpId, survey_id: SurveyId, kind: str, cells: Mapping[str, str], at: datetime
) -> None:
    """Write a record; a second time under the same operation id changes nothing."""
    values = {"op_id": op_id, "survey_id": survey_id, "kind": kind, "cells": dict(cells), "written_at": at}
    connection.execute(insert(RecordRow).values(values).on_conflict_do_nothing(index_elements=["op_id"]))
