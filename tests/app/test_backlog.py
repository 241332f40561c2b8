"""The backlog: ideas from people and from the house, carried by releases, done when customers are served by them."""

from datetime import date, timedelta

import pytest

from aboveloop.app.desk import Desk
from aboveloop.app.improving import board, seeing
from aboveloop.app.improving.board import Item
from aboveloop.app.improving.regularly import Lookout
from aboveloop.app.organisation.queues import four_queues
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.releasing.rollback import roll_back
from aboveloop.app.reviews import waiting_reviews
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import Person, person_of
from aboveloop.improve import answers, backlog
from aboveloop.improve.backlog import Improvement, Move, State, Wish
from aboveloop.improve.errors import (
    ImprovementFaulty,
    ImprovementNotFound,
    MoveRefused,
    ProposalAnswered,
    ProposalNotFound,
)
from aboveloop.operation import environments, releases
from aboveloop.operation.environments import Change
from aboveloop.operation.loading import load_files
from aboveloop.operation.releases import Release
from api.open_house import ELIF, tell


def who(house: Stage, name: str = "yuki") -> Person:
    return person_of(house.operation, name)


def idea(house: Stage, *, value: int = 7_000, **more: object) -> Improvement:
    given = {"procedure": "damaged_goods", **more}
    wish = Wish("Ask for a photo", "Damage is hard to judge.", "noor", value_weekly=value, **given)  # type: ignore[arg-type]
    return board.add(house, wish, by=who(house))


def item(house: Stage, id_: str) -> Item:
    with house.database.read() as reader:
        (found,) = [each for each in board.items(house, reader, house.clock.now()) if each.improvement.id == id_]
    return found


def next_release(house: Stage, greeting: str = "Hello!\n") -> Release:
    files = {**house.operation.files, "messages/en/greeting.md": greeting}
    operation = load_files(files, house.operation.folder).operation
    assert operation is not None
    now = house.clock.now()
    with house.database.write() as tx:
        return releases.create_release(tx, operation, ledger=house.ledger, by="person:noor", note="Photos", now=now)


def deploy(house: Stage, release: Release) -> None:
    with house.database.write() as tx:
        releases.deploy(tx, release, ledger=house.ledger, by="person:noor", now=house.clock.now())


def test_an_idea_costs_what_it_is_worth_for_every_week_that_it_waits(house: Stage) -> None:
    added = idea(house)
    assert added.state is State.IDEA and item(house, added.id).cost.minor == 0
    house.advance(timedelta(days=14))
    assert item(house, added.id).cost.minor == 14_000
    with house.database.read() as reader:
        took = board.leads(board.items(house, reader, house.clock.now()), "EUR")
    assert (took.waiting, took.value_weekly.minor, took.cost.minor, took.median) == (1, 7_000, 14_000, None)


def test_what_is_in_a_release_is_done_when_customers_are_served_by_it(house: Stage) -> None:
    added = idea(house)
    house.advance(timedelta(days=3))
    release = next_release(house)
    board.move(house, added.id, Move(State.IN_RELEASE, release=release.name), by=who(house))
    assert item(house, added.id).state is State.IN_RELEASE
    house.advance(timedelta(days=1))
    deploy(house, release)
    house.advance(timedelta(days=9))
    done = item(house, added.id)
    assert done.state is State.DONE and done.lead == timedelta(days=4) and done.age == timedelta(days=4)
    assert done.cost.minor == 4_000, "what waits no longer costs no more"
    with house.database.read() as reader:
        took = board.leads(board.items(house, reader, house.clock.now()), "EUR")
        assert board.carried_by(board.items(house, reader, house.clock.now()), release) == [done]
    assert (took.many, took.median, took.p85) == (1, timedelta(days=4), timedelta(days=4))


def test_what_was_taken_back_from_customers_is_not_done(house: Stage) -> None:
    added, release = idea(house), next_release(house)
    board.move(house, added.id, Move(State.IN_RELEASE, release=release.name), by=who(house))
    deploy(house, release)
    house.advance(timedelta(hours=1))
    roll_back(house, by="person:noor", because="Wrong.")
    back = item(house, added.id)
    assert back.state is State.IN_RELEASE and back.taken_back and back.lead is None
    house.advance(timedelta(hours=1))
    deploy(house, release)
    assert item(house, added.id).state is State.DONE


