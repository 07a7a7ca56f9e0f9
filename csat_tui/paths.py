"""Where the workstation keeps its configuration, data and logs on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APP = "csat-tui"
PRIVATE = 0o700
"""Customers' words lie in these folders; nobody else on the machine reads them."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The three folders of one installation, and the files in them."""

    config_dir: Path
    data_dir: Path
    log_dir: Path

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> "Paths":
        """Return the folders that `CSAT_TUI_HOME` names, or else those that the system has for this."""
        if home := environ.get("CSAT_TUI_HOME", "").strip():
            folder = Path(home).expanduser().absolute()
            return cls(folder, folder / "data", folder / "logs")
        import platformdirs

        return cls(
            platformdirs.user_config_path(APP, appauthor=False),
            platformdirs.user_data_path(APP, appauthor=False),
            platformdirs.user_log_path(APP, appauthor=False),
        )

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


def styles_dir() -> Path:
    """Return the folder of the `.tcss` files: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    shipped = package / "styles"
    return shipped if shipped.is_dir() else package.parent / "styles"
