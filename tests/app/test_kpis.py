"""KPIs of a house that serves customers: counted from its records, kept, and breached with an entry of their own."""

from datetime import timedelta

import pytest

from aboveloop.app.desk import Desk
from aboveloop.app.measuring import kpis as measuring
from aboveloop.app.organisation.queues import four_queues
from aboveloop.app.overview import headline, outcomes
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import person_of
from aboveloop.history import our_own
from aboveloop.measure import store
from aboveloop.measure.counting import SHARES, Scope, count
from aboveloop.measure.errors import KpiMeasuredHere, KpiUnknown, NotOwner, ValueImpossible
from aboveloop.measure.kpis import Standing, State
from aboveloop.operation.delivery import KpiMeasure
from api.open_house import ELIF, tell, waiting


def with_target(house: Stage, name: str, **more: object) -> None:
    """The operation at work with another target for one KPI."""
    changed = house.operation.kpis[name].model_copy(update=more)
    house.operation = house.operation.model_copy(update={"kpis": {**house.operation.kpis, name: changed}})


def now_of(house: Stage, name: str) -> State:
    with house.database.read() as reader:
        (state,) = [each for each in measuring.states(house, reader, house.clock.now()) if each.kpi.kpi == name]
    return state


def worth(house: Stage, measure: KpiMeasure) -> tuple[int, int]:
    now = house.clock.now()
    with house.database.read() as reader:
        found = count(reader, measure, Scope(now - timedelta(days=7), now + timedelta(seconds=1)))
    assert found is not None
    return found.part, found.cases


def resolved(house: Stage, address: str) -> None:
    tell(house, address, "what are your opening hours?")


def test_cases_are_counted_by_what_became_of_them(house: Stage) -> None:
    resolved(house, "bea")
    resolved(house, "carla")
    tell(house, "anna", "I want to talk to a person")
    tell(house, "visitor-9", "blorf grumpel zank", "zank blorf, I say")
    assert worth(house, "containment") == (2, 2)
    assert worth(house, "hand_over_rate") == (2, 4)
    assert worth(house, "not_understood_rate") == (1, 4)
    assert worth(house, "refusal_rate") == (0, 2)
    assert worth(house, "failed_turn_rate") == (0, 4)


def test_outcome_events_are_counted_and_activity_is_apart(house: Stage) -> None:
    """A cancelled order is paid back; opening hours are only told."""
    tell(house, "anna", "I want to cancel my order LK-100001. anna@customers.example, 1017 AB", "yes")
    resolved(house, "bea")
    assert worth(house, "resolution_rate") == (2, 2) and worth(house, "refund_rate") == (1, 2)
    assert worth(house, "reopening_rate") == (0, 2) and worth(house, "payment_rate") == (0, 2)
    with house.database.read() as reader:
        found = outcomes(reader, headline(reader, house.clock.now()))
        (told,) = [each for each in our_own.events(reader) if each.activity == "refunded"]
    assert (found.resolved, found.refunded, found.paid, found.writes) == (2, 1, 0, 1) and found.messages > 5
    assert told.attributes == '{"operation":"shop.cancel_order"}'


def test_a_customer_who_comes_back_with_the_same_need_was_not_resolved_at_first(house: Stage) -> None:
    resolved(house, "bea")
    assert worth(house, "first_contact_resolution") == (1, 1)
    house.advance(timedelta(days=4))
    resolved(house, "bea")
    assert worth(house, "first_contact_resolution") == (1, 2)


def test_approvals_are_counted_by_their_answers(house: Stage) -> None:
    tell(house, "elif", *ELIF)
    house.advance(timedelta(minutes=30))
    Desk(house, person_of(house.operation, "priya")).deny(waiting(house).id, because="Not covered.")
    house.run_due()
    assert worth(house, "denial_rate") == (1, 1)
    now = house.clock.now()
    with house.database.read() as reader:
        wait = count(reader, "approval_wait", Scope(now - timedelta(days=1), now))
    assert wait is not None and wait.value == 1800.0 and wait.cases == 1
    tell(house, "ines", "My tent LK-100011 arrived damaged", "ines@customers.example", "6211 CK", "a torn seam")
    tell(house, "ines", "120 euro", "yes")
    Desk(house, person_of(house.operation, "priya")).approve(waiting(house).id, edits={"amount_cents": 8000})
    house.run_due()
    assert worth(house, "edit_rate") == (1, 1)
    assert worth(house, "denial_rate") == (1, 2)