def test_an_improvement_moves_only_where_it_may(house: Stage) -> None:
    added = idea(house)
    with pytest.raises(MoveRefused, match="Name the release"):
        board.move(house, added.id, Move(State.IN_RELEASE), by=who(house))
    with pytest.raises(MoveRefused, match="Say why"):
        board.move(house, added.id, Move(State.DROPPED), by=who(house))
    board.move(house, added.id, Move(State.DONE, because="Told the colleagues."), by=who(house))
    with pytest.raises(MoveRefused, match="can become nothing"):
        board.move(house, added.id, Move(State.BUILDING), by=who(house))
    with pytest.raises(ImprovementNotFound):
        board.move(house, "nothing", Move(State.READY), by=who(house))


def test_owner_value_due_and_what_blocks_it_change_with_an_entry(house: Stage) -> None:
    added = idea(house)
    changes = {"owner": "priya", "value_weekly": 9_000, "due": "2026-04-01", "blocked": "Waits for the photo service."}
    changed = board.move(house, added.id, Move(State.READY, changes=changes), by=who(house))
    assert (changed.owner, changed.value_weekly, changed.due) == ("priya", 9_000, date(2026, 4, 1))
    assert changed.blocked == "Waits for the photo service."
    with house.database.read() as reader:
        (entry,) = house.ledger.find(reader, kind="ImprovementMoved")
    assert entry.body["owner"] == "priya" and entry.actor == "person:yuki"


def test_who_sees_cases_may_have_an_idea_and_who_proposes_moves_it(house: Stage) -> None:
    wish = Wish("Shorter words", "Customers ask back.", "noor")
    assert board.add(house, wish, by=who(house, "sanne")).created_by == "person:sanne"
    with pytest.raises(MayNot):
        board.move(house, idea(house).id, Move(State.READY), by=who(house, "sanne"))
    with pytest.raises(MayNot):
        board.dismiss(house, "nothing", because="x", by=who(house, "sanne"))
    with pytest.raises(MayNot):
        board.take(house, "nothing", owner="noor", value_weekly=0, by=who(house, "sanne"))


@pytest.mark.parametrize(
    "wish",
    [
        Wish("", "Why.", "noor"),
        Wish("Title", " ", "noor"),
        Wish("Title", "Why.", "nobody"),
        Wish("Title", "Why.", "noor", "no_such_procedure"),
        Wish("Title", "Why.", "noor", value_weekly=-1),
        Wish("T" * 201, "Why.", "noor"),
    ],
)
def test_an_idea_says_what_why_and_who(house: Stage, wish: Wish) -> None:
    with pytest.raises(ImprovementFaulty):
        board.add(house, wish, by=who(house))


def test_the_train_shows_by_worker_what_is_on_its_way_and_what_comes_next(house: Stage) -> None:
    first, second = idea(house), idea(house, value=100)
    later = idea(house, procedure="exchange")
    release = next_release(house)
    board.move(house, first.id, Move(State.IN_RELEASE, release=release.name), by=who(house))
    board.move(house, second.id, Move(State.BUILDING, changes={"due": "2026-05-01"}), by=who(house))
    now = house.clock.now()
    with house.database.write() as tx:
        environments.place(tx, release, "canary", ledger=house.ledger, change=Change("person:noor", now), share=10)
    with house.database.read() as reader:
        found = board.train(house, reader, board.items(house, reader, now))
    assert {place: each.name for place, (each, _) in found.places.items()} == {"production": "r1", "canary": "r2"}
    cars = {car.procedure: car for car in found.cars}
    assert [each.improvement.id for each in cars["damaged_goods"].on_the_way] == [first.id]
    assert [each.improvement.id for each in cars["damaged_goods"].next] == [second.id]
    assert [each.improvement.id for each in cars["exchange"].next] == [later.id]
    assert cars["cancel_order"].next == ()


def proposals(house: Stage, state: str = "open") -> dict[str, answers.Standing]:
    with house.database.read() as reader:
        return {each.key: each for each in answers.standing(reader) if each.state == state}


