"""Mail servers are named by the environment: with TLS, and with the password beside the address."""

import pytest

from aboveloop.connect.email.server import MailServer, mail_server
from aboveloop.kit.errors import WrongUsage


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtps://me@mail.example", MailServer("mail.example", 465, "tls", "me", "pw")),
        ("smtp://me%40x.example@mail.example", MailServer("mail.example", 587, "starttls", "me@x.example", "pw")),
        ("smtp://localhost:25?security=none", MailServer("localhost", 25, "none", None, "pw")),
    ],
)
def test_a_mail_server_is_named_by_its_address(url: str, expected: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ABOVELOOP_SMTP_URL", raising=False)
    assert mail_server("smtp") is None
    monkeypatch.setenv("ABOVELOOP_SMTP_URL", url)
    monkeypatch.setenv("ABOVELOOP_SMTP_PASSWORD", "pw")
    assert mail_server("smtp") == expected
    assert "pw" not in repr(mail_server("smtp"))


def test_a_mailbox_has_a_folder_and_no_password_where_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABOVELOOP_IMAP_URL", "imap://me@mail.example/Help%20desk")
    monkeypatch.delenv("ABOVELOOP_IMAP_PASSWORD", raising=False)
    assert mail_server("imap") == MailServer("mail.example", 143, "starttls", "me", None, "Help desk")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mail.example:25", "begins with"),
        ("imaps://mail.example", "begins with"),
        ("smtp://", "begins with"),
        ("smtp://mail.example:no", "no address"),
        ("smtp://me:pw@mail.example", "holds a password"),
        ("smtp://mail.example?tls=no", "takes nothing behind"),
        ("smtp://mail.example?security=none", "this machine alone"),
    ],
)
def test_what_is_no_address_or_tells_a_password_is_wrong_usage(
    url: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABOVELOOP_SMTP_URL", url)
    with pytest.raises(WrongUsage, match=why):
        mail_server("smtp")
