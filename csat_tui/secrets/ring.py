"""The system's keyring, whose backends raise whatever their libraries raise."""

from csat_tui.secrets.problem import NoCredential

SERVICE = "csat-tui"
"""The name under which the keyring keeps our credentials."""


def read(name: str) -> str:
    """Return what the keyring keeps under a name, or an empty text. Raises NoCredential."""
    try:
        import keyring  # a slow import, and not needed where another source gives the credential

        return (keyring.get_password(SERVICE, name) or "").strip()
    except Exception as error:
        raise _no_keyring(error) from error


def write(name: str, text: str) -> None:
    """Keep a text under a name. Raises NoCredential."""
    try:
        import keyring

        keyring.set_password(SERVICE, name, text)
    except Exception as error:
        raise _no_keyring(error) from error


def forget(name: str) -> None:
    """Remove what is kept under a name; it is no error if there is none, or no keyring. Raises NoCredential."""
    try:
        import keyring

        if keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)
    except Exception as error:
        if not _absent(error):
            raise _no_keyring(error) from error


def _no_keyring(error: Exception) -> NoCredential:
    """Say what the keyring lacks and what does without it."""
    if _absent(error):
        return NoCredential(
            "there is no keyring on this machine; sign in with `csat-tui login --insecure-storage`, which keeps the "
            "sign-in in a plain file, or set token_command in config.toml or CSAT_TUI_TOKEN",
            "there is no keyring on this machine",
        )
    return NoCredential(
        "the system's keyring did not answer or is locked; unlock it, set token_command in config.toml, set "
        "CSAT_TUI_TOKEN, or keep the credential in a plain file with `csat-tui login --insecure-storage` "
        "(or `connect --insecure-storage`)",
        "the system's keyring did not answer or is locked",
    )


def _absent(error: Exception) -> bool:
    from keyring.errors import NoKeyringError

    return isinstance(error, NoKeyringError)