def many_hand_overs(house: Stage, number: int, begin: int = 0) -> None:
    for each in range(begin, begin + number):
        tell(house, f"visitor-{each}", "I want to talk to a person")


def test_the_house_proposes_from_what_it_saw_and_never_twice(house: Stage) -> None:
    many_hand_overs(house, 5)
    new = seeing.propose(house)
    (asked,) = [each for each in proposals(house).values() if each.kind == "hand_over"]
    assert asked.count == 5 and len(asked.cases) == 5
    assert "untested_rule:writes-need-a-yes" in proposals(house)
    assert asked.key in {each.key for each in new}
    many_hand_overs(house, 1, begin=5)
    assert seeing.propose(house) == []
    assert proposals(house)[asked.key].count == 6, "the evidence follows"
    with house.database.read() as reader:
        (queue,) = [each for each in four_queues(reader, house, house.clock.now()) if each.name.startswith("improv")]
        assert house.ledger.count(reader, kind="ImprovementsProposed") == 1
    assert queue.as_json()["parts"]["proposals"] == len(proposals(house)) > 0


def test_a_dismissed_proposal_is_not_made_again(house: Stage) -> None:
    many_hand_overs(house, 5)
    seeing.propose(house)
    (key,) = [each.key for each in proposals(house).values() if each.kind == "hand_over"]
    with pytest.raises(ImprovementFaulty):
        board.dismiss(house, key, because=" ", by=who(house))
    board.dismiss(house, key, because="Who wants a person gets one.", by=who(house))
    seeing.propose(house)
    assert key not in proposals(house) and proposals(house, "dismissed")[key].answered_by == "person:yuki"
    with pytest.raises(ProposalAnswered):
        board.dismiss(house, key, because="Again.", by=who(house))
    with pytest.raises(ProposalNotFound):
        board.dismiss(house, "hand_over:nothing", because="x", by=who(house))


def test_a_proposal_taken_up_is_an_improvement_with_its_evidence(house: Stage) -> None:
    many_hand_overs(house, 5)
    seeing.propose(house)
    (asked,) = [each for each in proposals(house).values() if each.kind == "hand_over"]
    added = board.take(house, asked.key, owner="mateo", value_weekly=500, by=who(house))
    assert (added.title, added.source, added.owner, added.link) == (asked.title, "hand_over", "mateo", asked.link)
    assert proposals(house, "accepted")[asked.key].improvement == added.id
    with pytest.raises(ProposalAnswered):
        board.take(house, asked.key, owner="mateo", value_weekly=0, by=who(house))
    with house.database.read() as reader:
        assert len(backlog.every(reader)) == 1


def test_a_proposal_goes_when_it_is_no_longer_so_and_comes_again(house: Stage) -> None:
    many_hand_overs(house, 5)
    seeing.propose(house)
    (key,) = [each.key for each in proposals(house).values() if each.kind == "hand_over"]
    house.advance(timedelta(days=30))
    seeing.propose(house)
    assert key in proposals(house, "gone")
    many_hand_overs(house, 6, begin=20)
    seeing.propose(house)
    again = proposals(house)[key]
    assert again.count == 6 and again.found_at == house.clock.now()


def test_repeated_denials_are_proposed(house: Stage) -> None:
    tell(house, "elif", *ELIF)
    tell(house, "ines", "My tent LK-100011 arrived damaged", "ines@customers.example", "6211 CK", "a torn seam")
    tell(house, "ines", "120 euro", "yes")
    with house.database.read() as reader:
        waits = waiting_reviews(house, reader, who(house, "priya"), house.clock.now())
    for each in waits:
        Desk(house, who(house, "priya")).deny(each.approval.id, because="No.")
    house.run_due()
    with house.database.read() as reader:
        found = seeing.seen(house, reader, house.clock.now())
    assert sum(each.denied for each in found.asked) == 2


def test_the_lookout_measures_and_proposes(house: Stage) -> None:
    many_hand_overs(house, 5)
    Lookout(house).look()
    assert any(each.kind == "hand_over" for each in proposals(house).values())
