"""Mail over real servers: a need comes in by IMAP and its answers go out by SMTP, each once, whatever goes wrong."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.app.mail import MailRoom
from aboveloop.app.post import store
from aboveloop.app.post.sending import GIVE_UP_AFTER, pause_after
from aboveloop.app.post.servers import KeptPositions, Post, is_set_up, post_of
from aboveloop.cli.diagnosis import examine
from aboveloop.connect.email.imap import ImapInbox
from aboveloop.connect.email.smtp import SmtpOutbox
from aboveloop.govern.paging.pager import open_pages
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.errors import NotFound, WrongUsage
from connect.mail_servers import PASSWORD, USER, Dovecot, Mailbag, free_port, imap_server, smtp_server
from work.bakery import ANNA, Bakery

OUR_ID = "<{}@crumb.example>"


@pytest.fixture(autouse=True)
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
    for name in ("SMTP_URL", "SMTP_PASSWORD", "IMAP_URL", "IMAP_PASSWORD"):
        monkeypatch.delenv(f"ABOVELOOP_{name}", raising=False)


@dataclass
class Room:
    """The bakery's mail room before an SMTP server; mail comes in by a folder."""

    bakery: Bakery
    room: MailRoom
    bag: Mailbag
    folder: Path

    def post(self, name: str, text: str, headers: str = "") -> None:
        raw = f"From: Anna <{ANNA}>\nMessage-ID: <{name}@mail.example>\nSubject: My order\n{headers}\n{text}\n"
        (self.folder / "in" / "new" / name).write_text(raw)
        self.room.take_in_all()
        self.bakery.run_due()

    def case(self) -> Case:
        (case,) = self.bakery.all_cases()
        return case

    def kinds(self) -> list[str]:
        with self.bakery.database.read() as reader:
            return [entry.kind for entry in self.bakery.ledger.entries(reader, self.case().id)]

    def states(self) -> list[str]:
        with self.bakery.database.read() as reader:
            rows = [store.delivery(reader, each.id) for each in self.bakery.messages(self.case())]
        return [row.state for row in rows if row is not None]


@pytest.fixture
def room(bakery: Bakery, tmp_path: Path) -> Iterator[Room]:
    bag = Mailbag()
    with smtp_server(bag, tmp_path) as server:
        folders = post_of(bakery, tmp_path / "mail")
        post = replace(folders, outbox=SmtpOutbox(server, USER, name="Crumb"))
        yield Room(bakery, MailRoom(bakery, post), bag, tmp_path / "mail")


def test_a_whole_need_comes_by_imap_and_is_answered_by_smtp(bakery: Bakery, tmp_path: Path) -> None:
    bag = Mailbag()
    with smtp_server(bag, tmp_path) as smtp, imap_server(tmp_path) as dovecot:
        inbox = inbox_of(bakery, dovecot)
        whole = MailRoom(bakery, Post(inbox, SmtpOutbox(smtp, USER, name="Crumb"), USER, "Crumb"))
        assert whole.take_in_all() == 0
        for number, text in enumerate(["cancel CR-1001 please", ANNA, "yes"]):
            raw = f"From: Anna <{ANNA}>\r\nMessage-ID: <{number}@mail.example>\r\nSubject: My order\r\n\r\n{text}\r\n"
            dovecot.put(raw.encode(), str(number))
            assert whole.take_in_all() == 1
            bakery.run_due()
        assert whole.take_in_all() == 0
        inbox.close()
        again = inbox_of(bakery, dovecot)
        assert again.receive() == [], "a process that starts again goes on where the last one stopped"
        again.close()
    assert bakery.till.done == ["cancel_order"]
    assert len(bag.arrived) == len({message["Message-ID"] for message in bag.arrived}) == 3
    assert bag.arrived[-1]["In-Reply-To"] == "<2@mail.example>"
    (case,) = bakery.all_cases()
    assert case.outcome == "resolved"


def inbox_of(bakery: Bakery, dovecot: Dovecot) -> ImapInbox:
    return ImapInbox(dovecot.server, USER, KeptPositions(bakery.database), bakery.clock)


