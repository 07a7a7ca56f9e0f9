"""Write the connection or a channel into `config.toml`, completely or not at all; everything else in it stays."""

from pathlib import Path
from typing import TYPE_CHECKING

from csat_tui.config.help_desks import DEFAULT_HELP_DESK, tidy_url
from csat_tui.config.settings import CLIENT_ID, ConfigError
from csat_tui.file_access import PRIVATE, read_file, write_atomically
from csat_tui.paths import Paths
from csat_tui.toml_file import Problem

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def write_helpdesk(
    paths: Paths,
    url: str,
    view: int | str,
    user: str,
    *,
    kind: str = DEFAULT_HELP_DESK.name,
    client_id: str = "",
    review_view: int | str = "",
) -> None:
    """Set the `[helpdesk]` section's address, view and user; comments and everything else stay.

    The OAuth client stays as well, unless another one is given; the usual one needs no line. So does the view of what
    is reviewed.

    ConfigError where the file is not TOML, ValueError for an unfit address, OSError where it cannot be written.
    """
    import tomlkit  # only here, and only at a first connection
    from tomlkit.items import Table

    document = _document(paths.config_file)
    if not isinstance(document.get("helpdesk"), Table):
        document["helpdesk"] = tomlkit.table()
    section = document["helpdesk"]
    section.update({"kind": kind, "url": tidy_url(url), "view": view, "user": user})
    if client_id and client_id != section.get("client_id", CLIENT_ID):
        section["client_id"] = client_id
    if review_view:
        if not isinstance(document.get("review"), Table):
            document["review"] = tomlkit.table()
        document["review"]["view"] = review_view
    _replace(paths.config_file, tomlkit.dumps(document))


def write_channel(paths: Paths, name: str) -> None:
    """Add an empty section `[channels.NAME]` where there is none; everything else stays.

    ConfigError where the file is not TOML, OSError where it cannot be written.
    """
    import tomlkit
    from tomlkit.items import Table

    document = _document(paths.config_file)
    if not isinstance(document.get("channels"), Table):
        document["channels"] = tomlkit.table(is_super_table=True)
    channels = document["channels"]
    if name not in channels:
        channels[name] = tomlkit.table()
        _replace(paths.config_file, tomlkit.dumps(document))


def _document(file: Path) -> "TOMLDocument":
    """Return the file as it can be changed and written back, an empty one where there is none. Raises ConfigError."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(read_file(file).decode("utf-8-sig"))
    except FileNotFoundError:
        return tomlkit.document()
    except RecursionError as error:
        raise ConfigError([Problem(file, 1, "it is nested too deeply, so nothing was written to it")]) from error
    except (TOMLKitError, ValueError, OverflowError) as error:
        raise ConfigError([Problem(file, 1, f"this is not TOML, so nothing was written to it: {error}")]) from error


def _replace(file: Path, text: str) -> None:
    """Put a text in the place of a file at once, so that a full disk or a crash leaves the old one."""
    target = file.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file that its owner has linked or opened to others on purpose stays where and as it is; it holds no secret.
    mode = target.stat().st_mode & 0o777 if target.exists() else PRIVATE
    write_atomically(target, text, mode=mode)
