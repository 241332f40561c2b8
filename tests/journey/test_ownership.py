"""Who owns a case: a state machine whose one locked door is a person's case."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.journey import cases
from aboveloop.journey.errors import OwnershipRefused
from aboveloop.journey.ownership import TRANSITIONS, Owner, check_transition
from journey.conftest import Room

OWNERS = st.sampled_from(list(Owner))
ACTORS = st.sampled_from(["person:priya", "person:tom", "worker:cancel", "house"])


def test_every_state_leads_somewhere_and_is_reached_from_somewhere() -> None:
    assert set(TRANSITIONS) == set(Owner)
    assert all(TRANSITIONS.values())
    assert {to for after in TRANSITIONS.values() for to in after} == set(Owner)


def test_every_open_state_can_be_taken_over_and_ended() -> None:
    for owner in Owner:
        if owner.is_open and owner is not Owner.REOPENED:
            assert Owner.PERSON in TRANSITIONS[owner]
            assert Owner.RESOLVED in TRANSITIONS[owner]


def test_a_case_at_rest_only_opens_again_by_reopening() -> None:
    assert TRANSITIONS[Owner.RESOLVED] == {Owner.REOPENED}
    assert not Owner.RESOLVED.is_open
    assert not Owner.RESOLVED.is_with_worker
    assert not Owner.PERSON.is_with_worker


def test_a_persons_case_never_waits_for_anybody_else() -> None:
    assert TRANSITIONS[Owner.PERSON] == {Owner.WORKER, Owner.PERSON, Owner.RESOLVED}


def test_a_way_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(OwnershipRefused, match="case_1 is resolved and cannot become waiting on customer"):
        check_transition("case_1", Owner.RESOLVED, Owner.WAITING_ON_CUSTOMER)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(OWNERS, ACTORS), min_size=1, max_size=12))
def test_no_path_leaves_a_persons_case_but_by_that_person(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[Owner, str]]
) -> None:
    room = fresh_room(tmp_path_factory)
    case = room.hear("hello").case
    for to, actor in moves:
        if to is Owner.PERSON and not actor.startswith("person:"):
            continue
        before = room.case(case.id)
        refused = False
        try:
            with room.database.write() as tx:
                cases.change_owner(
                    tx, room.ledger, cases.lock(tx, case.id), to, actor=actor, because="test", now=room.now
                )
        except OwnershipRefused:
            refused = True
        after = room.case(case.id)
        if before.owner is Owner.PERSON and actor != f"person:{before.person_id}":
            assert refused
        if refused:
            assert (after.owner, after.person_id) == (before.owner, before.person_id)
        else:
            assert after.owner is to
            assert (after.person_id is not None) == (to is Owner.PERSON)
    with room.database.read() as reader:
        assert room.ledger.verify(reader).ok
    room.database.dispose()


def fresh_room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    from aboveloop.kit.database import Database
    from aboveloop.ledger.ledger import Ledger

    database = Database(f"sqlite:///{tmp_path_factory.mktemp('room') / 'journey.db'}")
    database.create_tables()
    return Room(database, Ledger(b"m" * 32, b"s" * 32))
