"""Web forms over HTTP: any form that takes its fields in one request."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from csat_tui.config import Encoding, FormConfig
from csat_tui.domain.change import Limited, Refused, Unreachable
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import OpId
from csat_tui.effects.form_entry import FormEntry
from csat_tui.secrets import NoCredential, Revealed
from csat_tui.targets.blocking_call import blocking_call
from csat_tui.targets.fields import filled, fills_no_place
from csat_tui.targets.form_answer import receipt
from csat_tui.targets.port import LOOK_THERE_FIRST, Delivered
from csat_tui.transport.authorizer import Fixed
from csat_tui.transport.session import Body, HttpSession, Service

LARGEST_ENTRY = 256 * 1024
"""Characters of one entry in all; what is longer no form takes, and the person is better told before."""
FORM_TIMEOUT = 40.0
"""Seconds for a token: a command has thirty of its own."""

Token = Callable[[], Revealed]
"""Gives a form's token, empty where it needs none; may block. Raises NoCredential."""


class WebForms:
    """Hands entries in to the configured forms, one request each; a token is read when it is needed."""

    def __init__(self, forms: Mapping[str, FormConfig], tokens: Mapping[str, Token], clock: Clock) -> None:
        self._forms = forms
        self._tokens = tokens
        self._clock = clock
        self._sessions: dict[str, tuple[str, HttpSession]] = {}

    async def submit(self, entry: FormEntry, op_id: OpId) -> Delivered:
        """Hand in an entry; Refused where no form of that name is configured."""
        config = self._forms.get(entry.form)
        if config is None:
            raise Refused(
                f"no form “{entry.form}” is configured, so nothing was submitted; name it in config.toml under "
                f"[forms.{entry.form}]"
            )
        if fills_no_place(config.fields, entry.cells):
            raise Refused(
                f"the form “{entry.form}” has no field for what this entry has ({', '.join(entry.cells)}); nothing was "
                f"handed in. Correct forms.{entry.form}.fields in config.toml"
            )
        fields = filled(config.fields, entry.cells, op_id)
        if sum(map(len, fields.values())) > LARGEST_ENTRY:
            raise Refused(f"the entry is longer than {LARGEST_ENTRY:,} characters; nothing was submitted")
        session = await self._session(entry.form, config)
        parts = urlsplit(config.url)
        path = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
        body = Body(json=fields) if config.encoding is Encoding.JSON else Body(form=fields)
        headers = {"Idempotency-Key": str(op_id), "Accept": "*/*"}
        try:
            answer = await session.hand_in(path, body, headers, called=f"form {entry.form}")
        except Limited as error:
            # A form's limit is its own: it holds nothing else back.
            raise Limited(str(error), error.retry_after, ticket_only=True) from error
        return receipt(answer, entry.form, config, session.service.address, self._clock.now())

    async def close(self) -> None:
        """Let go of connections."""
        for _, session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _session(self, name: str, config: FormConfig) -> HttpSession:
        """Return the form's session under its present token; one under an earlier token is let go."""
        read = self._tokens.get(name)
        try:
            token = "" if read is None else (await blocking_call(read, FORM_TIMEOUT)).text
        except NoCredential as error:
            raise Unreachable(f"{error}; nothing was submitted, and it is submitted once there is a token") from error
        except TimeoutError as error:
            raise Unreachable(f"the token of form “{name}” did not come in time; nothing was submitted") from error
        if token and not (token.isascii() and token.isprintable()):
            raise Refused(f"the token of form “{name}” has characters that no token has; nothing was submitted")
        known = self._sessions.get(name)
        if known is not None and known[0] == token:
            return known[1]
        parts = urlsplit(config.url)
        authorizer = Fixed(f"Bearer {token}" if token else "")
        service = Service(f"{parts.scheme}://{parts.netloc}", f"the form “{name}”", authorizer, then=LOOK_THERE_FIRST)
        session = HttpSession(service, clock=self._clock)
        self._sessions[name] = token, session
        if known is not None:
            await known[1].close()
        return session
