"""Mail without a server: what is saved, under which name, and who can read it."""

import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from csat_tui.domain.effect import Mail
from csat_tui.domain.errors import Refused, Unreachable
from csat_tui.targets.mail import MailFiles
from tests.targets.conftest import OP, OTHER_OP, Still

RECAP = Mail(("leads@example.com",), "End of shift: AM", "All done.", "<p>All done.")


async def test_a_mail_is_saved_under_its_date_and_subject_for_its_owner_alone(tmp_path: Path) -> None:
    delivered = await MailFiles(tmp_path / "mails", Still(), "ana@example.com").send(RECAP, OP)
    assert delivered.reference == "2026-03-10 End of shift AM 00000000abcd.eml"
    file = tmp_path / "mails" / delivered.reference
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert (mail["To"], mail["From"], mail["Subject"]) == ("leads@example.com", "ana@example.com", "End of shift: AM")
    assert mail["X-Unsent"] == "1"
    assert delivered.remark == f"saved as {file}; no mail server is configured, so send it yourself"
    assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}


async def test_the_same_mail_again_is_the_same_one_file_and_another_one_is_another(tmp_path: Path) -> None:
    files = MailFiles(tmp_path, Still())
    first, again, other = [(await files.send(RECAP, op)).reference for op in (OP, OP, OTHER_OP)]
    assert first == again != other
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted({first, other})


@pytest.mark.parametrize(
    "subject", ["../../evil", "/etc/passwd", ".hidden", "a\n\x1b]0;b\x07", "", "漢" * 500, "\u202eexe"]
)
async def test_no_subject_leads_out_of_the_folder_or_makes_a_strange_name(tmp_path: Path, subject: str) -> None:
    delivered = await MailFiles(tmp_path / "mails", Still()).send(Mail(("a@example.com",), subject, "Hi"), OP)
    assert (tmp_path / "mails" / delivered.reference).is_file()
    assert [file.name for file in tmp_path.iterdir()] == ["mails"]
    assert delivered.reference.isprintable()
    assert len(delivered.reference.encode()) < 255


async def test_a_folder_that_cannot_be_written_keeps_the_mail_here(tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("a file stands in the way")
    with pytest.raises(Unreachable, match="could not be saved"):
        await MailFiles(tmp_path / "mails", Still()).send(RECAP, OP)


async def test_what_is_no_address_is_refused_here_too(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is not a mail address"):
        await MailFiles(tmp_path, Still()).send(Mail(("nobody",), "Hi", "Hi"), OP)
    assert list(tmp_path.iterdir()) == []
