"""What `csat-tui doctor` checks outside the database: this machine, the help desk, forms, channels and mail."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from csat_tui.cli.diagnosis import Diagnosis, attention, bad, ok
from csat_tui.cli.exits import Exit, Failure, sentence
from csat_tui.cli.installation import Installation
from csat_tui.cli.screen import Screen
from csat_tui.config import Config, ConfigError, HelpDeskConfig, load_config
from csat_tui.domain.escalation import EscalatedBy
from csat_tui.domain.playbook import CellsTemplate, Playbook
from csat_tui.helpdesk.port import notice
from csat_tui.paths import Paths
from csat_tui.secrets import Credential, CredentialKind, NoCredential, admin_credential, credential

SMALLEST = (80, 24)
"""Columns and lines that the workstation needs."""


def check_config(paths: Paths) -> tuple[Config | None, list[Diagnosis]]:
    """Return the configuration, or None with a finding for each thing that is wrong with it."""
    try:
        config = load_config(paths)
    except ConfigError as error:
        found = [bad("config", line, "correct the line", Exit.CONFIGURATION) for line in str(error).splitlines()]
        return None, found
    if not paths.config_file.exists():
        return config, [attention("config", f"there is no {paths.config_file}", "`csat-tui login` writes one")]
    if config.helpdesk is None:
        return config, [attention("config", f"{paths.config_file} names no help desk", "`csat-tui login` adds one")]
    return config, [ok("config", f"{paths.config_file}: {config.helpdesk.url}, view {config.helpdesk.view}")]


def check_playbook(installation: Installation) -> Iterator[Diagnosis]:
    """Yield how the playbook is, each mistake of it on its own."""
    from csat_tui.playbook import PlaybookError, resolve_playbook

    try:
        playbook = resolve_playbook(installation.config.playbook.use, installation.paths.config_dir)
    except PlaybookError as error:
        for problem in error.problems:
            yield bad("playbook", str(problem), "correct the line", Exit.CONFIGURATION)
        return
    yield ok("playbook", f"“{playbook.title}”, {len(playbook.checks)} checks, {len(playbook.outcomes)} outcomes")


def check_keys(installation: Installation, screen: Screen | None) -> Iterator[Diagnosis]:
    """Yield what is wrong with the person's own keys."""
    problems = screen.problems(installation) if screen is not None else []
    for problem in problems:
        yield attention("keys", problem, "correct it in config.toml; the default keys are used until then")
    if not problems:
        own = len(installation.config.keys)
        yield ok("keys", f"{own} of your own" if own else "the defaults")


