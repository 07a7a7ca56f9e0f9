"""Mail by a real server: what arrives, what certainly did not, and what nobody can tell."""

import socket
from email.message import EmailMessage

import pytest
import trustme

from csat_tui.config import MailConfig, Security
from csat_tui.domain.effect import AttachedFile, Mail
from csat_tui.domain.errors import HelpDeskError, Limited, Refused, TooLarge, Uncertain, Unreachable
from csat_tui.secrets import NoCredential
from csat_tui.targets.mail import SmtpMail
from tests.targets.conftest import OP, Still
from tests.targets.smtp_server import PASSWORD, USER, Postbox, Running, mail_server, server_context

RECAP = Mail(
    ("Leads <leads@example.com>",), "End of shift", "All done.\n.\n..dots\nFrom here on.", "<p>All <b>done</b>."
)


def mailer(server: Running, security: Security = Security.NONE, user: str = "", password: str = PASSWORD) -> SmtpMail:
    config = MailConfig("127.0.0.1", server.port, security, user, "ana@example.com")
    return SmtpMail(config, lambda: password, Still())


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_a_mail_arrives_as_it_was_written_in_text_and_html() -> None:
    async with mail_server() as server:
        delivered = await mailer(server).send(RECAP, OP)
    (mail,) = server.box.mails()
    assert delivered.reference == f"<{OP}@example.com>" == mail["Message-ID"]
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "ana@example.com",
        "Leads <leads@example.com>",
        "End of shift",
    )
    assert mail["Date"].datetime == Still().now()
    assert text_of(mail, "plain").replace("\r\n", "\n").rstrip("\n") == RECAP.body
    assert text_of(mail, "html").strip() == RECAP.html


async def test_over_starttls_with_a_password(trusted: trustme.CA) -> None:
    async with mail_server(tls=server_context(trusted), auth=True) as server:
        await mailer(server, Security.STARTTLS, USER).send(RECAP, OP)
    assert len(server.box.came) == 1


async def test_over_tls_from_the_first_byte(trusted: trustme.CA) -> None:
    async with mail_server(tls=server_context(trusted), wrapped=True) as server:
        await mailer(server, Security.TLS).send(RECAP, OP)
    assert len(server.box.came) == 1


async def test_a_certificate_that_nobody_vouches_for_gets_nothing() -> None:
    async with mail_server(tls=server_context(trustme.CA())) as server:
        with pytest.raises(Unreachable, match=r"certificate of 127\.0\.0\.1:.* is not trusted"):
            await mailer(server, Security.STARTTLS).send(RECAP, OP)
    assert server.box.heard == []


async def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    async with mail_server() as server:
        with pytest.raises(Refused, match=r"cannot do what \[mail\]"):
            await mailer(server, Security.STARTTLS).send(RECAP, OP)
    assert server.box.heard == []


async def test_a_wrong_password_is_said_with_what_to_do_and_never_repeated(trusted: trustme.CA) -> None:
    async with mail_server(tls=server_context(trusted), auth=True) as server:
        with pytest.raises(Refused, match="csat-tui mail set-password") as caught:
            await mailer(server, Security.STARTTLS, USER, "wr0ng-pass").send(RECAP, OP)
    assert "wr0ng-pass" not in str(caught.value)
    assert server.box.heard == []


async def test_a_server_that_wants_a_password_and_gets_none_refuses(trusted: trustme.CA) -> None:
    async with mail_server(tls=server_context(trusted), auth=True) as server:
        with pytest.raises(Refused, match="530"):
            await mailer(server, Security.STARTTLS).send(RECAP, OP)


@pytest.mark.parametrize("at", ["MAIL", "RCPT"])
async def test_a_connection_lost_before_the_message_sent_nothing(at: str) -> None:
    async with mail_server(Postbox(drop_at=at)) as server:
        with pytest.raises(Unreachable, match="nothing was sent"):
            await mailer(server).send(RECAP, OP)
    assert server.box.came == []


async def test_a_connection_lost_after_the_message_leaves_it_open() -> None:
    async with mail_server(Postbox(drop_at="DATA")) as server:
        with pytest.raises(Uncertain, match="may or may not have gone; look there"):
            await mailer(server).send(RECAP, OP)
    assert len(server.box.came) == 1


@pytest.mark.parametrize(
    ("command", "said", "kind"),
    [
        ("MAIL", "550 not you", Refused),
        ("RCPT", "550 no such user", Refused),
        ("RCPT", "451 greylisted", Limited),
        ("DATA", "554 looks like spam", Refused),
        ("DATA", "452 disk is full", Limited),
    ],
)
async def test_a_server_says_no_for_good_or_for_now(command: str, said: str, kind: type[HelpDeskError]) -> None:
    async with mail_server(Postbox(answers={command: said})) as server:
        with pytest.raises(kind, match=said[4:]):
            await mailer(server).send(RECAP, OP)
    assert server.box.came == []


async def test_a_limit_of_the_mail_server_holds_nothing_else_back() -> None:
    async with mail_server(Postbox(answers={"RCPT": "451 later"})) as server:
        with pytest.raises(Limited) as caught:
            await mailer(server).send(RECAP, OP)
    assert caught.value.ticket_only


