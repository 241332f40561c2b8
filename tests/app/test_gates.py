"""Before customers meet a release: real volume, edge cases, courses done, trust kept while more is resolved alone."""

from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.organisation.teaching import taught
from aboveloop.app.rehearsal.errors import NotRehearsable
from aboveloop.app.rehearsal.load import scripts_of
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.releasing.promote import Check, Reasons, look_at
from aboveloop.app.releasing.volume import edge_shortfall
from aboveloop.govern.people import person_of
from aboveloop.govern.promotion import load
from aboveloop.govern.promotion.load import LoadResult
from aboveloop.govern.training import courses
from aboveloop.operation import releases
from aboveloop.operation.delivery import Delivery
from aboveloop.operation.environments import Environment
from aboveloop.operation.loading import load_files
from aboveloop.operation.releases import Release


def made(house: Stage, **changed: str) -> Release:
    """The sample company with other files, as a release."""
    files = {**house.operation.files, "messages/en/greeting.md": "Hello! What can I do for you?\n", **changed}
    loaded = load_files(files, Path("larkspur"))
    assert loaded.operation is not None, loaded.faults
    with house.database.write() as tx:
        return releases.create_release(
            tx, loaded.operation, ledger=house.ledger, by="person:yuki", note="", now=house.clock.now()
        )


def check(house: Stage, release: Release, name: str, to: Environment = "canary", **reasons: str) -> Check:
    listed = look_at(house, release, to, None, reasons=Reasons(**reasons))
    (found,) = [each for each in listed.checks if each.name == name]
    return found


def load_tested(house: Stage, release: Release, **more: Any) -> None:
    """A load test of the release, as if it had been run."""
    now = house.clock.now()
    given: dict[str, Any] = {
        "cases": 60, "per_second": 2.0, "messages": 150, "seconds": 30.0, "turns_per_second": 4.0, "p50_seconds": 0.1,
        "p95_seconds": 0.2, "lost": 0, "stuck": 0, "doubled": 0, "differences": 0, "failed": 0, "version": "0.1.0",
    }  # fmt: skip
    with house.database.write() as tx:
        result = LoadResult(**{**given, "ran_at": now, **more})
        load.record(tx, release, result, ledger=house.ledger, by="person:noor")


def test_without_a_load_test_of_this_very_release_no_customer_meets_it(house: Stage) -> None:
    release = made(house)
    for to in ("canary", "production"):
        found = check(house, release, "Load test", to)  # type: ignore[arg-type]
        assert found.done is False and f"release load-test {release.name}" in found.sentence
    load_tested(house, release)
    assert check(house, release, "Load test").done is True
    other = made(house, **{"messages/en/greeting.md": "Good day!\n"})
    assert check(house, other, "Load test").done is False, "another release was not tested by it"
    assert all(each.name != "Load test" for each in look_at(house, other, "shadow", None).checks)


def test_a_load_test_of_another_version_of_the_software_does_not_count(house: Stage) -> None:
    release = made(house)
    load_tested(house, release, version="0.0.1")
    assert check(house, release, "Load test").done is False


def test_a_load_test_below_the_floor_does_not_pass_and_a_reason_goes_into_the_ledger(house: Stage) -> None:
    release = made(house)
    load_tested(house, release, stuck=1, cases=10)
    found = check(house, release, "Load test")
    assert found.done is False and "it ran 10 cases" in found.sentence and "1 stuck" in found.sentence
    load_tested(house, release)
    load_tested(house, release, p95_seconds=60.0)
    assert check(house, release, "Load test").done is True, "one that passed is not undone by a busier hour"
    assert check(house, made(house), "Load test", without_load_test="It is Sunday.").done is True
    assert "Without a load test: It is Sunday." in Reasons(without_load_test="It is Sunday.").in_words
    with house.database.read() as reader:
        assert house.ledger.count(reader, kind="ReleaseLoadTested") == 3
        assert house.ledger.verify(reader).ok


def test_the_sample_company_has_edge_cases_of_every_kind_that_it_asks(house: Stage) -> None:
    assert edge_shortfall(house.operation) == []
    assert check(house, made(house), "Edge cases").done is True


def test_too_few_edge_cases_or_a_kind_that_is_missing_hold_a_release_back(house: Stage) -> None:
    without = {path: "" for path in house.operation.files if path == "scenarios/edge_cases.yaml"}
    files = {path: text for path, text in house.operation.files.items() if path not in without}
    loaded = load_files(files, Path("larkspur"))
    assert loaded.operation is not None
    said = " ".join(edge_shortfall(loaded.operation))
    assert "scenarios are edge cases" in said and "None is of the kind empty, huge" in said
    about = house.operation.about.model_copy(update={"delivery": Delivery()})
    assert edge_shortfall(house.operation.model_copy(update={"about": about})) == [], "where none are asked, none lack"


def test_a_course_that_somebody_has_not_done_holds_a_release_back(house: Stage) -> None:
    text = house.operation.files["courses/courses.yaml"]
    assert check(house, made(house), "Training").done is True
    release = made(house, **{"courses/courses.yaml": text.replace("since: 2026-01-19", "since: 2026-03-01", 1)})
    found = check(house, release, "Training")
    assert found.done is False and "Priya Raman has not done “Answering approvals”" in found.sentence
    with house.database.read() as reader:
        operation = taught(house, reader)
        lacking = courses.missing(reader, operation)
    for each in lacking:
        right = [question.right for question in each.course.questions]
        with house.database.write() as tx:
            who = person_of(house.operation, each.person.id)
            courses.answer(tx, each.course, right, ledger=house.ledger, by=who, now=house.clock.now())
    assert check(house, release, "Training").done is True


def test_load_needs_scenarios_that_customers_go_through_alone(house: Stage) -> None:
    assert len(scripts_of(house.operation)) > 40
    with pytest.raises(NotRehearsable):
        scripts_of(house.operation.model_copy(update={"scenarios": {}}))
