"""Reading surveys in: from survey tickets and from Qualtrics exports."""

from csat_tui.intake.importing import read_file
from csat_tui.intake.preview import Column, ImportPreview, RowError
from csat_tui.intake.survey_mail import parse_survey

__all__ = ["Column", "ImportPreview", "RowError", "parse_survey", "read_file"]
