"""What the doctor says of web forms, channels and mail: what is configured, and what is missing; nothing is sent."""

from collections.abc import Iterator

from csat_tui.cli.diagnosis import Diagnosis, look, ok
from csat_tui.cli.exits import Failure, sentence
from csat_tui.cli.place import Place
from csat_tui.domain.playbook import CellsTemplate, Playbook


def look_at_targets(place: Place) -> Iterator[Diagnosis]:
    """Yield what can be told of each form, each channel, and mail."""
    yield from _forms(place)
    yield from _channels(place)
    yield from _mail(place)


def _forms(place: Place) -> Iterator[Diagnosis]:
    """Yield whether each form's token is to be had, and whether its places can be filled."""
    if not place.config.forms:
        return
    from urllib.parse import urlsplit

    from csat_tui.playbook import PlaybookError, resolve
    from csat_tui.secrets import NoCredential, form_secret, reveal
    from csat_tui.targets.fields import unknown_places

    try:
        playbook = resolve(place.config.playbook.use, place.paths.config_dir)
    except PlaybookError:
        return  # told where the playbook is looked at
    for name, form in place.config.forms.items():
        about = f"form {name}"
        try:
            reveal(form_secret(name, form), place.environ, place.paths)
        except NoCredential as error:
            yield look(about, sentence(str(error)), f"correct forms.{name}.token_command; until then entries wait")
            continue
        if unknown := unknown_places(form.fields, cells_of(playbook, name)):
            told = ", ".join(f"{{{place}}}" for place in unknown)
            yield look(about, f"no effect of the playbook fills {told}", f"correct forms.{name}.fields in config.toml")
        else:
            yield ok(about, f"goes to {urlsplit(form.url).hostname} as {form.encoding}; doctor does not test it")


def _channels(place: Place) -> Iterator[Diagnosis]:
    """Yield whether each channel's address is to be had and can be written to; it is not shown."""
    from csat_tui.cli.channel import origin

    for name in sorted(place.config.channels):
        known, told = origin(place, name)
        about = f"channel {name}"
        if known:
            yield ok(about, f"its address comes from {told}; `csat-tui channel test {name}` tries it")
        else:
            yield look(about, told, "until then questions to it wait in the outbox")


def _mail(place: Place) -> Iterator[Diagnosis]:
    """Yield whether the mail server takes us, or where mails are saved."""
    from csat_tui.cli.mail import look as try_mail
    from csat_tui.domain.change import HelpDeskError

    try:
        yield ok("mail", try_mail(place))
    except (HelpDeskError, Failure) as error:
        yield look("mail", sentence(str(error)), "until then mails wait in the outbox")


def cells_of(playbook: Playbook, form: str) -> set[str]:
    """Return the columns or headings that an entry for a form can have."""
    effects = [effect for outcome in playbook.outcomes for effect in outcome.effects]
    rows = [effect.cells for effect in effects if isinstance(effect, CellsTemplate) and effect.sheet == form]
    return {name for cells in rows for name in cells}