def test_handling_time_is_what_the_worker_took_over_all_messages(house: Stage) -> None:
    resolved(house, "bea")
    now = house.clock.now()
    with house.database.read() as reader:
        found = count(reader, "handling_time", Scope(now - timedelta(days=1), now + timedelta(seconds=1)))
    assert found is not None and found.cases == 1 and found.value == 0.0, "the clock stands still here"


def test_a_release_and_procedures_narrow_what_counts(house: Stage) -> None:
    resolved(house, "bea")
    now = house.clock.now()
    since, until = now - timedelta(days=1), now + timedelta(seconds=1)
    with house.database.read() as reader:
        for measure in SHARES:
            other = count(reader, measure, Scope(since, until, release="0" * 64))  # type: ignore[arg-type]
            none = count(reader, measure, Scope(since, until, procedures=("cancel_order",)))  # type: ignore[arg-type]
            assert other is not None and other.cases == 0 and none is not None and none.cases == 0


def test_a_kpi_out_of_tolerance_is_an_outcome_breach_until_it_is_back(house: Stage) -> None:
    with_target(house, "containment", minimum_cases=1)
    tell(house, "elif", *ELIF)
    Desk(house, person_of(house.operation, "priya")).deny(waiting(house).id, because="Not covered.")
    house.run_due()
    measuring.measure_all(house)
    assert now_of(house, "containment").standing is Standing.OUT
    opened = house.clock.now()
    house.advance(timedelta(hours=2))
    measuring.measure_all(house)
    with house.database.read() as reader:
        (queue,) = [each for each in four_queues(reader, house, house.clock.now()) if each.name == "outcome_breaches"]
        assert house.ledger.count(reader, kind="KpiBreached") == 1, "said once, not at every look"
    part = queue.as_json()["parts"]
    assert part["KPIs out of tolerance"] == 1 and queue.oldest == opened
    with_target(house, "containment", target=0.0)
    measuring.measure_all(house)
    with house.database.read() as reader:
        assert store.open_breaches(reader) == {}
        assert house.ledger.count(reader, kind="KpiRecovered") == 1
        assert house.ledger.verify(reader).ok


def test_writes_on_which_ledger_and_shop_differ_are_found_by_measuring(house: Stage) -> None:
    tell(house, "anna", "I want to cancel my order LK-100001. anna@customers.example, 1017 AB", "yes")
    assert now_of(house, "payments_wrong").standing is Standing.UNKNOWN
    measuring.measure_all(house)
    state = now_of(house, "payments_wrong")
    assert state.value is not None and (state.value.part, state.value.cases) == (0, 1) and state.by == "house"


def test_the_owner_alone_writes_down_what_is_measured_elsewhere(house: Stage) -> None:
    noor, tomasz = person_of(house.operation, "noor"), person_of(house.operation, "tomasz")
    with pytest.raises(NotOwner):
        measuring.record(house, "satisfaction", 0.9, by=tomasz)
    with pytest.raises(KpiMeasuredHere):
        measuring.record(house, "containment", 0.9, by=noor)
    with pytest.raises(KpiUnknown):
        measuring.record(house, "nonsense", 0.9, by=noor)
    for impossible in (1.2, -0.1, float("nan")):
        with pytest.raises(ValueImpossible):
            measuring.record(house, "satisfaction", impossible, by=noor)
    assert measuring.record(house, "satisfaction", 0.9, by=noor, note="Survey").standing is Standing.WITHIN
    state = measuring.record(house, "satisfaction", 0.5, by=noor)
    assert state.is_out and state.before is not None and state.before.value == 0.9
    with house.database.read() as reader:
        assert "satisfaction" in store.open_breaches(reader)
        assert house.ledger.count(reader, kind="KpiRecorded") == 2
