"""Mail out by SMTP, before a real server: TLS, signing in, and later told apart from never."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aboveloop.connect.email.messages import Outgoing
from aboveloop.connect.email.server import MailServer
from aboveloop.connect.email.smtp import SmtpOutbox
from aboveloop.connect.errors import MailServerRefusesUs, MailServerUnavailable, MessageRefused, MessageUnsendable
from connect.mail_servers import PASSWORD, USER, Mailbag, free_port, smtp_server

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ANNA = "anna@customers.example"


def letter(**changes: object) -> Outgoing:
    given = {"id": "msg_1", "to": ANNA, "subject": "Re: My order", "text": "Grüße,\n.\nyours", "at": AT, **changes}
    return Outgoing(**given)  # type: ignore[arg-type]


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The certificate of the test's server is one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
    return tmp_path


# The server's library does not know that TLS from the first byte is TLS.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_message_arrives_whole_under_its_own_id(trusted: Path, security: str) -> None:
    bag = Mailbag()
    with smtp_server(bag, trusted, security=security) as server:
        sent = SmtpOutbox(server, USER, name="Crumb").send(letter())
    (message,) = bag.arrived
    assert sent == message["Message-ID"] == "<msg_1@crumb.example>"
    assert (message["From"], message["To"]) == (f"Crumb <{USER}>", ANNA)
    assert message.get_content().replace("\r\n", "\n") == "Grüße,\n.\nyours\n"
    assert bag.signed_in == ([] if security == "none" else [USER])


def test_the_same_message_again_has_the_same_id(trusted: Path) -> None:
    bag = Mailbag()
    with smtp_server(bag, trusted) as server:
        outbox = SmtpOutbox(server, USER)
        assert outbox.send(letter()) == outbox.send(letter())
    assert len({message["Message-ID"] for message in bag.arrived}) == 1


@pytest.mark.parametrize(
    ("to_recipient", "to_message", "raised", "told"),
    [
        (["450 greylisted"], [], MailServerUnavailable, "450 greylisted"),
        (["550 no such user"], [], MessageRefused, "550 no such user"),
        ([], ["451 try later"], MailServerUnavailable, "451 try later"),
        ([], ["554 spam"], MessageRefused, "554 spam"),
    ],
)
def test_later_is_told_apart_from_never(
    trusted: Path, to_recipient: list[str], to_message: list[str], raised: type[Exception], told: str
) -> None:
    bag = Mailbag(to_recipient=to_recipient, to_message=to_message)
    with smtp_server(bag, trusted) as server, pytest.raises(raised, match=told):
        SmtpOutbox(server, USER).send(letter())
    assert bag.arrived == []


def test_a_lost_yes_is_a_later_and_the_copy_has_the_same_id(trusted: Path) -> None:
    bag = Mailbag(lost_answers=1)
    with smtp_server(bag, trusted) as server:
        outbox = SmtpOutbox(server, USER)
        with pytest.raises(MailServerUnavailable):
            outbox.send(letter())
        outbox.send(letter())
    assert [message["Message-ID"] for message in bag.arrived] == ["<msg_1@crumb.example>"] * 2


def test_a_wrong_password_is_ours_to_mend_and_no_fault_of_the_message(trusted: Path) -> None:
    bag = Mailbag()
    with smtp_server(bag, trusted) as server:
        wrong = MailServer(server.host, server.port, server.security, USER, "wrong")
        with pytest.raises(MailServerRefusesUs, match="refuses our account"):
            SmtpOutbox(wrong, USER).send(letter())
        with pytest.raises(MailServerRefusesUs):
            SmtpOutbox(wrong, USER).look()
        SmtpOutbox(server, USER).look()
    assert bag.arrived == []


def test_a_certificate_that_nobody_trusts_is_not_taken(tmp_path: Path) -> None:
    with (
        smtp_server(Mailbag(), tmp_path) as server,
        pytest.raises(MailServerRefusesUs, match="no certificate that this machine trusts"),
    ):
        SmtpOutbox(server, USER).send(letter())


def test_nothing_is_said_in_the_open_where_tls_was_asked_for(tmp_path: Path) -> None:
    bag = Mailbag()
    with smtp_server(bag, tmp_path, security="none") as server:
        asked = MailServer(server.host, server.port, "starttls", USER, PASSWORD)
        with pytest.raises(MailServerRefusesUs, match="does not offer"):
            SmtpOutbox(asked, USER).send(letter())
    assert bag.signed_in == [] and bag.arrived == []


def test_a_server_that_is_away_is_tried_later() -> None:
    with pytest.raises(MailServerUnavailable, match="does not answer"):
        SmtpOutbox(MailServer("127.0.0.1", free_port(), "none", None, None), USER).send(letter())


def test_an_address_that_is_none_goes_nowhere(tmp_path: Path) -> None:
    bag = Mailbag()
    with smtp_server(bag, tmp_path, security="none") as server, pytest.raises(MessageUnsendable):
        SmtpOutbox(server, USER).send(letter(to="anna"))
    assert bag.arrived == []