def check_terminal(environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Yield whether the workstation can be shown here."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield ok("terminal", "there is no terminal here, so only the commands that print can be used")
        return
    kind = environ.get("TERM", "")
    if kind in ("", "dumb"):
        yield bad(
            "terminal", f"TERM is “{kind}”", "use a terminal that can draw, or `csat-tui queue`", Exit.NEEDS_PERSON
        )
        return
    size = shutil.get_terminal_size()
    if size < SMALLEST:
        columns, lines = SMALLEST
        todo = f"make it at least {columns}x{lines}"
        yield attention("terminal", f"{size.columns}x{size.lines} is small", todo)
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield attention("terminal", f"it writes {sys.stdout.encoding}, not UTF-8", "set LANG to a UTF-8 locale")
    yield ok("terminal", f"{kind}, {size.columns}x{size.lines}, {_colours(environ)}")


def check_log(paths: Paths) -> Iterator[Diagnosis]:
    """Yield whether what happens can be written down."""
    if os.access(paths.log_file if paths.log_file.exists() else paths.log_dir, os.W_OK):
        yield ok("log", str(paths.log_file))
    else:
        yield attention("log", f"{paths.log_file} cannot be written", "check the folder's owner and rights")


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours, because NO_COLOR is set"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in environ.get("TERM", "") else "16 colours; `--theme ansi` uses them best"


def check_desk(installation: Installation) -> Iterator[Diagnosis]:
    """Yield how the help desk takes us."""
    helpdesk = installation.config.helpdesk
    if helpdesk is None:
        return
    try:
        proof = credential(helpdesk, installation.environ, installation.paths)
    except NoCredential as error:
        yield bad("credential", str(error), "until then you work offline with what is here", Exit.CONFIGURATION)
        return
    yield _origin(proof)
    if told := notice(helpdesk, datetime.now(UTC).date()):
        yield attention("API token", told, "`csat-tui login` takes its place")
    yield from _reach(helpdesk, proof)
    if installation.config.admin is not None:
        yield from _reach_admin(installation, helpdesk, proof)


def _origin(proof: Credential) -> Diagnosis:
    """Return where the credential comes from and whom it speaks for."""
    if "insecure storage" in proof.origin:
        return attention("credential", f"from {proof.origin}", "`csat-tui login` on a machine with a keyring is safer")
    whom = {
        CredentialKind.API_TOKEN: f"for {proof.user}",
        CredentialKind.ACCESS_TOKEN: "for whoever the OAuth token names",
        CredentialKind.SIGN_IN: f"a sign-in that renews itself{_unused_until(proof)}",
    }
    return ok("credential", f"from {proof.origin}, {whom[proof.kind]}")


def _unused_until(proof: Credential) -> str:
    """Say until when a sign-in lives without being used, where the help desk has told it."""
    from csat_tui.oauth.sign_in import Tokens

    if proof.kept is None:
        return ""
    try:
        ends = Tokens.from_json(proof.kept.read().text).refresh_expires_at
    except (NoCredential, ValueError):
        return ""  # asking the help desk tells what is wrong with it, in the next line
    return "" if ends is None else f", and ends on {ends:%Y-%m-%d} if it is not used"


def _reach(helpdesk: HelpDeskConfig, proof: Credential) -> Iterator[Diagnosis]:
    from csat_tui.cli.help_desk_calls import try_view, who_am_i
    from csat_tui.domain.errors import HelpDeskError

    try:
        agent = asyncio.run(who_am_i(helpdesk, proof))
    except HelpDeskError as error:
        yield bad("help desk", sentence(str(error)), "until then you work offline with what is here", Exit.HELP_DESK)
        return
    yield ok("help desk", f"{helpdesk.url} knows us as {agent.name} <{agent.email}>")
    try:
        reached = asyncio.run(try_view(helpdesk, proof))
    except HelpDeskError as error:
        yield bad("view", sentence(str(error)), "set view in config.toml, or have it shared with you", Exit.HELP_DESK)
    else:
        yield ok("view", f"{helpdesk.view} opens, {reached.surveys} on it")
    if not agent.may_reply:
        todo = "outcomes that answer the customer will be rejected; an administrator can allow it"
        yield attention("replies", f"{agent.name} may not reply to customers", todo)


def _reach_admin(installation: Installation, helpdesk: HelpDeskConfig, proof: Credential) -> Iterator[Diagnosis]:
    """Yield whether the admin system answers, asked for an address that nobody has."""
    from csat_tui.domain.errors import HelpDeskError

    todo = "until then checks come without evidence from it"
    try:
        asyncio.run(_ask_admin(installation, helpdesk, proof))
    except (HelpDeskError, NoCredential) as error:
        yield attention("admin", sentence(str(error)), todo)
    else:
        yield ok("admin", f"{installation.config.admin.url if installation.config.admin else ''} answers")


async def _ask_admin(installation: Installation, helpdesk: HelpDeskConfig, proof: Credential) -> None:
    from csat_tui.admin.port import open_admin

    if installation.config.admin is None:
        return
    lent = admin_credential(installation.config.admin, installation.environ, installation.paths, helpdesk, proof)
    admin = open_admin(installation.config.admin, lent)
    try:
        await admin.account("nobody@example.invalid")
    finally:
        await admin.close()


def check_targets(installation: Installation) -> Iterator[Diagnosis]:
    """Yield what can be told of each form, each channel, and mail."""
    yield from _forms(installation)
    yield from _channels(installation)
    yield from _mail(installation)


def _forms(installation: Installation) -> Iterator[Diagnosis]:
    """Yield whether each form's token is to be had, and whether its places can be filled."""
    if not installation.config.forms:
        return
    from urllib.parse import urlsplit

    from csat_tui.secrets import NoCredential, form_secret, reveal
    from csat_tui.targets.forms import unknown_places

    playbook = _playbook(installation)
    if playbook is None:
        return
    for name, form in installation.config.forms.items():
        about = f"form {name}"
        try:
            reveal(form_secret(name, form), installation.environ, installation.paths)
        except NoCredential as error:
            yield attention(about, sentence(str(error)), f"correct forms.{name}.token_command; until then entries wait")
            continue
        if unknown := unknown_places(form.fields, cells_for_form(playbook, name)):
            told = ", ".join(f"{{{place}}}" for place in unknown)
            yield attention(
                about, f"no effect of the playbook fills {told}", f"correct forms.{name}.fields in config.toml"
            )
        else:
            yield ok(about, f"goes to {urlsplit(form.url).hostname} as {form.encoding}; doctor does not test it")


def _playbook(installation: Installation) -> Playbook | None:
    """Return the playbook; None where it cannot be used, which is told where the playbook is looked at."""
    from csat_tui.playbook import PlaybookError, resolve_playbook

    try:
        return resolve_playbook(installation.config.playbook.use, installation.paths.config_dir)
    except PlaybookError:
        return None


def _channels(installation: Installation) -> Iterator[Diagnosis]:
    """Yield whether each channel's address is to be had and can be written to; it is not shown."""
    from csat_tui.cli.channel_and_mail import origin

    for name in sorted(installation.config.channels):
        known, told = origin(installation, name)
        about = f"channel {name}"
        if known:
            yield ok(about, f"its address comes from {told}; `csat-tui channel test {name}` tries it")
        else:
            yield attention(about, told, "until then questions to it wait in the outbox")
    playbook = _playbook(installation)
    for step in () if playbook is None else playbook.escalations:
        if step.by is not EscalatedBy.MAIL and (lacking := set(step.to) - set(installation.config.channels)):
            told = f"it goes to {', '.join(f'“{name}”' for name in sorted(lacking))}, which config.toml does not have"
            yield attention(f"escalation {step.id}", told, f"add [channels.{min(lacking)}]; until then nobody hears")


def _mail(installation: Installation) -> Iterator[Diagnosis]:
    """Yield whether the mail server takes us, or where mails are saved."""
    from csat_tui.cli.channel_and_mail import try_mail as try_mail
    from csat_tui.domain.errors import HelpDeskError

    try:
        yield ok("mail", try_mail(installation))
    except (HelpDeskError, Failure) as error:
        yield attention("mail", sentence(str(error)), "until then mails wait in the outbox")


def cells_for_form(playbook: Playbook, form: str) -> set[str]:
    """Return the columns or headings that an entry for a form can have."""
    effects = [effect for outcome in playbook.outcomes for effect in outcome.effects]
    rows = [effect.cells for effect in effects if isinstance(effect, CellsTemplate) and effect.sheet == form]
    return {name for cells in rows for name in cells}
