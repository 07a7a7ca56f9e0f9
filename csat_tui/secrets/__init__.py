"""The credential: from the environment, a command or the keyring, and from a file only where that was asked for."""

from csat_tui.secrets.credential import Credential, Kind, Target
from csat_tui.secrets.finding import (
    ADMIN_TOKEN,
    HELPDESK_TOKEN,
    admin_credential,
    credential,
    forget_credential,
    store_credential,
)
from csat_tui.secrets.keeping import Found, Kept
from csat_tui.secrets.problem import NoCredential

__all__ = [
    "ADMIN_TOKEN",
    "HELPDESK_TOKEN",
    "Credential",
    "Found",
    "Kept",
    "Kind",
    "NoCredential",
    "Target",
    "admin_credential",
    "credential",
    "forget_credential",
    "store_credential",
]