def test_delivered_again_after_a_crash_it_is_sent_once(room: Room) -> None:
    room.post("1", "cancel CR-1001 please")
    message = room.bakery.messages(room.case())[-1]
    room.room.deliver(message.id)
    assert len(room.bag.arrived) == 1 and room.states() == ["sent"]


def test_what_is_refused_for_now_is_tried_again_with_growing_pauses(room: Room) -> None:
    room.bag.to_recipient = ["450 greylisted"] * 3
    room.post("1", "cancel CR-1001 please")
    assert room.bag.arrived == [] and room.states() == ["under_way"]
    room.bakery.advance(seconds=5 + 10)
    assert room.bag.arrived == [], "the pauses are 5, 10 and 20 seconds"
    room.bakery.advance(seconds=20)
    assert len(room.bag.arrived) == 1 and room.states() == ["sent"]
    assert [pause_after(attempts) for attempts in (1, 2, 3, 30)] == [5, 10, 20, 900]


def test_a_lost_yes_makes_a_copy_of_the_same_id_and_no_second_message(room: Room) -> None:
    room.bag.lost_answers = 1
    room.post("1", "cancel CR-1001 please")
    room.bakery.advance(seconds=60)
    assert len({message["Message-ID"] for message in room.bag.arrived}) == 1
    assert room.states() == ["sent"]


def test_what_is_refused_for_good_brings_the_case_to_a_person_and_is_not_tried_again(room: Room) -> None:
    room.bag.to_recipient = ["550 no such user"]
    room.post("1", "cancel CR-1001 please")
    case = room.case()
    assert case.owner is Owner.WAITING_ON_PERSON and "did not reach them" in str(case.handed_over_because)
    assert "MailRefused" in room.kinds() and room.states() == ["refused"]
    room.bakery.advance(hours=1)
    assert room.bag.arrived == []
    with room.bakery.database.read() as reader:
        (entry,) = room.bakery.ledger.find(reader, kind="MailRefused")
        assert [row.case_id for row in store.undelivered(reader, limit=5)] == [case.id]
    assert "550 no such user" in (entry.personal or {})["because"]
    assert "550" not in str(entry.body), "servers name the address, so what they say is personal"


def test_what_no_server_takes_for_a_day_brings_the_case_to_a_person(room: Room) -> None:
    room.bag.to_message = ["451 later"] * 200
    room.post("1", "cancel CR-1001 please")
    room.bakery.advance(seconds=GIVE_UP_AFTER.total_seconds() + 2000)
    assert room.states()[0] == "refused" and "MailRefused" in room.kinds()
    assert room.case().owner is Owner.WAITING_ON_PERSON


def report(message_id: str, action: str = "failed", status: str = "5.1.1") -> str:
    """What a mail server writes about a message that it could not deliver (RFC 3464)."""
    return f"""--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customers.example

Final-Recipient: rfc822; {ANNA}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 mailbox unavailable

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Re: My order
--b--
"""


REPORT = "Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n"


def test_a_message_that_comes_back_brings_its_case_to_a_person(room: Room) -> None:
    room.post("1", "cancel CR-1001 please")
    ours = room.bag.arrived[0]["Message-ID"]
    room.post("2", report(ours, "delayed", "4.4.1"), REPORT)
    assert room.states() == ["sent"], "late is not lost"
    room.post("3", report(ours), REPORT)
    assert room.states() == ["bounced"] and "MailBounced" in room.kinds()
    assert room.case().owner is Owner.WAITING_ON_PERSON
    before = room.kinds().count("MailBounced")
    room.post("4", report(ours), REPORT)
    assert room.kinds().count("MailBounced") == before, "a second report says nothing new"


def test_a_report_about_somebody_elses_message_is_only_set_aside(room: Room) -> None:
    room.post("1", "cancel CR-1001 please")
    room.post("2", report(OUR_ID.format("msg_nobody")), REPORT)
    room.post("3", report("<msg@elsewhere.example>"), REPORT)
    assert room.states() == ["sent"] and "MailBounced" not in room.kinds()


