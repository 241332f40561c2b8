"""Answers to forms by mail: to the address that was given, as long as nobody was verified, and back into the case."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from aboveloop.app.forms.post import MOST_VISITS
from aboveloop.app.forms.sending import SECRET, Given, Taken, say, send
from aboveloop.app.forms.slips import address_of, new_slip
from aboveloop.app.forms.visits import visit_of
from aboveloop.app.mail import MailRoom
from aboveloop.app.post.sending import bounced
from aboveloop.app.post.servers import post_of
from aboveloop.connect.email.bounces import Bounce
from backends.test_forms import ASK, CANCEL, CHANNEL
from work.bakery import ANNA, BEN, FILES, Bakery, operation_of


@pytest.fixture
def bakery(tmp_path: Path, sqlite_url: str) -> Iterator[Bakery]:
    about = FILES["operation.yaml"].replace("channels:\n", CHANNEL, 1)
    form = CANCEL.replace("most_a_minute: 3\n", "")
    files = {**FILES, "operation.yaml": about, "forms/cancel.yaml": form, "forms/ask.yaml": ASK}
    house = Bakery(tmp_path, sqlite_url, operation_of(files))
    house.open()
    yield house
    house.close()


@pytest.fixture
def room(bakery: Bakery, tmp_path: Path) -> MailRoom:
    return MailRoom(bakery, post_of(bakery, tmp_path / "mail"))


def fill(house: Bakery, form: str = "cancel", mail: str = ANNA, **values: str) -> Taken:
    slip = new_slip(house.settings.secret(SECRET), form, house.clock.now())
    order = {"order": "CR-1001"} if form == "cancel" else {}
    given = Given(slip, {**order, "mail": mail, **values})
    told = send(house, house.operation, house.operation.forms[form], given, language="en")
    assert isinstance(told, Taken)
    house.run_due()
    return told


def mails(tmp_path: Path) -> list[EmailMessage]:
    files = sorted((tmp_path / "mail" / "out" / "new").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def answer_to(tmp_path: Path, mail: EmailMessage, text: str, sender: str = ANNA) -> None:
    raw = f"From: {sender}\nMessage-ID: <{len(text)}@mail.example>\nIn-Reply-To: {mail['Message-ID']}\n\n{text}\n"
    (tmp_path / "mail" / "in" / "new" / str(len(text))).write_text(raw)


def by_page(house: Bakery, told: Taken, text: str) -> None:
    address = address_of(house.settings.secret(SECRET), told.visit)
    assert address is not None
    say(house, address, text, visit=told.visit, key=text, language="en")
    house.run_due()


def texts(house: Bakery, told: Taken) -> list[str]:
    found = (visit_of(house, form, told.visit) for form in house.operation.forms)
    (visit,) = [each for each in found if each is not None]
    return [each.text for each in visit.said]


def test_an_answer_goes_by_mail_too_and_the_reply_goes_on_with_the_case(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    told = fill(bakery, form="ask", words="hello there", mail="Anna@mail.example")
    assert bakery.case(told.case_id).verified_contact is None
    (mail,) = mails(tmp_path)
    assert mail["To"] == ANNA and mail["Subject"] == "Your message to Crumb Bakery"
    assert mail.get_content().strip() == texts(bakery, told)[-1]
    answer_to(tmp_path, mail, "cancel CR-1001 please")
    assert room.take_in_all() == 1
    bakery.run_due()
    (case,) = bakery.all_cases()
    assert case.procedure == "cancel_order" and case.channel == "form"
    # The mail is a contact point of its own: what is written there is not on the page, and is answered there.
    assert len(texts(bakery, told)) == 2
    (_, second) = mails(tmp_path)
    assert second["In-Reply-To"] == "<21@mail.example>"
    assert "Which address did you order with?" in second.get_content()


def test_who_answers_by_mail_is_not_who_was_verified_on_the_page(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    told = fill(bakery)
    page = bakery.case(told.case_id)
    assert page.verified_contact == page.contact_id
    answer_to(tmp_path, mails(tmp_path)[0], "yes")
    room.take_in_all()
    bakery.run_due()
    assert bakery.till.done == []
    assert bakery.case(told.case_id).contact_id != page.contact_id


def test_once_somebody_was_verified_on_the_page_its_answers_stay_there(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    told = fill(bakery)
    by_page(bakery, told, "yes")
    assert bakery.case_of(told.message_id).verified_contact is not None
    last = mails(tmp_path)[-1].get_content()
    assert "open the page that you saved" in last and told.case_id in last
    assert texts(bakery, told)[-1] not in last


def test_a_reply_from_elsewhere_or_to_nothing_of_ours_is_mail_like_any(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    fill(bakery)
    answer_to(tmp_path, mails(tmp_path)[0], "where is my order", sender=BEN)
    room.take_in_all()
    bakery.run_due()
    assert [case.channel for case in bakery.all_cases()] == ["form", "email"]


def test_nobody_is_flooded_by_typing_their_address(bakery: Bakery, room: MailRoom, tmp_path: Path) -> None:
    for _ in range(MOST_VISITS + 3):
        fill(bakery, mail=BEN)
    assert len(mails(tmp_path)) == MOST_VISITS
    fill(bakery, mail=ANNA)
    assert mails(tmp_path)[-1]["To"] == ANNA


def test_a_form_without_an_address_is_answered_on_its_page_alone(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    fill(bakery, mail="")
    assert mails(tmp_path) == []


def test_a_mail_that_comes_back_is_noted_and_takes_the_case_from_nobody(
    bakery: Bakery, room: MailRoom, tmp_path: Path
) -> None:
    told = fill(bakery)
    before = bakery.case(told.case_id).owner
    (sent,) = [each for each in bakery.messages(bakery.case(told.case_id)) if each.direction == "out"]
    assert bounced(bakery, sent.id, Bounce(of=(), failed=True, status="5.1.1", words="no such user"))
    assert "MailBounced" in bakery.kinds(told.case_id)
    assert bakery.case(told.case_id).owner is before
