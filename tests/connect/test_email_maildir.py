"""The e-mail channel as folders: nothing lost by a crash, nothing sent twice, no header smuggled in."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.connect.email.maildir import MaildirChannel
from aboveloop.connect.email.messages import Outgoing
from aboveloop.connect.email.writing import written
from aboveloop.connect.errors import MailFolderUnavailable, MessageUnsendable

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def channel(tmp_path: Path) -> MaildirChannel:
    return MaildirChannel(tmp_path / "in", tmp_path / "out", "help@larkspur.example", name="Larkspur")


def outgoing(**changes: object) -> Outgoing:
    values: dict[str, object] = {
        "id": "msg_01k9",
        "to": "anna@customers.example",
        "subject": "Your order",
        "text": "It is on its way.",
        "at": NOW,
    }
    return Outgoing(**{**values, **changes})  # type: ignore[arg-type]


def deliver(channel: MaildirChannel, name: str, raw: bytes = b"") -> None:
    head = f"From: anna@customers.example\nMessage-ID: <{name}@customers.example>\n\nhello {name}\n"
    (channel.inbox / "new" / name).write_bytes(raw or head.encode())


def sent(channel: MaildirChannel) -> list[EmailMessage]:
    files = sorted((channel.outbox / "new").iterdir())
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[arg-type,misc]


def test_a_message_stays_until_it_is_acknowledged(channel: MaildirChannel) -> None:
    deliver(channel, "1")
    deliver(channel, "2")
    first = channel.receive()
    assert [message.said for message in first] == ["hello 1", "hello 2"]
    # A crash before the commit: the same messages again, under the same names.
    assert [message.foreign_id for message in channel.receive()] == [message.foreign_id for message in first]
    channel.acknowledge(first[0])
    assert [message.said for message in channel.receive()] == ["hello 2"]
    assert [file.name for file in (channel.inbox / "cur").iterdir()] == ["1:2,S"]


def test_acknowledging_twice_is_no_harm(channel: MaildirChannel) -> None:
    deliver(channel, "1")
    (message,) = channel.receive()
    channel.acknowledge(message)
    channel.acknowledge(message)
    assert channel.receive() == []


def test_messages_are_taken_in_order_and_not_all_at_once(channel: MaildirChannel) -> None:
    for number in range(5):
        deliver(channel, f"100{number}.host")
    assert [message.said for message in channel.receive(at_once=2)] == ["hello 1000.host", "hello 1001.host"]


def test_what_is_no_delivered_message_is_passed_over(channel: MaildirChannel, tmp_path: Path) -> None:
    (channel.inbox / "new" / ".hidden").write_text("x")
    (channel.inbox / "new" / "folder").mkdir()
    (channel.inbox / "new" / "link").symlink_to(tmp_path / "secret")
    (channel.inbox / "tmp" / "half").write_text("x")
    assert channel.receive() == []


def test_one_unreadable_message_does_not_stop_the_others(channel: MaildirChannel) -> None:
    deliver(channel, "1", b"\xff\xfe: \x00" * 100)
    deliver(channel, "2")
    assert [message.said for message in channel.receive()][-1] == "hello 2"


def test_an_inbox_that_is_gone_is_a_passing_trouble(channel: MaildirChannel) -> None:
    (channel.inbox / "new").rmdir()
    with pytest.raises(MailFolderUnavailable):
        channel.receive()


def test_sending_twice_leaves_one_message_with_one_name(channel: MaildirChannel) -> None:
    assert channel.send(outgoing()) == channel.send(outgoing()) == "<msg_01k9@larkspur.example>"
    (message,) = sent(channel)
    assert message["message-id"] == "<msg_01k9@larkspur.example>"
    assert list((channel.outbox / "tmp").iterdir()) == []


def test_what_was_taken_out_to_be_sent_is_not_put_there_again(channel: MaildirChannel) -> None:
    channel.send(outgoing())
    (channel.outbox / "new" / "msg_01k9").rename(channel.outbox / "cur" / "msg_01k9:2,S")
    channel.send(outgoing())
    assert sent(channel) == []


def test_sixteen_threads_sending_one_message_leave_one(channel: MaildirChannel) -> None:
    start = threading.Barrier(16)

    def send(_number: int) -> str:
        start.wait()
        return channel.send(outgoing())

    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(send, range(16)))) == 1
    assert len(sent(channel)) == 1


def test_a_reply_stands_in_its_thread_and_asks_for_no_automatic_answer(channel: MaildirChannel) -> None:
    channel.send(outgoing(in_reply_to="<m2@x.example>", references=("<m1@x.example>", "<m2@x.example>")))
    (message,) = sent(channel)
    assert message["in-reply-to"] == "<m2@x.example>"
    assert message["references"] == "<m1@x.example> <m2@x.example>"
    assert message["auto-submitted"] == "auto-replied"
    assert message["from"] == "Larkspur <help@larkspur.example>"
    assert message["to"] == "anna@customers.example"
    assert message["date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert message.get_content() == "It is on its way.\n"


def test_what_a_person_wrote_is_not_called_automatic(channel: MaildirChannel) -> None:
    channel.send(outgoing(automatic=False))
    (message,) = sent(channel)
    assert message["auto-submitted"] is None


def test_our_own_message_is_read_back_as_it_was_and_never_answered(channel: MaildirChannel) -> None:
    text = "Grüße,\n\nIhre Rückzahlung über 49,90 € ist unterwegs. 你好\n" + "lang " * 400
    channel.send(outgoing(text=text, subject="Rückzahlung für LK-100200 – „erledigt“", to_name="Jürgen Groß"))
    raw = (channel.outbox / "new" / "msg_01k9").read_bytes()
    assert raw.isascii()
    deliver(channel, "1", raw)
    (received,) = channel.receive()
    assert received.text == text.strip()
    assert received.subject == "Rückzahlung für LK-100200 – „erledigt“"
    assert received.never_answer


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\r\nBcc: everyone@x.example\r\n\r\nbody"},
        {"subject": "Hello\nBcc: everyone@x.example"},
        {"subject": "Hello\u2028Bcc: everyone@x.example"},
        {"to_name": 'Anna" <attacker@evil.example>\r\nBcc: everyone@x.example'},
        {"in_reply_to": "<a@x>\r\nBcc: everyone@x.example"},
        {"references": ("<a@x>\nBcc: everyone@x.example", "<b c@x>")},
        {"id": "msg\r\nBcc: everyone@x.example"},
        {"text": "\n\nBcc: everyone@x.example\n.\n"},
    ],
)
def test_no_header_can_be_smuggled_in(channel: MaildirChannel, changes: dict[str, object]) -> None:
    channel.send(outgoing(**changes))
    (message,) = sent(channel)
    assert message["bcc"] is None
    assert [address.addr_spec for address in message["to"].addresses] == ["anna@customers.example"]
    assert message["message-id"].count("<") == 1


@pytest.mark.parametrize(
    "to",
    [
        "",
        "anna",
        "anna@x\r\nBcc: b@x",
        "a@x.example, b@x.example",
        "a@x.example>",
        "Anna <a@x.example>",
        "a b@x.example",
        "ä@x.example",
        "@x",
        "a@",
    ],
)
def test_an_address_that_is_none_is_refused(channel: MaildirChannel, to: str) -> None:
    with pytest.raises(MessageUnsendable, match="msg_01k9"):
        channel.send(outgoing(to=to))
    assert sent(channel) == []


def test_long_ids_and_long_threads_are_neither_broken_nor_encoded(channel: MaildirChannel) -> None:
    ids = tuple(f"<{'x' * 180}{number}@mail.customers.example>" for number in range(30))
    channel.send(outgoing(in_reply_to=ids[-1], references=ids))
    lines = (channel.outbox / "new" / "msg_01k9").read_bytes().split(b"\n")
    (reply,) = [line for line in lines if line.lower().startswith(b"in-reply-to")]
    (thread,) = [line for line in lines if line.lower().startswith(b"references")]
    assert reply == f"In-Reply-To: {ids[-1]}".encode()
    assert thread.startswith(f"References: {ids[0]} ".encode()) and thread.endswith(ids[-1].encode())
    assert all(len(line) <= 998 for line in lines)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40), st.text(max_size=300), st.text(max_size=60))
def test_whatever_stands_in_a_message_has_the_same_headers(
    subject: str, name: str, identifier: str, text: str, reply: str
) -> None:
    raw = written(
        outgoing(subject=subject, to_name=name, id=identifier, text=text, in_reply_to=reply),
        address="help@larkspur.example",
        name="Larkspur",
    )
    message = message_from_bytes(raw, policy=policy.default)
    known = {"from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress"}
    shape = {"content-type", "content-transfer-encoding", "mime-version", "in-reply-to", "references"}
    assert {key.lower() for key in message} <= known | shape
    assert [each.addr_spec for each in message["to"].addresses] == ["anna@customers.example"]
