"""Whoever should answer is reminded when part of the time has passed: once for each part, and after a crash too."""

from datetime import timedelta

from aboveloop.govern.queue import store
from aboveloop.govern.queue.delegation import Absences, Wish
from aboveloop.govern.queue.ownership import Ownership
from aboveloop.govern.queue.reminders import BY_HAND, Reminder, Reminders
from govern.conftest import House
from govern.corner import NOW
from govern.queueing import SHOP, asked, shop, who

HOUR = timedelta(hours=1)


def note(house: House, hours: float, operation: object = SHOP) -> list[Reminder]:
    """All that is due after so many hours."""
    reminders, now = Reminders(house.ledger, operation), NOW + hours * HOUR  # type: ignore[arg-type]
    noted = []
    with house.database.write() as tx:
        for approval_id, step in reminders.due(tx, now):
            noted += reminders.note(tx, approval_id, step, now=now, by="house")
    return noted


def names(noted: list[Reminder]) -> list[tuple[str, str]]:
    return [(each.step, each.person.id) for each in noted]


def test_all_who_may_answer_are_reminded_of_what_nobody_owns_once_for_each_part(house: House) -> None:
    asked(house)
    assert note(house, 11) == []
    assert names(note(house, 12)) == [("0.5", "priya"), ("0.5", "max"), ("0.5", "finn")]
    assert note(house, 13) == []
    assert [step for step, _ in names(note(house, 20))] == ["0.8"] * 3
    assert note(house, 24) == []
    assert house.kinds("case_1") == ["ApprovalRequested", "ApprovalReminded", "ApprovalReminded"]


def test_a_house_that_slept_reminds_of_the_latest_part_alone(house: House) -> None:
    asked(house)
    assert {step for step, _ in names(note(house, 23))} == {"0.8"}


def test_the_owner_alone_is_reminded_of_what_they_own(house: House) -> None:
    approval = asked(house)
    with house.database.write() as tx:
        Ownership(house.ledger, SHOP).claim(tx, approval.id, person=who("finn"), now=NOW)
    assert names(note(house, 12)) == [("0.5", "finn")]


def test_who_is_away_is_not_reminded_but_their_deputy_is(house: House) -> None:
    approval = asked(house)
    with house.database.write() as tx:
        Ownership(house.ledger, SHOP).claim(tx, approval.id, person=who("priya"), now=NOW)
        wish = Wish(NOW, NOW + 48 * HOUR, who("finn"))
        Absences(house.ledger, SHOP).mark(tx, who("priya"), wish, by=who("priya"), now=NOW)
    asked(house, 7000, case="case_2")
    assert names(note(house, 12)) == [("0.5", "finn"), ("0.5", "max"), ("0.5", "finn")]


def test_where_everybody_is_away_everybody_is_reminded(house: House) -> None:
    asked(house, 7000, "manager")
    with house.database.write() as tx:
        for person in ("noor", "max"):
            wish = Wish(NOW, NOW + 48 * HOUR)
            Absences(house.ledger, SHOP).mark(tx, who(person), wish, by=who(person), now=NOW)
    assert names(note(house, 12)) == [("0.5", "noor"), ("0.5", "max")]


def test_what_is_answered_is_not_reminded_of(house: House) -> None:
    approval = asked(house)
    reminders = Reminders(house.ledger, SHOP)
    with house.database.write() as tx:
        (due, *_) = reminders.due(tx, NOW + 12 * HOUR)
        house.approvals.deny(tx, approval.id, person=who("priya"), now=NOW, because="No.")
        assert reminders.note(tx, *due, now=NOW + 12 * HOUR, by="house") == []
        assert reminders.note(tx, "none", BY_HAND, now=NOW, by="house") == []
    assert note(house, 12) == []


def test_what_was_noted_and_not_sent_is_sent_later(house: House) -> None:
    asked(house)
    noted = note(house, 12)
    reminders, now = Reminders(house.ledger, SHOP), NOW + 12 * HOUR
    with house.database.write() as tx:
        assert [each.id for each in reminders.unsent(tx, now)] == sorted(each.id for each in noted)
        for each in noted:
            reminders.sent(tx, each, now)
        assert reminders.unsent(tx, now) == []


def test_a_reminder_for_somebody_who_has_left_is_not_sent(house: House) -> None:
    asked(house)
    note(house, 12)
    with house.database.write() as tx:
        tx.execute(store.reminders.update().values(person_id="gone" + store.reminders.c.person_id))
        assert Reminders(house.ledger, SHOP).unsent(tx, NOW + 12 * HOUR) == []


def test_each_person_sees_what_they_were_reminded_of_while_it_waits(house: House) -> None:
    approval = asked(house)
    note(house, 12)
    with house.database.write() as tx:
        assert store.reminded_of(tx, "finn", NOW + 12 * HOUR) == {approval.id}
        assert store.reminded_of(tx, "noor", NOW + 12 * HOUR) == frozenset()
        house.approvals.deny(tx, approval.id, person=who("priya"), now=NOW, because="No.")
        assert store.reminded_of(tx, "finn", NOW + 12 * HOUR) == frozenset()


def test_an_operation_may_do_without_reminders(house: House) -> None:
    asked(house)
    assert note(house, 23, shop(remind_at=[])) == []


def test_a_reminder_is_noted_once_when_two_processes_note_it(house: House) -> None:
    approval = asked(house)
    reminders = Reminders(house.ledger, SHOP)
    with house.database.write() as tx:
        assert len(reminders.note(tx, approval.id, "0.5", now=NOW, by="house")) == 3
        assert reminders.note(tx, approval.id, "0.5", now=NOW, by="house") == []
