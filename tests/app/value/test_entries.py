"""The ledger of value: only what moved beyond chance, once, in one bucket, and it can be counted again."""

from datetime import date, timedelta

import pytest

from aboveloop.app.chartering.freezing import file_of, freeze
from aboveloop.app.portfolio.after import After
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.value import entries, fastest
from aboveloop.app.value.entries import Amount, Claim, Shown
from aboveloop.app.value.errors import BucketForeign, ValueNotFound, ValueTwice, ValueUnshown
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.history import store as histories
from aboveloop.history.store import About
from aboveloop.kit.errors import WrongUsage
from api.open_house import house, operation, template, understands
from app.chartering.test_freezing import events, with_charter
from app.portfolio.earned import LATER, NAME, helpdesk

__all__ = ["house", "operation", "template", "understands"]

BEGINS = LATER.date()
AFTER = After(BEGINS, BEGINS + timedelta(days=84), "faster")


@pytest.fixture
def desk(house: Stage) -> Stage:
    """The before is frozen, and a year later parcels take half of the time."""
    helpdesk(house)
    helpdesk(house, "faster", began=LATER, hours=5)
    spec = house.operation.charters[NAME].baseline
    assert spec is not None
    # These days are alike to the minute, so cases, not days, are what chance is told from.
    with_charter(house, baseline=spec.model_copy(update={"rows": "case"}))
    freeze(house, NAME, by=person_of(house.operation, "tomasz"))
    return house


def shown(house: Stage, person: str = "noor", bucket: str = "cost", after: After = AFTER, each: int = 3000) -> Shown:
    claim = Claim(NAME, bucket, after, each, "An hour of support, from finance.")
    return entries.add(house, claim, by=person_of(house.operation, person))


def stand(house: Stage) -> list[Shown]:
    with house.database.read() as reader:
        return entries.every(reader)


def test_a_value_is_the_mean_change_of_a_case_times_cases_times_the_price_of_an_hour(desk: Stage) -> None:
    found = shown(desk)
    # Cases take 10 to 70 hours, on average 40; later half of it: 20 hours each, 168 cases, 30 EUR an hour.
    assert found.amount.units == pytest.approx(20) and found.amount.cases == 168
    assert found.amount.value == 20 * 168 * 3000
    assert 0 < found.amount.low < found.amount.value < found.amount.high
    assert found.query.measure.statistic == "mean" and found.unit == "hour"
    assert entries.sums(stand(desk)) == {"revenue": 0, "cost": 20 * 168 * 3000, "risk": 0, "experience": 0}
    assert entries.again(desk, found) == ""


def test_a_value_says_how_firm_it_is(desk: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shown(desk)
    assert first.grade == "interim" == entries.as_json(first)["grade"]
    assert any("the after in faster" in each for each in first.remarks) and entries.firm(stand(desk)) == 0
    entries.withdraw(desk, first.id, by=person_of(desk.operation, "noor"), because="Counted in another desk.")
    monkeypatch.setattr(entries, "weaknesses", lambda baseline, ways, after: [])
    monkeypatch.setattr(entries, "without_worker", lambda ways: "No worker serves customers yet.")
    second = shown(desk)
    assert second.grade == "no worker" and entries.firm(stand(desk)) == 0
    entries.withdraw(desk, second.id, by=person_of(desk.operation, "noor"), because="A worker serves now.")
    monkeypatch.setattr(entries, "without_worker", lambda ways: "")
    third = shown(desk)
    assert third.grade == "firm" and entries.firm(stand(desk)) == third.amount.value > 0


def test_what_got_worse_is_a_value_below_nothing(desk: Stage) -> None:
    helpdesk(desk, "slower", began=LATER, hours=20)
    found = shown(desk, after=After(AFTER.since, AFTER.until, "slower"))
    assert found.amount.value == -40 * 168 * 3000 and found.amount.high < 0


def test_a_change_is_worth_something_once(desk: Stage) -> None:
    first = shown(desk)
    for bucket in ("cost", "experience"):
        with pytest.raises(ValueTwice, match=first.id):
            shown(desk, bucket=bucket, after=After(AFTER.since + timedelta(days=80), AFTER.until, "faster"))
    with pytest.raises(ValueTwice, match=first.id):
        shown(desk, after=After(AFTER.since, AFTER.until, "the_same_days_under_another_name"))
    entries.withdraw(desk, first.id, by=person_of(desk.operation, "noor"), because="Another rate.")
    assert entries.sums(stand(desk))["cost"] == 0 and stand(desk)[0].withdrawn == "Another rate."
    with pytest.raises(ValueNotFound):
        entries.withdraw(desk, first.id, by=person_of(desk.operation, "noor"), because="Again.")
    assert shown(desk, bucket="experience").bucket == "experience"


def test_chance_a_foreign_bucket_and_a_price_without_a_reason_are_refused(desk: Stage) -> None:
    helpdesk(desk, "same", began=LATER)
    with pytest.raises(ValueUnshown, match="not told from chance"):
        shown(desk, after=After(AFTER.since, AFTER.until, "same"))
    with pytest.raises(BucketForeign, match="experience, cost"):
        shown(desk, bucket="revenue")
    with pytest.raises(WrongUsage):
        shown(desk, each=0)
    with pytest.raises(MayNot):
        shown(desk, person="annelies")
    with pytest.raises(MayNot):
        entries.withdraw(desk, "value_x", by=person_of(desk.operation, "annelies"), because="No.")
    assert stand(desk) == []


def test_nothing_is_held_against_a_before_that_was_changed(desk: Stage) -> None:
    found = shown(desk)
    file_of(desk, NAME).write_text("something else")
    assert "changed or frozen anew" in entries.again(desk, found)
    with pytest.raises(ValueUnshown, match="not frozen, or was changed"):
        shown(desk, after=After(AFTER.since, AFTER.until, "helpdesk"))


def test_a_history_that_changed_since_is_told(desk: Stage) -> None:
    found = shown(desk)
    about = About(name="faster", kind="file", imported_at=0)
    histories.write(desk.settings.home, about, events("faster", LATER, 6), replace=True)
    assert "come out instead of" in entries.again(desk, found)
    desk.operation = desk.operation.model_copy(update={"charters": {}})
    assert "no such charter" in entries.again(desk, found)


def test_numbers_come_back_from_the_ledger_as_they_went_in(desk: Stage) -> None:
    shown(desk)
    (found,) = stand(desk)
    assert isinstance(found.amount, Amount) and found.query.window.since == date(2027, 1, 4)
    assert found.by == "person:noor" and found.after.in_words == "04 Jan 2027 to 28 Mar 2027, faster"


def test_the_fastest_to_show_comes_first_and_what_the_history_does_not_tell_last(desk: Stage) -> None:
    assert all(each.days is None for each in fastest.prospects(desk, NAME)), "the middle of so few is too unsure"
    spec = desk.operation.charters[NAME].baseline
    assert spec is not None
    mean = spec.measure.model_copy(update={"statistic": "mean"})
    with_charter(desk, baseline=spec.model_copy(update={"measure": mean}))
    found = fastest.prospects(desk, NAME)
    told = [each for each in found if each.days is not None]
    assert told[0] is found[0] and [each.days for each in told] == sorted(each.days or 0 for each in told)
    own = next(each for each in found if each.is_own)
    assert own.bucket == "experience" and own.days is not None and "stands out after" in own.sentence
    untold = [each for each in found if each.days is None]
    assert {each.bucket for each in untold} >= {"risk", "revenue"}
    assert all("does not tell of it" in each.sentence for each in untold if each.bucket == "risk")
