"""Two records joined by a person, and parted: nothing moves, nobody becomes somebody, all of it is written down."""

from typing import Any

import pytest
import sqlalchemy as sa

from aboveloop.journey import cases, customers, store
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.journey.matching import joins
from aboveloop.journey.matching.errors import AlreadyJoined, NotJoined, ProvedDifferent, RecordGone, SameRecord
from aboveloop.journey.matching.store import joins as table
from aboveloop.ledger.entries import HOUSE
from journey.conftest import Room

SANNE = "person:sanne"


def join(room: Room, one: str, other: str) -> joins.Join:
    with room.database.write() as tx:
        return joins.join(tx, room.ledger, (one, other), because="She said so", actor=SANNE, now=room.now)


def part(room: Room, one: str, other: str) -> joins.Join:
    with room.database.write() as tx:
        return joins.part(tx, room.ledger, (one, other), because="Two sisters", actor=SANNE, now=room.now)


def together(room: Room, one: str) -> list[str]:
    with room.database.read() as reader:
        return joins.together(reader, one)


def everything(room: Room) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the state, but for the joins themselves."""
    tables = (store.customers, store.contact_points, store.journeys, store.cases, store.messages)
    with room.database.read() as reader:
        return {each.name: [tuple(row) for row in reader.all(sa.select(each))] for each in tables}


def verify(room: Room, case_id: str, known_as: str) -> None:
    with room.database.write() as tx:
        case = cases.lock(tx, case_id)
        customers.verify(
            tx, room.ledger, case, contact_id=case.contact_id, known_as=known_as, evidence="till", now=room.now
        )


def test_a_join_moves_nothing_and_parting_gives_back_what_was(room: Room) -> None:
    anna = room.hear("one").case
    chat = room.hear("two", address="token", channel="webchat").case
    before = everything(room)
    made = join(room, anna.customer_id, chat.customer_id)
    assert everything(room) == before
    assert set(together(room, chat.customer_id)) == {anna.customer_id, chat.customer_id}
    part(room, chat.customer_id, anna.customer_id)
    assert everything(room) == before
    assert together(room, anna.customer_id) == [anna.customer_id]
    with room.database.read() as reader:
        entries = [each for each in room.ledger.entries(reader, HOUSE) if each.kind.startswith("Records")]
    assert [(each.kind, each.actor, each.personal) for each in entries] == [
        ("RecordsJoined", SANNE, {"because": "She said so"}),
        ("RecordsParted", SANNE, {"because": "Two sisters"}),
    ]
    assert entries[0].body == {"join": made.id, "one": made.one, "other": made.other}


def test_what_somebody_writes_after_a_join_goes_to_their_own_case_alone(room: Room) -> None:
    anna = room.hear("Where is my order LK-1?").case
    verify(room, anna.id, "c_anna")
    stranger = room.hear("Hi", address="other@mail.example").case
    join(room, anna.customer_id, stranger.customer_id)
    again = room.hear("And now?", address="other@mail.example").case
    assert again.id == stranger.id and again.customer_id == stranger.customer_id
    assert again.verified_as is None
    assert room.hear("And mine?").case.id == anna.id
    with room.database.read() as reader:
        assert store.customer_known_as(reader, "c_anna").id == anna.customer_id  # type: ignore[union-attr]
        assert store.merged_customers(reader, anna.customer_id) == [anna.customer_id]


def test_a_proof_still_makes_one_of_two_that_were_joined(room: Room) -> None:
    anna = room.hear("one").case
    verify(room, anna.id, "c_anna")
    chat = room.hear("two", address="token", channel="webchat").case
    join(room, anna.customer_id, chat.customer_id)
    verify(room, chat.id, "c_anna")
    assert room.case(chat.id).customer_id == anna.customer_id
    with pytest.raises(SameRecord):
        join(room, anna.customer_id, chat.customer_id)


def test_those_who_proved_to_be_two_are_not_joined_also_not_over_a_third(room: Room) -> None:
    anna, ben = room.hear("one").case, room.hear("two", address="ben@mail.example").case
    third = room.hear("three", address="x@mail.example").case
    verify(room, anna.id, "c_anna")
    verify(room, ben.id, "c_ben")
    with pytest.raises(ProvedDifferent):
        join(room, anna.customer_id, ben.customer_id)
    join(room, anna.customer_id, third.customer_id)
    with pytest.raises(ProvedDifferent, match="merge them there first"):
        join(room, third.customer_id, ben.customer_id)


def test_three_stand_together_and_each_join_ends_alone(room: Room) -> None:
    a, b, c = (room.hear("x", address=f"{name}@mail.example").case.customer_id for name in "abc")
    join(room, a, b)
    join(room, b, c)
    assert together(room, a) == [a, *sorted((b, c))]
    with pytest.raises(AlreadyJoined):
        join(room, a, c)
    with pytest.raises(NotJoined, match="What holds them together"):
        part(room, a, c)
    part(room, c, b)
    assert together(room, a) == [a, b] and together(room, c) == [c]
    with pytest.raises(NotJoined):
        part(room, c, b)


def test_what_is_not_there_or_erased_is_not_joined(room: Room) -> None:
    anna = room.hear("one").case.customer_id
    other = room.hear("two", address="x@mail.example").case.customer_id
    with pytest.raises(SameRecord):
        join(room, anna, anna)
    with pytest.raises(CustomerNotFound):
        join(room, anna, "cus_nobody")
    with room.database.write() as tx:
        store.erase_customer(tx, other, room.now)
    with pytest.raises(RecordGone):
        join(room, anna, other)
    with room.database.read() as reader:
        assert reader.all(sa.select(table)) == []
