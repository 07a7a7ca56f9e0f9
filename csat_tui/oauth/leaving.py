"""Keeping a new sign-in, and ending one: at the help desk where it can be reached, and here in any case."""

import logging

from csat_tui.domain.change import Denied, Forbidden, HelpDeskError
from csat_tui.oauth.authority import Authority, Spent
from csat_tui.oauth.tokens import Tokens
from csat_tui.oauth.turn import turn
from csat_tui.secrets import Kept, NoCredential

log = logging.getLogger(__name__)


def keep_sign_in(kept: Kept, tokens: Tokens, authority: Authority, *, insecure: bool) -> str:
    """Keep a new pair in the place of any former one, which is ended; returns where.

    A workstation that runs on the former pair takes up the new one. Raises NoCredential, HelpDeskError.
    """
    with turn(kept):
        former = _former(kept)
        place = kept.write(tokens.to_json(), insecure=insecure)
    if former is not None:
        _end(former, authority)
    return place


def sign_out(kept: Kept, authority: Authority) -> bool | None:
    """Forget what is kept; returns whether the help desk has ended it, None where there was no sign-in.

    Raises NoCredential, and HelpDeskError where another process holds it.
    """
    with turn(kept):
        pair = _former(kept)
        ended = None if pair is None else _end(pair, authority, thorough=True)
        kept.forget()
        return ended


def abandon(tokens: Tokens, authority: Authority) -> None:
    """End a pair that nobody will use; where the help desk is not reached, it runs out by itself."""
    _end(tokens, authority)


def _former(kept: Kept) -> Tokens | None:
    """Return the pair that is kept now; None for a bare token, and for what cannot be read: it is not ours to end."""
    try:
        return Tokens.from_json(kept.read().text)
    except (NoCredential, ValueError):
        return None


def _end(pair: Tokens, authority: Authority, *, thorough: bool = False) -> bool:
    """Revoke a pair; returns whether it is certainly dead now.

    Only an access token that is still good can be revoked: a thorough end renews the pair for that, as its refresh
    token would otherwise be good for weeks.
    """
    try:
        try:
            authority.revoke(pair)
        except Forbidden:
            raise
        except Denied:
            if not thorough or not pair.refresh:
                return not pair.refresh
            authority.revoke(authority.refresh(pair))
    except Spent:
        return True
    except HelpDeskError as error:
        log.warning("oauth: a sign-in could not be revoked: %s", error)
        return False
    return True
