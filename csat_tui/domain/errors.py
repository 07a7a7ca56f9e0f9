"""The errors by which a help desk, or any other service, can answer; each says whether anything was applied."""


class HelpDeskError(Exception):
    """A request to the help desk failed; the error's text is a sentence for the person."""


class Unreachable(HelpDeskError):
    """The request never left, so nothing was applied: no network, wrong address, refused connection, TLS error."""


class SignedInAnew(Unreachable):
    """Somebody signed in again, so the credential may be another person's: nothing is written with it."""


class Uncertain(HelpDeskError):
    """The request left and no usable answer came back: it may or may not have been applied."""


class Denied(HelpDeskError):
    """The credential is wrong, expired, or not allowed to do this."""


class Forbidden(Denied):
    """The credential is good, but its owner is not allowed to do this; other things may still be allowed."""


class Missing(HelpDeskError):
    """The requested thing does not exist, or no longer."""


class Refused(HelpDeskError):
    """The help desk rejected the request: a closed ticket, an invalid value."""


class TooLarge(Refused):
    """What was to be sent is larger than the other side takes."""


class WriteConflict(HelpDeskError):
    """The ticket has changed since the stamp under which the write was made; nothing was applied."""


class Limited(HelpDeskError):
    """Too many requests; nothing was applied. `retry_after` in seconds.

    `ticket_only` means that the limit is for this ticket or this kind of write only; everything else may go on.
    """

    def __init__(self, message: str, retry_after: float, *, ticket_only: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.ticket_only = ticket_only


class Malformed(HelpDeskError):
    """The answer to a read does not have the documented form."""
