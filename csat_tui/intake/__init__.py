"""Reading surveys in: from survey tickets and from Qualtrics exports."""

from csat_tui.intake.survey_mail import parse_survey

__all__ = ["parse_survey"]
