"""How a command ends: an exit code for scripts and a sentence for people, never a traceback."""

import errno
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from csat_tui.domain.safe_text import visible

log = logging.getLogger(__name__)


_FROM_OUTSIDE = re.compile("[\udc80-\udcff]")
"""Python's characters for bytes of an argument, a variable or a file name that are not UTF-8."""


class Exit(IntEnum):
    """The exit codes of the program."""

    OK = 0
    NEEDS_PERSON = 1
    """It worked, but something waits for a person."""
    USAGE = 2
    CONFIGURATION = 3
    """Configuration, playbook or credential."""
    HELP_DESK = 4
    """The help desk cannot be reached, or refuses."""
    DATABASE = 5
    FAULT = 70
    """An error in the program itself; the log has the details."""
    HUNG_UP = 129
    """The terminal has gone away; what was typed is saved."""
    INTERRUPTED = 130
    TERMINATED = 143
    """Somebody asked the program to end (SIGTERM); what was typed is saved."""


class Failure(Exception):
    """A command cannot continue; the error's text says what happened, what is safe and what to do."""

    def __init__(self, code: Exit, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Turn every error inside into a sentence on standard error and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(Exit.INTERRUPTED) from None
    except BrokenPipeError:
        _drop_output()  # whoever read it has seen enough
        raise typer.Exit(Exit.OK) from None
    except Exception as error:
        if hasattr(error, "exit_code"):  # the command line's own: usage errors, and ends that are asked for
            raise
        failure = _as_failure(error)
        complain(str(failure))
        try:
            sys.stdout.flush()
        except OSError:
            _drop_output()
        raise typer.Exit(failure.code) from None


def _drop_output() -> None:
    """Discard what is buffered for standard output, so that it does not fail again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Print on standard error, harmless for the terminal."""
    typer.echo(visible(text), err=True)


def sentence(text: str) -> str:
    """Return an error's text as a sentence, with a capital and a full stop."""
    first = text.split(" ", 1)[0]
    if first.isalpha():
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _as_failure(error: Exception) -> Failure:
    """Return the failure for an error; an unforeseen error goes to the log."""
    from csat_tui.config import ConfigError
    from csat_tui.domain.errors import HelpDeskError
    from csat_tui.paths import NoPlace
    from csat_tui.playbook import PlaybookError
    from csat_tui.secrets import NoCredential

    match error:
        case Failure():
            return error
        case ConfigError():
            head = "The configuration cannot be used; nothing was changed or sent. Correct this and start again:"
            return Failure(Exit.CONFIGURATION, f"{head}\n{error}")
        case PlaybookError():
            head = "The playbook cannot be used; nothing was changed or sent. Correct this and start again:"
            return Failure(Exit.CONFIGURATION, f"{head}\n{error}")
        case UnicodeEncodeError() if _FROM_OUTSIDE.search(str(error.object)):
            return Failure(
                Exit.USAGE,
                "The input is not UTF-8 text, so it cannot be stored. Nothing was changed; "
                "enter it again in a terminal whose language is set to UTF-8.",
            )
        case NoPlace():
            return Failure(Exit.CONFIGURATION, str(error))
        case NoCredential():
            return Failure(Exit.CONFIGURATION, sentence(str(error)))
        case HelpDeskError():
            return Failure(Exit.HELP_DESK, sentence(str(error)))
        case OSError() if error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            why = f"The output could not be written ({error.strerror})."
            return Failure(Exit.NEEDS_PERSON, f"{why} What is saved is safe; free some disk space there and try again.")
    if (store := _from_store(error)) is not None:
        return store
    return unforeseen(error)


def _from_store(error: Exception) -> Failure | None:
    from csat_tui.store.errors import StoreError
    from csat_tui.sync.background import NotReady

    if isinstance(error, NotReady):
        return Failure(Exit.CONFIGURATION, sentence(str(error)))
    return Failure(Exit.DATABASE, sentence(str(error))) if isinstance(error, StoreError) else None


def unforeseen(error: BaseException) -> Failure:
    """Write an unforeseen error to the log, and return the failure for the person."""
    from csat_tui.cli.logs import log_in_use

    log.error("unforeseen", exc_info=error)
    file = log_in_use()
    where = f"The details are in {file}." if file is not None else "There is no log of it: it could not be written."
    return Failure(
        Exit.FAULT,
        f"csat-tui has stopped because of an error in csat-tui ({type(error).__name__}). Everything decided is safe in "
        "the outbox and every draft in the database; start it again. " + where,
    )
