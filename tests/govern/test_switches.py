"""A person can pause anything, it holds before the next action, and the ledger tells who and why."""

from datetime import timedelta

import pytest

from aboveloop.govern.errors import MayNot, NotPaused, ReasonMissing, SwitchUnknown
from aboveloop.govern.people import Person
from aboveloop.govern.switches import Scope, Switch, Switches
from aboveloop.operation.models import Operation
from govern.conftest import House
from govern.corner import NOW, person

NAMED: list[tuple[Scope, str]] = [
    ("worker", "cancel_order"),
    ("procedure", "cancel_order"),
    ("operation", "shop.refund_order"),
    ("channel", "webchat"),
    ("all", ""),
]
ACTION = {
    "worker": "cancel_order",
    "procedure": "cancel_order",
    "operation": "shop.refund_order",
    "channel": "webchat",
}


def standing(house: House, **named: str) -> Switch | None:
    with house.database.read() as reader:
        return house.switches.standing(reader, **named)


def pause(house: House, scope: Scope, name: str, by: Person | None, because: str = "Too many refunds.") -> Switch:
    with house.database.write() as tx:
        return house.switches.pause(tx, scope, name=name, by=by, because=because, now=NOW)


def resume(house: House, scope: Scope, name: str, by: Person, because: str = "Looked into it.") -> Switch:
    with house.database.write() as tx:
        return house.switches.resume(tx, scope, name=name, by=by, because=because, now=NOW + timedelta(hours=1))


def test_nothing_stands_before_anybody_paused(house: House) -> None:
    assert standing(house, **ACTION) is None
    assert standing(house) is None


@pytest.mark.parametrize(("scope", "name"), NAMED)
def test_a_pause_stops_exactly_what_it_names_until_it_is_resumed(house: House, scope: Scope, name: str) -> None:
    thrown = pause(house, scope, name, person("noor"))
    assert standing(house, **ACTION) == thrown
    assert (thrown.thrown_by, thrown.because, thrown.thrown_at) == ("person:noor", "Too many refunds.", NOW)
    others = dict.fromkeys(ACTION, "something_else")
    assert (standing(house, **others) is None) is (scope != "all")
    assert resume(house, scope, name, person("noor")) == thrown
    assert standing(house, **ACTION) is None


def test_every_switch_stands_in_the_ledger_with_who_and_why(house: House) -> None:
    pause(house, "channel", "webchat", person("noor"))
    resume(house, "channel", "webchat", person("max"))
    with house.database.read() as reader:
        thrown, released = house.ledger.entries(reader, "house")
    assert (thrown.kind, thrown.actor, thrown.at) == ("SwitchThrown", "person:noor", NOW)
    assert thrown.body == {"scope": "channel", "name": "webchat", "because": "Too many refunds."}
    assert (released.kind, released.actor) == ("SwitchReleased", "person:max")
    assert released.body["because"] == "Looked into it."
    assert released.body["thrown_at"] == "2026-11-14T12:00:00.000000Z"


def test_pausing_twice_changes_nothing(house: House) -> None:
    first = pause(house, "all", "", person("noor"))
    assert pause(house, "all", "", person("max"), "Me too.") == first
    assert house.kinds("house") == ["SwitchThrown"]


def test_the_house_may_stop_itself(house: House) -> None:
    assert pause(house, "procedure", "cancel_order", None, "A guard metric broke.").thrown_by == "house"


def test_the_longest_standing_switch_is_named(house: House) -> None:
    with house.database.write() as tx:
        house.switches.pause(tx, "all", by=person("noor"), because="Later.", now=NOW + timedelta(minutes=1))
        house.switches.pause(tx, "channel", name="webchat", by=person("noor"), because="First.", now=NOW)
    found = standing(house, **ACTION)
    assert found is not None and found.because == "First."
    with house.database.read() as reader:
        assert [switch.scope for switch in house.switches.all(reader)] == ["channel", "all"]


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ("worker", "nobody"),
        ("procedure", "nothing"),
        ("operation", "shop.give_away"),
        ("operation", "refund_order"),
        ("channel", "pigeon"),
        ("all", "really"),
        ("planet", "earth"),
    ],
)
def test_what_does_not_exist_is_not_paused(house: House, scope: Scope, name: str) -> None:
    with pytest.raises(SwitchUnknown, match="so nothing was paused"):
        pause(house, scope, name, person("noor"))
    assert house.kinds("house") == []


