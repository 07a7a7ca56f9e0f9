"""`csat-tui recovery`: what is done about customers who were unhappy."""

import typer

from csat_tui.cli.recovery_report import write_recovery_report

recovery = typer.Typer(rich_markup_mode=None, help="Service recovery: nobody who was unhappy is left unspoken to.")
recovery.command("report")(write_recovery_report)


@recovery.callback()
def _only_with_a_command() -> None:
    """Keep the name of a single command."""
