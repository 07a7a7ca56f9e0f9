"""The credential: from the environment, a command or the keyring, and from a file only where that was asked for."""

from csat_tui.secrets.credential import Credential, CredentialKind, Endpoint
from csat_tui.secrets.finding import (
    ADMIN_TOKEN,
    HELPDESK_TOKEN,
    admin_credential,
    credential,
    forget_credential,
    store_credential,
)
from csat_tui.secrets.keeping import Found, Kept
from csat_tui.secrets.other import MAIL_PASSWORD, Revealed, Secret, channel_secret, form_secret, mail_secret, reveal
from csat_tui.secrets.problem import NoCredential

__all__ = [
    "ADMIN_TOKEN",
    "HELPDESK_TOKEN",
    "MAIL_PASSWORD",
    "Credential",
    "CredentialKind",
    "Endpoint",
    "Found",
    "Kept",
    "NoCredential",
    "Revealed",
    "Secret",
    "admin_credential",
    "channel_secret",
    "credential",
    "forget_credential",
    "form_secret",
    "mail_secret",
    "reveal",
    "store_credential",
]
