"""Read what comes in: surveys from tickets and Qualtrics exports, and lists of low scores."""

from csat_tui.intake.import_preview import Column, ImportPreview, RowError
from csat_tui.intake.qualtrics_export import read_export
from csat_tui.intake.survey_mail import parse_survey

__all__ = ["Column", "ImportPreview", "RowError", "parse_survey", "read_export"]
