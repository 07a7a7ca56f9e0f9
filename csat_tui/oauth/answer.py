"""What the help desk's page sends back through the browser: a code, or a no."""

from secrets import compare_digest
from urllib.parse import parse_qs, urlsplit

from csat_tui.domain.change import Denied
from csat_tui.transport.faults import printable


class Declined(Denied):
    """The person, or the help desk, said no to the sign-in."""


class Unproven(Exception):
    """It says no, and nothing proves that it belongs to this sign-in; its text is what it says, in one line."""


class NotOurs(Exception):
    """It does not belong to the sign-in that is under way: another one's, an older one's, or nothing at all."""


def code_in(query: str, state: str) -> str:
    """Return the code of an answer's query. Raises Declined, Unproven, NotOurs.

    A code counts only with the state that we sent, and so does a no. A no without any state is not believed either,
    but shown: some help desks' pages leave it out there, and so does any page that wants to stop the sign-in.
    """
    fields = {name: values[0] for name, values in parse_qs(query, max_num_fields=20).items()}
    given = fields.get("state", "")
    same = compare_digest(given.encode(), state.encode())
    if (error := fields.get("error")) and (same or not given):
        said = printable(fields.get("error_description") or error)
        raise declined(said) if same else Unproven(said)
    if not same or not fields.get("code"):
        raise NotOurs
    return fields["code"]


def declined(said: str) -> Declined:
    """Return the error for a no that is believed, with what was said."""
    return Declined(f"the help desk's page did not allow it ({said})")


def code_pasted(text: str, state: str) -> str:
    """Return the code in what a person pasted: the whole address that the browser ended at, or the code alone.

    Raises Declined, Unproven, NotOurs.
    """
    text = text.strip()
    if "://" in text or "code=" in text or "error=" in text:
        try:
            query = urlsplit(text).query if "://" in text else text.partition("?")[2] or text
            return code_in(query, state)
        except ValueError as error:
            raise NotOurs from error
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise NotOurs
    return text
