"""Reminders go out by e-mail once, keep the customer's words out, and wait where the mail folder does not answer."""

from pathlib import Path

import pytest

from aboveloop.app.post.servers import post_of
from aboveloop.app.reminding import MailMessenger, ReminderRound
from aboveloop.connect.errors import MailFolderUnavailable
from aboveloop.govern.errors import ApprovalNotFound
from aboveloop.govern.queue.reminders import Reminder
from aboveloop.kit.errors import NotFound
from aboveloop.operation.models import Operation
from work.bakery import ANNA, FILES, Bakery, operation_of

REFUND = ("refund 60 EUR for CR-1002 please", ANNA, "yes")
WITH_MAIL = FILES["operation.yaml"].replace(
    "roles: [clerk, refund_approver],", "roles: [clerk, refund_approver], email: priya@crumb.example,", 1
)


class Unreachable:
    """A messenger whose road is closed for a while."""

    def __init__(self, closed: int) -> None:
        self.closed = closed
        self.brought: list[Reminder] = []

    def remind(self, reminder: Reminder) -> None:
        if self.closed:
            self.closed -= 1
            raise MailFolderUnavailable("The outbox cannot be written.")
        self.brought.append(reminder)


@pytest.fixture
def mailing(tmp_path: Path) -> Bakery:
    home = tmp_path / "home"
    home.mkdir()
    return opened(home, operation_of({**FILES, "operation.yaml": WITH_MAIL}))


def opened(home: Path, operation: Operation) -> Bakery:
    bakery = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", operation)
    bakery.open()
    return bakery


def outbox(folder: Path) -> list[str]:
    return [each.read_text() for each in sorted((folder / "out" / "new").iterdir())]


def test_whoever_should_answer_gets_one_mail_for_each_part_of_the_time(mailing: Bakery, tmp_path: Path) -> None:
    case = mailing.write(*REFUND)
    asked = mailing.approval(case)
    rounds = ReminderRound(
        mailing, MailMessenger(mailing, post_of(mailing, tmp_path / "mail"), "https://console.crumb.example/")
    )
    assert rounds.run() == [] and outbox(tmp_path / "mail") == []
    mailing.clock.advance((asked.expires_at - asked.requested_at) / 2)
    assert [each.person.id for each in rounds.run()] == ["priya", "rafi"]
    assert rounds.run() == []
    # Rafi has no address: he sees it in the console alone.
    (mail,) = outbox(tmp_path / "mail")
    assert "priya@crumb.example" in mail and f"https://console.crumb.example/approvals/{asked.id}" in mail
    assert "CR-1002" not in mail and "anna" not in mail
    mailing.close()


def test_what_cannot_be_sent_now_is_sent_in_the_next_round(mailing: Bakery) -> None:
    asked = mailing.approval(mailing.write(*REFUND))
    mailing.clock.advance((asked.expires_at - asked.requested_at) / 2)
    messenger = Unreachable(closed=1)
    rounds = ReminderRound(mailing, messenger)
    assert len(rounds.run()) == 2 and messenger.brought == []
    assert rounds.run() == [] and [each.person.id for each in messenger.brought] == ["priya", "rafi"]
    rounds.run()
    assert len(messenger.brought) == 2
    mailing.close()


def test_who_has_no_address_sees_it_in_the_console_alone(bakery: Bakery, tmp_path: Path) -> None:
    asked = bakery.approval(bakery.write(*REFUND))
    rounds = ReminderRound(bakery, MailMessenger(bakery, post_of(bakery, tmp_path / "mail"), ""))
    assert [each.person.id for each in rounds.remind_now(asked.id, bakery.desk("hana").person)] == ["priya", "rafi"]
    assert rounds.remind_now(asked.id, bakery.desk("hana").person) == []
    assert outbox(tmp_path / "mail") == []
    with pytest.raises(ApprovalNotFound):
        rounds.remind_now("none", bakery.desk("hana").person)


def test_an_address_that_is_none_holds_up_nobody(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    odd = opened(home, operation_of({**FILES, "operation.yaml": WITH_MAIL.replace("priya@crumb.example", "nowhere")}))
    asked = odd.approval(odd.write(*REFUND))
    rounds = ReminderRound(odd, MailMessenger(odd, post_of(odd, tmp_path / "mail"), ""))
    assert len(rounds.remind_now(asked.id, odd.desk("hana").person)) == 2
    assert outbox(tmp_path / "mail") == []
    odd.close()


def test_without_an_address_of_its_own_the_house_sends_no_mail(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    about = FILES["operation.yaml"].replace("{address: help@crumb.example, disclosure", "{disclosure")
    mute = opened(home, operation_of({**FILES, "operation.yaml": about}))
    with pytest.raises(NotFound, match="no channel `email`"):
        MailMessenger(mute, post_of(mute, tmp_path / "mail"), "")
    mute.close()
