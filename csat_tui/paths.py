"""Where the workstation keeps its configuration, data and logs on this machine."""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APP = "csat-tui"
PRIVATE = 0o700
"""Customers' words lie in these folders; nobody else on the machine reads them."""


LONGEST_NAME = "csat-tui.ledger.2026-01-01.db-journal.corrupt"
"""As long as the longest name of a file that is made in these folders."""


class NoPlace(Exception):
    """There is nowhere to keep anything; its text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The three folders of one installation, and the files in them."""

    config_dir: Path
    data_dir: Path
    log_dir: Path

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> "Paths":
        """Return the folders that `CSAT_TUI_HOME` names, or else those that the system has for this. Raises NoPlace."""
        if home := environ.get("CSAT_TUI_HOME", "").strip():
            found = cls._under(home)
        else:
            import platformdirs

            try:
                found = cls(
                    platformdirs.user_config_path(APP, appauthor=False),
                    platformdirs.user_data_path(APP, appauthor=False),
                    platformdirs.user_log_path(APP, appauthor=False),
                )
            except RuntimeError as error:
                raise NoPlace(
                    "This user has no home folder, so csat-tui has no place for its files. Nothing was changed; "
                    "set HOME, or name a folder in CSAT_TUI_HOME."
                ) from error
        for folder in (found.config_dir, found.data_dir, found.log_dir):
            _fit(folder)
        return found

    @classmethod
    def _under(cls, home: str) -> "Paths":
        try:
            folder = Path(home).expanduser().absolute()
        except RuntimeError as error:
            raise NoPlace(
                f"CSAT_TUI_HOME is {home}, and no user of that name has a home folder. Nothing was changed; "
                "give the folder's full path."
            ) from error
        except OSError as error:
            raise NoPlace(
                f"CSAT_TUI_HOME is {home}, in a current folder that is gone ({error.strerror}). Nothing was changed; "
                "give the folder's full path."
            ) from error
        return cls(folder, folder / "data", folder / "logs")

    @property
    def config_file(self) -> Path:
        """The configuration, written by hand or by the first start."""
        return self.config_dir / "config.toml"

    @property
    def database(self) -> Path:
        """Surveys, cases and the outbox."""
        return self.data_dir / "csat-tui.db"

    @property
    def log_file(self) -> Path:
        """What happened, for when the screen is not enough."""
        return self.log_dir / "csat-tui.log"

    def make(self) -> None:
        """Create the folders, readable by their owner alone; OSError where the system does not let us.

        An existing configuration folder keeps its mode: it may be one that the person shares on purpose.
        """
        self.config_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        for folder in (self.data_dir, self.log_dir):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            if folder.stat().st_mode & 0o077:
                folder.chmod(PRIVATE)


def _fit(folder: Path) -> None:
    """Raise NoPlace for a folder whose files no system call or no database can name."""
    try:
        str(folder).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NoPlace(
            f"The folder {folder} has a name that is not UTF-8 text, which the database cannot open. "
            "Nothing was changed; name another folder in CSAT_TUI_HOME."
        ) from error
    try:
        os.lstat(folder / LONGEST_NAME)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise NoPlace(
                f"The folder {str(folder)[:60]}… has a name that is too long for this system. Nothing was changed; "
                "set a shorter one in CSAT_TUI_HOME."
            ) from error


def styles_dir() -> Path:
    """Return the folder of the `.tcss` files: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    shipped = package / "styles"
    return shipped if shipped.is_dir() else package.parent / "styles"