async def test_a_mail_goes_to_all_of_its_recipients_or_to_none() -> None:
    two = Mail(("a@example.com", "b@example.com"), "Hi", "Hi")
    async with mail_server(Postbox(answers={"RCPT b@example.com": "550 no such user"})) as server:
        with pytest.raises(Refused, match="no such user"):
            await mailer(server).send(two, OP)
    assert server.box.came == []


async def test_the_server_s_words_cannot_take_over_the_terminal() -> None:
    async with mail_server(Postbox(answers={"RCPT": "550 \x1b]0;gotcha\x07 \u202e no"})) as server:
        with pytest.raises(HelpDeskError) as caught:
            await mailer(server).send(RECAP, OP)
    assert str(caught.value).isprintable()


async def test_nobody_is_written_to_who_was_not_named() -> None:
    sly = Mail(
        ("leads@example.com",), "Recap\r\nBcc: thief@example.com\r\n\r\nBody", "\r\n.\r\nMAIL FROM:<x@example.com>\r\n"
    )
    async with mail_server() as server:
        await mailer(server).send(sly, OP)
    (envelope,), (mail,) = server.box.came, server.box.mails()
    assert envelope.rcpt_tos == ["leads@example.com"]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Recap Bcc: thief@example.com Body"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@example.com, b@example.com",
        "a@example.com\nRCPT TO:<b@example.com>",
        "a b@example.com",
        "a@b@c",
    ],
)
async def test_what_is_no_address_is_refused_before_anybody_is_asked(to: str) -> None:
    async with mail_server() as server:
        with pytest.raises(Refused, match="is not a mail address"):
            await mailer(server).send(Mail((to,), "Hi", "Hi"), OP)
    assert server.box.heard == []


async def test_a_huge_and_strange_text_arrives_whole() -> None:
    body = "\n".join(["x" * 5_000, "ß 漢字 \u202e🦄", ".", "\x00\x1b[31m", "half \ud83d of one"] * 40)
    async with mail_server() as server:
        await mailer(server).send(Mail(("a@example.com",), "s" * 5_000, body), OP)
    (mail,) = server.box.mails()
    there = text_of(mail, "plain").replace("\r\n", "\n").rstrip("\n")
    assert there == body.replace("\x00", "").replace("\ud83d", "\ufffd")


async def test_a_text_that_no_server_takes_is_refused_here() -> None:
    async with mail_server() as server:
        with pytest.raises(Refused, match="longer than"):
            await mailer(server).send(Mail(("a@example.com",), "s", "x" * 2_000_001), OP)
    assert server.box.heard == []


async def test_where_nothing_listens_nothing_was_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="nothing answers"):
        await mailer(Running(port, Postbox())).send(RECAP, OP)


async def test_a_locked_keyring_keeps_the_mail_and_says_so() -> None:
    def locked() -> str:
        raise NoCredential("the keyring is locked; unlock it")

    config = MailConfig("127.0.0.1", 1, Security.NONE, USER, USER)
    with pytest.raises(Unreachable, match=r"the keyring is locked.*nothing was sent"):
        await SmtpMail(config, locked, Still()).send(RECAP, OP)


async def test_without_a_password_the_command_that_keeps_one_is_named() -> None:
    config = MailConfig("127.0.0.1", 1, Security.NONE, USER, USER)
    with pytest.raises(Refused, match="csat-tui mail set-password"):
        await SmtpMail(config, lambda: "", Still()).send(RECAP, OP)


REPORT = AttachedFile("report 1.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40)


async def test_a_file_goes_with_a_mail_byte_for_byte() -> None:
    async with mail_server() as server:
        await mailer(server).send(RECAP, OP, [REPORT])
    (mail,) = server.box.mails()
    [file] = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("report 1.pdf", "application/pdf")
    assert file.get_content() == REPORT.content
    assert text_of(mail, "plain").replace("\r\n", "\n").rstrip("\n") == RECAP.body


async def test_a_mail_larger_than_the_server_takes_is_not_begun(trusted: trustme.CA) -> None:
    async with mail_server(most=8_000, tls=server_context(trusted)) as server:
        with pytest.raises(TooLarge, match=r"the mail has 1\d,\d{3} bytes, and 127.0.0.1:\d+ takes 8,000; nothing was"):
            await mailer(server, Security.STARTTLS).send(RECAP, OP, [REPORT])
        assert server.box.heard == []
        await mailer(server, Security.STARTTLS).send(RECAP, OP)
    assert len(server.box.came) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("552 5.3.4 Message too big", TooLarge), ("552 No", TooLarge), ("552 5.2.2 Mailbox full", Refused)],
)
async def test_a_mail_that_the_server_finds_too_large_is_told_from_a_full_mailbox(
    answer: str, kind: type[HelpDeskError]
) -> None:
    async with mail_server(Postbox(answers={"DATA": answer})) as server:
        with pytest.raises(Refused, match="nothing was sent") as caught:
            await mailer(server).send(RECAP, OP, [REPORT])
    assert type(caught.value) is kind
