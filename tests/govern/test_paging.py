"""A page calls whoever is on call, then the next level, until somebody who can act acknowledges."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from aboveloop.govern.errors import MayNot
from aboveloop.govern.paging import pager
from aboveloop.govern.paging.errors import PageNotFound
from aboveloop.govern.paging.pager import Call, Page, Pager, raise_page
from aboveloop.govern.paging.rota import called, on_call, ways_of
from aboveloop.govern.people import person_of
from aboveloop.kit.errors import PermanentError, TemporaryError
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.models import OnCallRota, Operation
from govern.conftest import House
from govern.corner import ABOUT, NOW, build_operation

ON_CALL: dict[str, Any] = {
    "rota": {"people": ["noor", "max"], "days": 7, "since": "2026-11-09"},
    "levels": [{"page": ["rota"]}, {"page": ["priya", "rota"], "after_minutes": 10}],
    "ways": {
        "noor": [{"webhook": "https://call.example"}, {"email": "noor@corner.example"}],
        "priya": [{"email": "priya@corner.example"}],
    },
}


@dataclass
class Telephone:
    """Takes calls, or fails as it is told to."""

    rings: list[Call] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)

    def deliver(self, call: Call, now: datetime) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.rings.append(call)

    @property
    def people(self) -> list[tuple[str, int]]:
        return [(call.person, call.level) for call in self.rings]


@pytest.fixture
def corner() -> Operation:
    return build_operation(about={**ABOUT, "on_call": ON_CALL})


@pytest.fixture
def telephone() -> Telephone:
    return Telephone()


@pytest.fixture
def caller(house: House, telephone: Telephone) -> Pager:
    return Pager(house.database, house.ledger, {"webhook": telephone, "email": telephone})


def paged(house: House, about: str = "ledger") -> Page:
    with house.database.write() as tx:
        return raise_page(tx, house.ledger, reason="It breaks", severity="critical", about=about, now=NOW)


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (datetime(2026, 11, 1, tzinfo=UTC), "noor"),
        (datetime(2026, 11, 9, tzinfo=UTC), "noor"),
        (datetime(2026, 11, 15, 22, 59, tzinfo=UTC), "noor"),
        (datetime(2026, 11, 15, 23, 0, tzinfo=UTC), "max"),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "noor"),
    ],
)
def test_turns_change_at_midnight_where_the_company_is(at: datetime, who: str) -> None:
    rota = OnCallRota(people=["noor", "max"], days=7, since=date(2026, 11, 9))
    assert on_call(rota, at, "Europe/Amsterdam") == who


def test_a_level_calls_each_person_once_and_each_is_reached_as_they_said(corner: Operation) -> None:
    config = corner.about.on_call
    assert config is not None
    assert called(corner, 1, NOW) == ["priya", "noor"]
    assert [way.email for way in ways_of(corner, config, "priya")] == ["priya@corner.example"]
    assert ways_of(corner, config, "cleo") == []
    assert called(build_operation(), 0, NOW) == []


def test_who_has_no_way_is_reached_by_the_address_of_people() -> None:
    people = [{**person, "email": f"{person['id']}@x.example"} for person in ABOUT["people"]]
    operation = build_operation(about={**ABOUT, "people": people, "on_call": {"levels": [{"page": ["cleo", "rota"]}]}})
    config = operation.about.on_call
    assert config is not None
    assert [way.email for way in ways_of(operation, config, "cleo")] == ["cleo@x.example"]
    assert called(operation, 0, NOW) == ["cleo", "rota"]


def test_nobody_acknowledges_and_the_next_level_is_called(
    house: House, corner: Operation, caller: Pager, telephone: Telephone
) -> None:
    page = paged(house)
    assert caller.round(corner, NOW) == 2
    assert telephone.people == [("noor", 0), ("noor", 0)]
    assert caller.round(corner, NOW + timedelta(minutes=9, seconds=59)) == 0
    assert caller.round(corner, NOW + timedelta(minutes=10)) == 3
    assert {person for person, level in telephone.people if level == 1} == {"priya", "noor"}
    assert caller.round(corner, NOW + timedelta(hours=9)) == 0
    assert telephone.rings[0].page == page.id
    kinds = house.kinds(HOUSE)
    assert kinds[:3] == ["PageRaised", "PersonCalled", "PersonCalled"]
    assert kinds.count("CallDelivered") == 5


def test_after_an_acknowledgement_nobody_else_is_called(
    house: House, corner: Operation, caller: Pager, telephone: Telephone
) -> None:
    page = paged(house)
    caller.round(corner, NOW)
    with house.database.write() as tx:
        for _ in range(2):
            done = pager.acknowledge(tx, house.ledger, page.id, person=person_of(corner, "noor"), now=NOW)
    assert (done.acknowledged_by, done.acknowledged_at) == ("noor", NOW)
    assert caller.round(corner, NOW + timedelta(hours=1)) == 0
    assert len(telephone.rings) == 2
    assert house.kinds(HOUSE).count("PageAcknowledged") == 1
    with house.database.read() as reader:
        assert pager.open_pages(reader) == []


def test_who_was_not_called_and_may_not_pause_does_not_acknowledge(
    house: House, corner: Operation, caller: Pager
) -> None:
    page = paged(house)
    caller.round(corner, NOW)
    with house.database.write() as tx:
        with pytest.raises(MayNot):
            pager.acknowledge(tx, house.ledger, page.id, person=person_of(corner, "priya"), now=NOW)
        with pytest.raises(PageNotFound):
            pager.acknowledge(tx, house.ledger, "page_x", person=person_of(corner, "noor"), now=NOW)
    caller.round(corner, NOW + timedelta(minutes=10))
    with house.database.write() as tx:
        done = pager.acknowledge(tx, house.ledger, "ledger", person=person_of(corner, "priya"), now=NOW)
    assert done.acknowledged_by == "priya"


def test_the_same_thing_is_paged_once_until_it_is_acknowledged(house: House, corner: Operation) -> None:
    first = paged(house)
    assert paged(house) == first
    assert paged(house, "incident_1").id != first.id
    assert house.kinds("incident_1") == ["PageRaised"]
    with house.database.write() as tx:
        pager.acknowledge(tx, house.ledger, first.id, person=person_of(corner, "noor"), now=NOW)
    assert paged(house).id != first.id


def test_a_call_that_does_not_get_through_is_tried_again(
    house: House, corner: Operation, caller: Pager, telephone: Telephone
) -> None:
    telephone.failing = [TemporaryError("Busy."), TemporaryError("Busy.")]
    paged(house)
    assert caller.round(corner, NOW) == 2
    assert caller.round(corner, NOW + timedelta(seconds=4)) == 0
    assert caller.round(corner, NOW + timedelta(seconds=5)) == 2
    assert len(telephone.rings) == 2


def test_where_nobody_can_be_reached_the_next_level_is_called_at_once(
    house: House, corner: Operation, caller: Pager, telephone: Telephone
) -> None:
    telephone.failing = [PermanentError("No such number."), *[TemporaryError("Busy.")] * pager.ATTEMPTS]
    paged(house)
    now = NOW
    for _ in range(12):
        caller.round(corner, now)
        now += timedelta(seconds=20)
    assert now < NOW + timedelta(minutes=10)
    assert {person for person, level in telephone.people if level == 1} == {"priya", "noor"}
    assert house.kinds(HOUSE).count("CallFailed") == 2


def test_without_a_rota_a_page_is_only_recorded(house: House, caller: Pager) -> None:
    paged(house)
    assert caller.round(build_operation(), NOW) == 0


def test_a_way_that_nobody_here_knows_fails(house: House, corner: Operation) -> None:
    paged(house)
    assert Pager(house.database, house.ledger, {}).round(corner, NOW) == 2
    assert house.kinds(HOUSE).count("CallFailed") == 2


def test_two_processes_call_once(house: House, corner: Operation, telephone: Telephone) -> None:
    paged(house)

    class Rival(Telephone):
        def deliver(self, call: Call, now: datetime) -> None:
            super().deliver(call, now)
            other.round(corner, now)

    rival = Rival()
    other = Pager(house.database, house.ledger, {"webhook": telephone, "email": telephone})
    Pager(house.database, house.ledger, {"webhook": rival, "email": rival}).round(corner, NOW)
    assert len(rival.rings) + len(telephone.rings) == 2


def test_a_pause_by_the_house_itself_pages(house: House) -> None:
    with house.database.write() as tx:
        house.switches.pause(tx, "all", by=None, because="The guard metric broke.", now=NOW)
        (page,) = pager.open_pages(tx)
    assert (page.about, page.severity) == ("switch:all:", "critical")
    assert "The guard metric broke." in page.reason


def test_whoever_looks_after_it_is_called_before_everybody(
    house: House, caller: Pager, corner: Operation, telephone: Telephone
) -> None:
    with house.database.write() as tx:
        raised = raise_page(tx, house.ledger, reason="It breaks", severity="high", about="contract:orders", now=NOW)
        pager.call_first(tx, raised, ["priya", "noor", "priya"])
        pager.call_first(tx, raised, ["max"])
    caller.round(corner, NOW)
    assert telephone.people == [("priya", 0), ("noor", 0), ("noor", 0)]
    caller.round(corner, NOW + timedelta(minutes=10))
    assert ("noor", 1) in telephone.people and ("priya", 1) in telephone.people


def test_who_is_called_first_is_called_where_nobody_else_is(house: House, caller: Pager, telephone: Telephone) -> None:
    people = [{**each, "email": f"{each['id']}@corner.example"} for each in ABOUT["people"]]
    alone = build_operation(about={**ABOUT, "people": people})
    with house.database.write() as tx:
        raised = raise_page(tx, house.ledger, reason="It breaks", severity="high", about="contract:orders", now=NOW)
        pager.call_first(tx, raised, ["priya"])
    caller.round(alone, NOW)
    caller.round(alone, NOW + timedelta(hours=1))
    assert telephone.people == [("priya", 0)]


def test_what_is_over_calls_nobody_any_more(
    house: House, caller: Pager, corner: Operation, telephone: Telephone
) -> None:
    raised = paged(house)
    with house.database.write() as tx:
        pager.withdraw(tx, house.ledger, "ledger", because="It is well again.", now=NOW)
        pager.withdraw(tx, house.ledger, "ledger", because="Twice.", now=NOW)
    caller.round(corner, NOW)
    assert telephone.people == []
    assert house.kinds("house") == ["PageRaised", "PageWithdrawn"]
    with house.database.read() as reader:
        assert pager.open_pages(reader) == [] and raised.acknowledged_by is None