def test_workers_that_are_no_procedures_are_named_to_the_switches(house: House, operation: Operation) -> None:
    switches = Switches(house.ledger, operation, frozenset({"small_model"}))
    with house.database.write() as tx:
        assert switches.pause(tx, "worker", name="small_model", by=None, because="Odd.", now=NOW).name == "small_model"


def test_resuming_what_is_not_paused_is_a_sentence(house: House) -> None:
    with pytest.raises(NotPaused, match="The channel webchat is not paused, so there is nothing to resume"):
        resume(house, "channel", "webchat", person("noor"))
    with pytest.raises(NotPaused, match="Everything is not paused"):
        resume(house, "all", "", person("noor"))


@pytest.mark.parametrize("person_id", ["priya", "cleo", "odd"])
def test_who_may_not_pause_neither_pauses_nor_resumes(house: House, person_id: str) -> None:
    with pytest.raises(MayNot, match="may not pause"):
        pause(house, "all", "", person(person_id))
    pause(house, "all", "", person("noor"))
    with pytest.raises(MayNot, match="may not resume"):
        resume(house, "all", "", person(person_id))
    assert standing(house) is not None


def test_a_switch_has_a_reason(house: House) -> None:
    with pytest.raises(ReasonMissing, match="Everything was not paused: say why"):
        pause(house, "all", "", person("noor"), " ")
    pause(house, "channel", "webchat", person("noor"))
    with pytest.raises(ReasonMissing, match="The channel webchat was not resumed"):
        resume(house, "channel", "webchat", person("noor"), "")


def test_a_switch_is_told_in_a_sentence(house: House) -> None:
    assert pause(house, "channel", "webchat", person("noor")).sentence == (
        "The channel webchat is paused by person:noor since 2026-11-14T12:00:00.000000Z: Too many refunds."
    )


def test_a_person_who_pauses_what_the_house_paused_keeps_it(house: House) -> None:
    thrown = pause(house, "procedure", "cancel_order", None, "The data broke.")
    kept = pause(house, "procedure", "cancel_order", person("noor"), "I want to look first.")
    assert (kept.thrown_by, kept.because, kept.thrown_at) == ("person:noor", "I want to look first.", thrown.thrown_at)
    with house.database.write() as tx:
        assert house.switches.end(tx, thrown, because="Well again.", now=NOW) is False
    assert standing(house, procedure="cancel_order") == kept
    with house.database.read() as reader:
        entry = house.ledger.entries(reader, "house")[-1]
    assert (entry.kind, entry.actor) == ("SwitchKept", "person:noor")
    assert entry.body["thrown_because"] == "The data broke."


def test_the_house_ends_a_pause_of_its_own_once(house: House) -> None:
    with house.database.write() as tx:
        thrown = house.switches.stop(tx, "procedure", name="cancel_order", because="The data broke.", now=NOW)
        assert house.switches.stop(tx, "procedure", name="cancel_order", because="Again.", now=NOW) == thrown
        assert house.switches.end(tx, thrown, because="Well again.", now=NOW) is True
        assert house.switches.end(tx, thrown, because="Well again.", now=NOW) is False
    assert standing(house, procedure="cancel_order") is None
    assert house.kinds("house") == ["SwitchThrown", "SwitchReleased"]


def test_the_house_ends_no_pause_of_a_person(house: House) -> None:
    thrown = pause(house, "procedure", "cancel_order", person("noor"))
    with house.database.write() as tx:
        assert house.switches.stop(tx, "procedure", name="cancel_order", because="It broke.", now=NOW) == thrown
        assert house.switches.end(tx, thrown, because="Well again.", now=NOW) is False
        with pytest.raises(SwitchUnknown):
            house.switches.stop(tx, "procedure", name="nothing", because="It broke.", now=NOW)
    assert standing(house, procedure="cancel_order") == thrown