def test_the_environment_names_the_servers_and_half_a_one_is_wrong_usage(
    bakery: Bakery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_set_up()
    monkeypatch.setenv("ABOVELOOP_IMAP_URL", "imaps://help@mail.example")
    assert is_set_up()
    with pytest.raises(WrongUsage, match="cannot be answered"):
        post_of(bakery, None)
    monkeypatch.setenv("ABOVELOOP_SMTP_URL", "smtps://help@mail.example")
    post = post_of(bakery, None)
    assert isinstance(post.inbox, ImapInbox) and isinstance(post.outbox, SmtpOutbox)
    assert post.inbox.mailbox == "help@mail.example/INBOX"


def test_pages_go_out_by_the_same_server(bakery: Bakery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_call = {"levels": [{"page": ["priya"]}], "ways": {"priya": [{"email": "priya@crumb.example"}]}}
    about = type(bakery.operation.about).model_validate({**bakery.operation.about.model_dump(), "on_call": on_call})
    bakery.operation = bakery.operation.model_copy(update={"about": about})
    bag = Mailbag(to_message=["451 later"])
    with smtp_server(bag, tmp_path) as server:
        monkeypatch.setenv("ABOVELOOP_SMTP_URL", f"smtp://help%40crumb.example@127.0.0.1:{server.port}")
        monkeypatch.setenv("ABOVELOOP_SMTP_PASSWORD", PASSWORD)
        bakery.page_people("The ledger does not verify", "critical", "ledger")
        assert bakery.call_people() == 1 and bag.arrived == []
        bakery.clock.advance(timedelta(seconds=30))
        assert bakery.call_people() == 1
        assert bakery.call_people() == 0
    (message,) = bag.arrived
    assert message["To"] == "priya@crumb.example" and "The ledger does not verify" in message["Subject"]
    with bakery.database.read() as reader:
        assert len(open_pages(reader)) == 1


def test_doctor_tells_whether_the_servers_answer(
    bakery: Bakery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mail() -> dict[str, tuple[bool, str]]:
        return {each.what: (each.ok, each.sentence) for each in examine(bakery) if each.what.startswith("mail")}

    assert mail() == {}
    with smtp_server(Mailbag(), tmp_path) as smtp, imap_server(tmp_path) as dovecot:
        monkeypatch.setenv("ABOVELOOP_SMTP_URL", f"smtp://help%40crumb.example@127.0.0.1:{smtp.port}")
        monkeypatch.setenv("ABOVELOOP_IMAP_URL", f"imap://help%40crumb.example@127.0.0.1:{dovecot.server.port}")
        found = mail()
        assert not found["mail out"][0] and "refuses our account" in found["mail out"][1]
        assert not found["mail in"][0] and "does not let us in" in found["mail in"][1]
        monkeypatch.setenv("ABOVELOOP_SMTP_PASSWORD", PASSWORD)
        monkeypatch.setenv("ABOVELOOP_IMAP_PASSWORD", PASSWORD)
        assert mail() == {
            "mail out": (True, "127.0.0.1 takes our mail (starttls)."),
            "mail in": (True, f"{USER}@127.0.0.1/INBOX can be read (starttls)."),
        }
    monkeypatch.setenv("ABOVELOOP_IMAP_URL", f"imap://help@127.0.0.1:{free_port()}")
    assert "cannot be read now" in mail()["mail in"][1]
    monkeypatch.setenv("ABOVELOOP_IMAP_URL", "imap://help:secret@127.0.0.1")
    assert "holds a password" in mail()["mail"][1] and "secret" not in mail()["mail"][1]


def test_an_operation_without_an_address_has_no_post(bakery: Bakery, tmp_path: Path) -> None:
    channels = {
        name: each.model_copy(update={"address": None}) for name, each in bakery.operation.about.channels.items()
    }
    about = bakery.operation.about.model_copy(update={"channels": channels})
    bakery.operation = bakery.operation.model_copy(update={"about": about})
    with contextlib.suppress(NotFound):
        post_of(bakery, tmp_path / "mail")
        raise AssertionError("there is no address to send from")
