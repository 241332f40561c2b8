"""The mail room: mail in becomes cases and answers become mail, each once, whatever is handed in twice."""

import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from aboveloop.app.mail import MailRoom
from aboveloop.app.post.servers import post_of
from aboveloop.connect.errors import MailFolderUnavailable
from aboveloop.kit.errors import NotFound
from work.bakery import ANNA, FILES, Bakery, operation_of


@pytest.fixture
def room(bakery: Bakery, tmp_path: Path) -> MailRoom:
    return MailRoom(bakery, post_of(bakery, tmp_path / "mail"))


def post(tmp_path: Path, name: str, text: str, sender: str = ANNA, headers: str = "") -> None:
    raw = f"From: Anna <{sender}>\nMessage-ID: <{name}@mail.example>\nSubject: My order\n{headers}\n{text}\n"
    (tmp_path / "mail" / "in" / "new" / name).write_text(raw)


def answers(tmp_path: Path) -> list[EmailMessage]:
    files = sorted((tmp_path / "mail" / "out" / "new").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def test_a_mail_becomes_a_case_and_the_answer_a_mail_in_its_thread(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    post(tmp_path, "1", "cancel CR-1001 please")
    assert room.take_in_all() == 1
    bakery.run_due()
    (answer,) = answers(tmp_path)
    assert answer["To"] == ANNA
    assert answer["Subject"] == "Re: My order"
    assert answer["In-Reply-To"] == "<1@mail.example>"
    assert "Which address did you order with?" in answer.get_content()
    assert "An AI assistant wrote this." in answer.get_content()
    assert answer["Auto-Submitted"] is not None
    assert room.take_in_all() == 0


def test_a_whole_need_goes_by_mail(bakery: Bakery, room: MailRoom, tmp_path: Path) -> None:
    for number, text in enumerate(["cancel CR-1001 please", ANNA, "yes"]):
        post(tmp_path, str(number), text)
        room.take_in_all()
        bakery.run_due()
    assert bakery.till.done == ["cancel_order"]
    assert len(answers(tmp_path)) == 3
    (case,) = bakery.all_cases()
    assert case.outcome == "resolved"


def test_the_same_mail_twice_is_heard_once_and_answered_once(bakery: Bakery, room: MailRoom, tmp_path: Path) -> None:
    for name in ("1", "2", "1"):
        post(tmp_path, name, "cancel CR-1001 please")
        (tmp_path / "mail" / "in" / "new" / name).rename(tmp_path / "mail" / "in" / "new" / f"{name}-copy")
        raw = (tmp_path / "mail" / "in" / "new" / f"{name}-copy").read_text().replace("<2@", "<1@")
        (tmp_path / "mail" / "in" / "new" / f"{name}-copy").write_text(raw)
        room.take_in_all()
        bakery.run_due()
    (case,) = bakery.all_cases()
    assert len(bakery.messages(case)) == 2
    assert len(answers(tmp_path)) == 1


def test_a_mail_taken_in_before_a_crash_is_not_taken_in_again(bakery: Bakery, room: MailRoom, tmp_path: Path) -> None:
    post(tmp_path, "1", "cancel CR-1001 please")
    kept = (tmp_path / "mail" / "in" / "new" / "1").read_text()
    room.take_in_all()
    # The crash came after the commit and before the message was acknowledged.
    (tmp_path / "mail" / "in" / "new" / "1").write_text(kept)
    room.take_in_all()
    bakery.run_due()
    (case,) = bakery.all_cases()
    assert bakery.said(case) == ["ask_email"]


def test_delivering_twice_sends_once(bakery: Bakery, room: MailRoom, tmp_path: Path) -> None:
    post(tmp_path, "1", "cancel CR-1001 please")
    room.take_in_all()
    bakery.run_due()
    (case,) = bakery.all_cases()
    told = bakery.messages(case)[-1]
    room.deliver(told.id)
    room.deliver("msg_none")
    assert len(answers(tmp_path)) == 1


@pytest.mark.parametrize("headers", ["Auto-Submitted: auto-replied\n", "Precedence: bulk\n", "List-Id: <x.example>\n"])
def test_automatic_mail_is_noted_and_never_answered(
    bakery: Bakery, room: MailRoom, tmp_path: Path, headers: str
) -> None:
    post(tmp_path, "1", "I am away", headers=headers)
    assert room.take_in_all() == 0
    bakery.run_due()
    assert bakery.all_cases() == []
    assert answers(tmp_path) == []
    assert bakery.kinds("house")[-1] == "MailSetAside"
    assert room.take_in_all() == 0


def test_a_mail_that_says_not_who_wrote_it_is_set_aside(bakery: Bakery, room: MailRoom, tmp_path: Path) -> None:
    (tmp_path / "mail" / "in" / "new" / "1").write_bytes(b"Subject: hm\n\nwho am I\n")
    assert room.take_in_all() == 0
    assert bakery.kinds("house")[-1] == "MailSetAside"


@pytest.mark.parametrize("body", [b"with \x00 a zero byte", b"\xff\xfe broken \xd8", b"", b"\xf0\x9f\x98\x80" * 50])
def test_any_mail_is_taken_in_and_the_next_one_too(bakery: Bakery, room: MailRoom, tmp_path: Path, body: bytes) -> None:
    head = b"From: odd@mail.example\nMessage-ID: <odd@mail.example>\nContent-Type: text/plain; charset=utf-8\n\n"
    (tmp_path / "mail" / "in" / "new" / "1").write_bytes(head + body)
    post(tmp_path, "2", "cancel CR-1001 please")
    room.take_in_all()
    bakery.run_due()
    assert "ask_email" in [template for case in bakery.all_cases() for template in bakery.said(case)]
    assert list((tmp_path / "mail" / "in" / "new").iterdir()) == []


def test_a_persons_mail_is_not_called_automatic(bakery: Bakery, room: MailRoom, tmp_path: Path) -> None:
    post(tmp_path, "1", "cancel CR-1001 please")
    room.take_in_all()
    bakery.run_due()
    (case,) = bakery.all_cases()
    bakery.desk("tom").take_over(case.id)
    bakery.desk("tom").reply(case.id, "I am here.")
    bakery.run_due()
    assert answers(tmp_path)[-1]["Auto-Submitted"] is None


def test_the_room_works_until_it_is_told_to_stop_and_outlives_a_folder_that_is_away(
    bakery: Bakery, room: MailRoom, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    inbox = tmp_path / "mail" / "in" / "new"
    inbox.rename(tmp_path / "away")
    with pytest.raises(MailFolderUnavailable):
        room.take_in_all()
    thread = threading.Thread(target=room.run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + 20
    while "tried again" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.05)
    (tmp_path / "away").rename(inbox)
    post(tmp_path, "1", "cancel CR-1001 please")
    while list(inbox.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert len(bakery.all_cases()) == 1


def test_an_operation_without_an_address_has_no_mail_room(tmp_path: Path) -> None:
    changed = FILES["operation.yaml"].replace("{address: help@crumb.example, disclosure", "{disclosure")
    home = tmp_path / "home"
    home.mkdir()
    bakery = Bakery(home, f"sqlite:///{home / 'a.db'}", operation_of({**FILES, "operation.yaml": changed}))
    bakery.open()
    with pytest.raises(NotFound, match="no channel `email`"):
        MailRoom(bakery, post_of(bakery, tmp_path / "mail"))
    bakery.close()
