"""`csat-tui logout`, also called `disconnect`: the credential is forgotten, and a sign-in ended at the help desk."""

from csat_tui.cli.place import here
from csat_tui.cli.printing import say
from csat_tui.secrets import HELPDESK_TOKEN, Kept, forget_credential


def logout() -> None:
    """End the sign-in at the help desk and forget the credential; configuration, surveys and outbox stay."""
    from csat_tui.domain.clock import SystemClock
    from csat_tui.helpdesk.adapter import adapter_of
    from csat_tui.oauth.authority import Authority
    from csat_tui.oauth.leaving import sign_out

    place = here()
    helpdesk = place.helpdesk
    paths = adapter_of(helpdesk.kind).sign_in
    authority = Authority(helpdesk.url, helpdesk.client_id, SystemClock(), paths)
    ended = sign_out(Kept(place.paths, helpdesk.url), authority)
    if helpdesk.user:
        forget_credential(place.paths, helpdesk.url, helpdesk.user)
    say(f"The credential for {helpdesk.url} is forgotten here; what was fetched and decided stays.")
    if ended is False:
        say(
            "The help desk was not reached, so the sign-in is not ended there; it runs out by itself, "
            "or an administrator revokes it."
        )
    if place.environ.get(HELPDESK_TOKEN, "").strip():
        say(f"{HELPDESK_TOKEN} still has one; unset it.")
    if helpdesk.token_command:
        say("token_command in config.toml still has one; remove it.")
