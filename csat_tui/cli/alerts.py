"""`csat-tui alerts`: tell support leads of unhappy customers, each once; list what was sent, and settle doubts."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.alerts_install import install_alerts, uninstall_alerts
from csat_tui.cli.console import date_and_time, say, say_json, table
from csat_tui.cli.exits import Exit, Failure, complain
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.recovery.alert_plan import AlertPlan, AlertSurvey, PlannedAlert
    from csat_tui.store.alerts import KeptAlert
    from csat_tui.workflow.alerting import Alerting, AlertRound

alerts = typer.Typer(rich_markup_mode=None)
alerts.command("install")(install_alerts)
alerts.command("uninstall")(uninstall_alerts)

JsonDocument = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LISTED = 50
"""The default number of messages that a list has."""


@alerts.callback(invoke_without_command=True)
def alert_leads(
    context: typer.Context,
    at: Annotated[
        str,
        typer.Option(
            "--at", metavar="TIME", help="As if it were this time, such as “2026-03-09 09:00”, in the alerts' zone."
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who would be alerted of what; nothing is kept or sent.")
    ] = False,
    json: JsonDocument = False,
) -> None:
    """Alert support leads of the unhappy customers of each period that has ended, once; ends with 1 if some need you.

    Run it as often as you like: what was alerted is never alerted again. Run `csat-tui sync` before it.
    """
    if context.invoked_subcommand is not None:
        return
    with _alerting() as alerting:
        moment = _moment(alerting, at, future=dry_run)
        round_ = alerting.preview(moment) if dry_run else asyncio.run(alerting.run(moment))
        waiting = [] if dry_run else alerting.open()
        if json:
            say_json(
                {
                    "dry_run": dry_run, "skipped_periods": round_.skipped, "late_surveys": round_.late,
                    "sent_by_another_process": not round_.sending,
                    "periods": [_plan_document(plan) for plan in round_.plans],
                    "to_fix": [_survey_document(one) for one in alerting.to_fix()],
                    "open": [alert_document(one) for one in waiting],
                }
            )  # fmt: skip
        else:
            _say_round(alerting, round_, waiting, dry_run=dry_run)
    if any(one.state.needs_person for one in waiting):
        raise typer.Exit(Exit.NEEDS_PERSON)


@alerts.command("list")
def list_alerts(
    open_only: Annotated[bool, typer.Option("--open", help="Only what is not through yet.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="How many at most.")] = LISTED,
    json: JsonDocument = False,
) -> None:
    """List the messages of alerts, the latest first, with what became of each; works offline."""
    with _alerting() as alerting:
        found = list(reversed(alerting.open()))[:limit] if open_only else alerting.last(limit)
        if json:
            say_json({"alerts": [alert_document(one) for one in found]})
            return
        if not found:
            say("Nothing waits." if open_only else "Nobody has been alerted yet.")
            return
        lines = [["ID", "PERIOD UP TO", "KIND", "TO", "CUSTOMERS", "DUE", "STATE", ""]]
        lines += [
            [str(one.id), date_and_time(one.ends), _kind(one), one.name[:30], str(one.customers),
             date_and_time(one.due_at), one.state.value, one.sentence]
            for one in found
        ]  # fmt: skip
        table(lines, right=(0, 4))


@alerts.command("settle")
def settle_alert(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, max=2**62, help="As `csat-tui alerts list` has it.")],
    sent: Annotated[
        bool | None,
        typer.Option("--sent/--not-sent", help="Whether it has arrived; what has not is sent again."),
    ] = None,
    json: JsonDocument = False,
) -> None:
    """Say whether a message that is in doubt, or was refused, went; csat-tui never sends one again unasked."""
    if sent is None:
        raise Failure(Exit.USAGE, "Say --sent or --not-sent, after you have looked. Nothing was changed.")
    from csat_tui.workflow.alerting import NotAlerted

    with _alerting() as alerting:
        try:
            one = alerting.settle(number, sent=sent)
        except NotAlerted as error:
            raise Failure(Exit.USAGE, str(error)) from error
        if json:
            say_json(alert_document(one))
        elif sent:
            say(f"Alert {number} counts as sent.")
        else:
            say(f"Alert {number} is sent again when `csat-tui alerts` runs next.")


@contextmanager
def _alerting() -> "Iterator[Alerting]":
    """Open the alerts of this installation; what keeps them from alerting becomes a Failure."""
    from csat_tui.workflow.alerting import NotAlerted
    from csat_tui.workflow.opening_alerts import open_alerting

    installation = find_installation()
    with opened_workplace(installation) as workplace:
        try:
            yield open_alerting(workplace, installation.environ)
        except NotAlerted as error:
            raise Failure(Exit.CONFIGURATION, str(error)) from error


def _moment(alerting: "Alerting", said: str, *, future: bool) -> datetime:
    """Return the moment that was asked for; Failure where it is none, or is still to come."""
    if not said:
        return alerting.now
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise Failure(
            Exit.USAGE, f"“{said[:40]}” is no time; write it as “2026-03-09 09:00”. Nothing was sent."
        ) from None
    if not 1980 <= moment.year <= 2199:
        raise Failure(Exit.USAGE, f"“{said[:40]}” is not a time that can be meant. Nothing was sent.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=alerting.schedule.zone)
    if moment > alerting.now and not future:
        raise Failure(
            Exit.USAGE,
            "That time is still to come, and a period can only be alerted when it is over. Nothing was sent; "
            "--dry-run shows what is known by now.",
        )
    return moment


def _say_round(alerting: "Alerting", round_: "AlertRound", waiting: "list[KeptAlert]", *, dry_run: bool) -> None:
    for plan in round_.plans:
        _say_plan(alerting, plan, dry_run=dry_run)
    if not round_.plans:
        following = alerting.next_alert()
        when = f"{alerting.schedule.local(following):%Y-%m-%d %H:%M}"
        say(f"No alert is due; the next is on {when} ({alerting.schedule.zone.key}).")
    if round_.skipped:
        days = "1 older period is" if round_.skipped == 1 else f"{round_.skipped} older periods are"
        say(f"{days} too long ago and not alerted any more; their customers are in `csat-tui recovery`.")
    if round_.late:
        came = "1 survey has" if round_.late == 1 else f"{round_.late} surveys have"
        say(
            f"{came} come here after the alert of their own day, and {'is' if round_.late == 1 else 'are'} in this one."
        )
    if alerting.no_texts and round_.plans and not dry_run:
        complain(alerting.no_texts)
    if not round_.sending:
        say("Another csat-tui is sending alerts at this moment; it sends these, too.")
    if to_fix := alerting.to_fix():
        count = "1 survey alerts" if len(to_fix) == 1 else f"{len(to_fix)} surveys alert"
        when = f"{alerting.schedule.local(alerting.next_alert()):%Y-%m-%d %H:%M}"
        say(f"{count} nobody unless fixed before the next alert on {when} (`csat-tui recovery fix`):")
        _say_surveys(alerting, to_fix)
    for one in waiting:
        say(f"Alert {one.id}, the {_kind(one)} to {one.name}: {_standing(one)}")


def _standing(one: "KeptAlert") -> str:
    from csat_tui.domain.recovery.alerting import AlertState

    match one.state:
        case AlertState.PLANNED:
            return f"goes on {date_and_time(one.due_at)}"
        case AlertState.WAITING:
            return f"is tried again; {one.sentence}"
        case AlertState.IN_DOUBT:
            return (
                f"is in doubt, and not sent again by itself; {one.sentence}. Find out, then say "
                f"`csat-tui alerts settle {one.id} --sent` or `--not-sent`"
            )
        case AlertState.REFUSED:
            return (
                f"was refused; {one.sentence}. Correct that, then have it sent with "
                f"`csat-tui alerts settle {one.id} --not-sent`"
            )
    return "is being sent"


def _say_plan(alerting: "Alerting", plan: "AlertPlan", *, dry_run: bool) -> None:
    from csat_tui.domain.recovery.alert_plan import counted_in_words, period_in_words, unhappy_customers

    local = alerting.schedule.local
    when = period_in_words(local(plan.period.begins), local(plan.period.ends))
    surveys = {one.source: one for each in plan.alerts for one in each.surveys}
    counted = counted_in_words(unhappy_customers(surveys.values()), len(surveys)) if surveys else "nobody is alerted"
    say(f"{counted[:1].upper()}{counted[1:]} {when}.")
    for one in plan.alerts:
        verb = "would get" if dry_run else "gets"
        waits = "" if one.due_at == plan.period.ends else f" on {local(one.due_at):%Y-%m-%d %H:%M}"
        what = "the report by mail" if one.kind == "report" else "a text message"
        say(f"  {one.recipient.name} {verb} {what}{waits}: {len(one.surveys)} of {', '.join(_groups(one))}")
    for remark in plan.remarks:
        say(f"  {remark}")
    if plan.to_fix:
        count = "1 survey alerts" if len(plan.to_fix) == 1 else f"{len(plan.to_fix)} surveys alert"
        say(f"  {count} nobody:")
        _say_surveys(alerting, plan.to_fix)


def _say_surveys(alerting: "Alerting", surveys: "Sequence[AlertSurvey]") -> None:
    for survey in surveys:
        received = f"{alerting.schedule.local(survey.received_at):%Y-%m-%d %H:%M}"
        say(f"    {survey.source.replace('ticket:', '#')}  {received}  {_lack(survey)}")


def _groups(one: "PlannedAlert") -> list[str]:
    return [group for group in one.recipient.groups if any(survey.group == group for survey in one.surveys)]


def _lack(survey: "AlertSurvey") -> str:
    return survey.problem or "its support group is unknown"


def _kind(one: "KeptAlert") -> str:
    from csat_tui.domain.recovery.alert_plan import part_in_words

    name = "report" if one.kind == "report" else "text message"
    return f"{name} ({part_in_words(one.part)})" if one.part else name


def _survey_document(one: "AlertSurvey") -> dict[str, Any]:
    return {"survey": one.source, "received_at": one.received_at, "problem": _lack(one)}


def _plan_document(plan: "AlertPlan") -> dict[str, Any]:
    return {
        "begins": plan.period.begins,
        "ends": plan.period.ends,
        "alerts": [
            {
                "recipient": one.recipient.name, "kind": one.kind.value, "groups": _groups(one),
                "surveys": [each.source for each in one.surveys], "due_at": one.due_at,
            }
            for one in plan.alerts
        ],
        "to_fix": [_survey_document(one) for one in plan.to_fix],
        "remarks": list(plan.remarks),
    }  # fmt: skip


def alert_document(one: "KeptAlert") -> dict[str, Any]:
    """Return a message of an alert as JSON has it."""
    return {
        "id": one.id, "op_id": one.op_id, "begins": one.begins, "ends": one.ends, "recipient": one.name,
        "kind": one.kind.value, "part": one.part or None, "surveys": list(one.surveys), "customers": one.customers,
        "due_at": one.due_at, "state": one.state.value, "at": one.at, "sentence": one.sentence or None,
        "reference": one.reference or None, "settled_by": one.author or None,
        "needs_person": one.state.needs_person,
    }  # fmt: skip
