"""A mailbox read by IMAP before a real Dovecot: each message once, over restarts and new numbers, left as it was."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aboveloop.connect.email.imap import ImapInbox, Position
from aboveloop.connect.errors import MailServerRefusesUs, MailServerUnavailable
from aboveloop.kit.clock import FixedClock
from connect.mail_servers import USER, Dovecot, free_port, imap_server

TODAY = FixedClock(datetime.now(UTC))


@dataclass
class Kept:
    """Positions in memory."""

    positions: dict[str, Position] = field(default_factory=dict)

    def find(self, mailbox: str) -> Position | None:
        return self.positions.get(mailbox)

    def keep(self, mailbox: str, position: Position) -> None:
        self.positions[mailbox] = position


@pytest.fixture
def dovecot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
    with imap_server(tmp_path) as running:
        yield running


def letter(number: int, text: str = "cancel CR-1001 please") -> bytes:
    return (
        f"From: Anna <anna@customers.example>\r\nTo: {USER}\r\nMessage-ID: <{number}@customers.example>\r\n"
        f"Subject: My order\r\n\r\n{text}\r\n"
    ).encode()


def read(inbox: ImapInbox) -> list[str]:
    """Take in all that is new."""
    found = inbox.receive()
    for message in found:
        inbox.acknowledge(message)
    return [message.foreign_id for message in found]


def test_what_comes_after_the_first_look_is_read_once_and_left_as_it_was(dovecot: Dovecot) -> None:
    kept = Kept()
    dovecot.put(letter(0, "from before"), "0")
    inbox = ImapInbox(dovecot.server, USER, kept, TODAY)
    assert read(inbox) == [], "what lay there before is nobody's case"
    for number in (1, 2):
        dovecot.put(letter(number), str(number))
    assert read(inbox) == ["<1@customers.example>", "<2@customers.example>"]
    assert read(inbox) == []
    inbox.close()
    again = ImapInbox(dovecot.server, USER, kept, TODAY)
    dovecot.put(letter(3), "3")
    (message,) = again.receive()
    assert (message.address, message.subject, message.said) == (
        "anna@customers.example",
        "My order",
        "cancel CR-1001 please",
    )
    again.close()
    session = dovecot.session()
    session.select("INBOX")
    assert session.search(None, "UNSEEN")[1] == [b"1 2 3 4"], "nothing was marked as read"
    session.logout()


def test_what_was_not_acknowledged_comes_again(dovecot: Dovecot) -> None:
    kept = Kept()
    inbox = ImapInbox(dovecot.server, USER, kept, TODAY)
    inbox.receive()
    for number in (1, 2):
        dovecot.put(letter(number), str(number))
    first = inbox.receive()[0]
    inbox.acknowledge(first)
    inbox.acknowledge(first)
    assert [message.foreign_id for message in inbox.receive()] == ["<2@customers.example>"]
    inbox.close()


def test_a_mailbox_that_was_numbered_anew_is_read_from_the_day_of_the_last_message(dovecot: Dovecot) -> None:
    kept = Kept()
    inbox = ImapInbox(dovecot.server, USER, kept, TODAY)
    inbox.receive()
    dovecot.put(letter(1), "1")
    read(inbox)
    (name,) = kept.positions
    kept.positions[name] = replace(kept.positions[name], validity=kept.positions[name].validity - 1)
    dovecot.put(letter(2), "2")
    assert read(inbox) == ["<1@customers.example>", "<2@customers.example>"], "known ones are known by their id"
    assert read(inbox) == []
    inbox.close()


def test_a_wrong_password_and_a_server_that_is_away_are_told_apart(dovecot: Dovecot) -> None:
    wrong = ImapInbox(replace(dovecot.server, password="wrong"), USER, Kept(), TODAY)
    with pytest.raises(MailServerRefusesUs, match="does not let us in"):
        wrong.receive()
    away = ImapInbox(replace(dovecot.server, port=free_port()), USER, Kept(), TODAY)
    with pytest.raises(MailServerUnavailable, match="cannot be read now"):
        away.look()
    ImapInbox(dovecot.server, USER, Kept(), TODAY).look()
    nowhere = ImapInbox(replace(dovecot.server, folder='No "such" folder'), USER, Kept(), TODAY)
    with pytest.raises(MailServerUnavailable, match="cannot be read now"):
        nowhere.look()


def test_a_connection_that_broke_is_made_anew(dovecot: Dovecot) -> None:
    inbox = ImapInbox(dovecot.server, USER, Kept(), TODAY)
    inbox.receive()
    session = inbox._session
    assert session is not None
    session.shutdown()
    with pytest.raises(MailServerUnavailable):
        inbox.receive()
    dovecot.put(letter(1), "1")
    assert read(inbox) == ["<1@customers.example>"]
    inbox.close()


def test_a_certificate_that_nobody_trusts_is_not_taken(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailServerRefusesUs, match="no certificate that this machine trusts"):
        ImapInbox(dovecot.server, USER, Kept(), TODAY).receive()
