"""Credentials: from the environment, a command, the keyring, or a plain file where the person asked for that."""

from csat_tui.secrets.credential import (
    ADMIN_TOKEN,
    HELPDESK_TOKEN,
    Credential,
    CredentialKind,
    Endpoint,
    admin_credential,
    credential,
    forget_credential,
    store_credential,
)
from csat_tui.secrets.storage import CredentialStore, NoCredential, StoredText
from csat_tui.secrets.target_secrets import (
    MAIL_PASSWORD,
    Revealed,
    Secret,
    channel_secret,
    form_secret,
    mail_secret,
    reveal,
)

__all__ = [
    "ADMIN_TOKEN",
    "HELPDESK_TOKEN",
    "MAIL_PASSWORD",
    "Credential",
    "CredentialKind",
    "CredentialStore",
    "Endpoint",
    "NoCredential",
    "Revealed",
    "Secret",
    "StoredText",
    "admin_credential",
    "channel_secret",
    "credential",
    "forget_credential",
    "form_secret",
    "mail_secret",
    "reveal",
    "store_credential",
]
