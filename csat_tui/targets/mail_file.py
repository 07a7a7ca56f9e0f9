"""Mail without a server: each one is saved as a file that any mail program opens and sends."""

import re
from datetime import datetime
from pathlib import Path

from csat_tui.domain.change import Unreachable
from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId
from csat_tui.file_access import write_atomically
from csat_tui.targets.blocking_call import blocking_call
from csat_tui.targets.message import header_line, message
from csat_tui.targets.port import Delivered

SAVE_TIMEOUT = 20.0
"""Seconds for a disk, which may be another machine's."""
SENDER = "csat-tui@localhost.invalid"
"""Who a mail is from until the program that sends it says better."""
LONGEST_NAME = 60
"""Characters of a subject in a file's name."""


class MailFiles:
    """Saves mails in a folder; the same operation always ends in the same one file."""

    def __init__(self, folder: Path, clock: Clock, sender: str = "") -> None:
        self.folder = folder
        self._clock = clock
        self._sender = sender or SENDER

    async def send(self, mail: Mail, op_id: OpId) -> Delivered:
        """Save a mail; its reference is the file's name. Refused for an address that is none."""
        now = self._clock.now()
        whole = message(mail, self._sender, op_id, now)
        whole["X-Unsent"] = "1"  # mail programs open it as a draft
        if self._sender == SENDER:
            del whole["From"]
        content = whole.as_bytes()
        try:
            name = await blocking_call(lambda: _save(self.folder, mail.subject, op_id, now, content), SAVE_TIMEOUT)
        except (OSError, TimeoutError) as error:
            reason = getattr(error, "strerror", None) or "it took too long"
            raise Unreachable(
                f"the mail could not be saved in {self.folder} ({reason}); nothing of it is lost. Check the folder's "
                "rights and the room on the disk"
            ) from error
        return Delivered(name, now, f"saved as {self.folder / name}; no mail server is configured, so send it yourself")


def file_name(subject: str, op_id: OpId, now: datetime) -> str:
    """Return a file's name from date, subject and operation, such as `2026-03-10 End of shift recap 1a2b3c4d.eml`."""
    words = " ".join(re.sub(r"[^\w-]+", " ", header_line(subject)).split())[:LONGEST_NAME].strip()
    return f"{now:%Y-%m-%d} {words or 'mail'} {_mark(op_id)}.eml"


def _mark(op_id: OpId) -> str:
    """Return the end of an operation's id: its beginning is the time, which many share."""
    return re.sub(r"[^A-Za-z0-9]", "", str(op_id))[-12:]


def _save(folder: Path, subject: str, op_id: OpId, now: datetime, content: bytes) -> str:
    """Put a file in its place at once, on the disk before this returns; one that is there already is the same."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = next(folder.glob(f"* {_mark(op_id)}.eml"), None)
    if there is not None:
        return there.name
    name = file_name(subject, op_id, now)
    write_atomically(folder / name, content)
    return name


def saved_before(folder: Path, moment: datetime) -> list[Path]:
    """Return the mails that were saved before a moment. Raises OSError."""
    return [file for file in folder.glob("*.eml") if file.stat().st_mtime < moment.timestamp()]
