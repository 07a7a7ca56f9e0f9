"""Open the configured forms, channels and mail; nothing is sent yet.

Secrets are read when something is to be sent, on a separate thread: a locked keyring holds back only what needs it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from csat_tui.config import ChannelConfig, Config
from csat_tui.domain.clock import Clock
from csat_tui.file_access import expanded
from csat_tui.paths import Paths
from csat_tui.secrets import Revealed, Secret, channel_secret, form_secret, mail_secret, reveal
from csat_tui.targets.channels import Channels
from csat_tui.targets.forms import WebForms
from csat_tui.targets.mail import MailFiles, SmtpMail
from csat_tui.targets.port import Mailer, Targets


def open_targets(config: Config, environ: Mapping[str, str], paths: Paths, clock: Clock) -> Targets:
    """Return everything beside the help desk that a decision may reach."""
    reading = _readings(environ, paths)
    tokens = {name: reading(form_secret(name, form)) for name, form in config.forms.items()}
    return Targets(
        WebForms(config.forms, tokens, clock),
        open_channels(config, environ, paths, clock),
        open_mailer(config, environ, paths, clock),
    )


def open_channels(config: Config, environ: Mapping[str, str], paths: Paths, clock: Clock) -> Channels:
    """Return the configured channels; text messages go through one of them."""
    reading = _readings(environ, paths)
    return Channels({name: _address(name, channel, reading) for name, channel in config.channels.items()}, clock)


def open_mailer(config: Config, environ: Mapping[str, str], paths: Paths, clock: Clock) -> Mailer:
    """Return how mail leaves: by the configured server, or into a folder."""
    mail = config.mail
    if mail.host:
        return SmtpMail(mail, lambda: reveal(mail_secret(mail), environ, paths).text, clock)
    return MailFiles(mail_folder(config, paths), clock, mail.sender)


def mail_folder(config: Config, paths: Paths) -> Path:
    """Return where mails are saved when no server is configured."""
    return expanded(config.mail.folder) if config.mail.folder else paths.data_dir / "mails"


def _readings(environ: Mapping[str, str], paths: Paths) -> Callable[[Secret], Callable[[], Revealed]]:
    """Return how a secret is read when it is needed."""
    return lambda secret: lambda: reveal(secret, environ, paths)


def _address(
    name: str, config: ChannelConfig, reading: Callable[[Secret], Callable[[], Revealed]]
) -> Callable[[], str]:
    """Return how a channel's address is had: as configured, where it is no secret, or revealed."""
    if config.url:
        return lambda: config.url
    secret = reading(channel_secret(name, config))
    return lambda: secret().text
