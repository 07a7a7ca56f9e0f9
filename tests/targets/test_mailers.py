"""What every way of sending mail keeps to, by a server or into a folder."""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest

from csat_tui.config import MailConfig, Security
from csat_tui.domain.effect import Mail
from csat_tui.domain.errors import Refused
from csat_tui.targets.mail import MailFiles, SmtpMail
from csat_tui.targets.port import Mailer
from tests.targets.conftest import OP, OTHER_OP, Still
from tests.targets.smtp_server import mail_server

SENDER = "ana@example.com"
HOSTILE = "Recap\r\nBcc: thief@example.com\n\n\x1b]0;gotcha\x07 \u202e \ud800 ✓" + "x" * 2_000


@dataclass
class Way:
    """A mailer, and what came of it where it came."""

    mailer: Mailer
    read: Callable[[], list[EmailMessage]]


@pytest.fixture(params=["server", "folder"])
async def way(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    if request.param == "folder":

        def saved() -> list[EmailMessage]:
            files = sorted(tmp_path.glob("*.eml"))
            return [cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default)) for file in files]

        yield Way(MailFiles(tmp_path, Still(), SENDER), saved)
        return
    async with mail_server() as server:
        config = MailConfig("127.0.0.1", server.port, Security.NONE, sender=SENDER)
        yield Way(SmtpMail(config, lambda: "", Still()), server.box.mails)


async def test_a_mail_says_whom_it_is_from_and_to_and_carries_its_operation(way: Way) -> None:
    to = ("Lea Brandt <lea@example.com>", "lea@example.com", "sol@example.com")
    delivered = await way.mailer.send(Mail(to, "Hello ✓", "Plain", "<p>Rich"), OP)
    (mail,) = way.read()
    assert delivered.landed_at == Still().now()
    assert delivered.reference
    assert (mail["From"], mail["To"]) == (SENDER, "Lea Brandt <lea@example.com>, sol@example.com")
    assert (mail["Subject"], mail["Message-ID"]) == ("Hello ✓", f"<{OP}@example.com>")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


async def test_nobody_s_text_becomes_a_header_or_a_name_of_its_own(way: Way) -> None:
    await way.mailer.send(Mail(("lea@example.com",), HOSTILE, HOSTILE), OP)
    (mail,) = way.read()
    assert sorted(name.lower() for name in mail if name != "X-Unsent") == sorted(
        ["from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"]
    )
    assert str(mail["Subject"]).isprintable()
    assert mail.get_content().replace("\r\n", "\n").startswith("Recap\nBcc: thief@example.com\n\n\x1b]0;gotcha")


@pytest.mark.parametrize("encoding", ["q", "b"])
async def test_an_encoded_word_in_a_subject_forges_no_header(way: Way, encoding: str) -> None:
    forged = "x\r\nBcc: thief@example.com\r\nReply-To: thief@example.com\r\n\r\nPay now"
    quoted = "".join(f"={byte:02X}" for byte in forged.encode())
    word = f"=?utf-8?{encoding}?{quoted if encoding == 'q' else b64encode(forged.encode()).decode()}?="
    await way.mailer.send(Mail(("lea@example.com",), f"Your box {word}", "All well.\n"), OP)
    (mail,) = way.read()
    assert (mail["Bcc"], mail["Reply-To"]) == (None, None)
    assert mail.get_content().splitlines() == ["All well."]
    assert str(mail["Subject"]) == f"Your box {word}".replace("=?", "= ?")


async def test_two_operations_are_two_mails(way: Way) -> None:
    for op in (OP, OTHER_OP):
        await way.mailer.send(Mail(("lea@example.com",), "Same", "Same"), op)
    assert len({mail["Message-ID"] for mail in way.read()}) == 2


@pytest.mark.parametrize("to", [(), ("nobody",), ("a@example.com\nBcc: b@example.com",), ("a@example.com", "x")])
async def test_a_mail_to_nobody_or_to_what_is_no_address_is_refused_whole(way: Way, to: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="nothing was sent"):
        await way.mailer.send(Mail(to, "Hi", "Hi"), OP)
    assert way.read() == []
