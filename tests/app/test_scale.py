"""Whether a pilot can grow: five tests, each of which can fail, and an unknown that is no yes."""

from datetime import timedelta

import pytest

from aboveloop.app.organisation.scale import examine
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.delivery import Kpi
from aboveloop.operation.models import Operation
from work.bakery import Bakery

NAMES = ["case_tools", "verifies_and_completes", "drift_watched", "shared_metrics", "rules"]


def results(bakery: Bakery) -> dict[str, bool]:
    return {test.name: test.passed for test in examine(bakery).tests}


def said(bakery: Bakery, name: str) -> str:
    return next(test.sentence for test in examine(bakery).tests if test.name == name)


def put_to_work(bakery: Bakery, operation: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bakery, "current", lambda: operation)


def about(bakery: Bakery, **changes: object) -> Operation:
    operation = bakery.current()
    return operation.model_copy(update={"about": operation.about.model_copy(update=changes)})


def test_there_are_exactly_five_tests(bakery: Bakery) -> None:
    assert list(results(bakery)) == NAMES
    found = examine(bakery)
    assert found.as_json()["passed"] == sum(test.passed for test in found.tests)
    assert not found.is_ready, "drift and KPIs are not there yet"


def test_a_worker_with_tools_that_verifies_and_completes_passes(bakery: Bakery) -> None:
    found = results(bakery)
    assert found["case_tools"] and found["verifies_and_completes"] and found["rules"]


def test_a_system_that_is_down_fails(bakery: Bakery) -> None:
    for name in bakery.current().systems["till"].operations:
        bakery.troubles.plan(f"till.{name}", "down", times=100)
    assert results(bakery)["case_tools"] is False
    assert "till is not reached" in said(bakery, "case_tools")


def test_a_worker_that_can_only_talk_fails(bakery: Bakery, monkeypatch: pytest.MonkeyPatch) -> None:
    put_to_work(bakery, bakery.current().model_copy(update={"procedures": {}, "fragments": {}}), monkeypatch)
    found = results(bakery)
    assert (found["case_tools"], found["verifies_and_completes"]) == (False, False)
    assert "can only talk" in said(bakery, "case_tools")


def test_one_that_verifies_nobody_or_changes_nothing_fails(bakery: Bakery, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = bakery.current()
    put_to_work(bakery, operation.model_copy(update={"fragments": {}}), monkeypatch)
    assert "proves who is writing" in said(bakery, "verifies_and_completes")
    put_to_work(bakery, operation.model_copy(update={"procedures": {}}), monkeypatch)
    assert "it can inform, not settle" in said(bakery, "verifies_and_completes")


def test_drift_that_was_looked_at_lately_passes_and_longer_ago_fails(bakery: Bakery) -> None:
    assert results(bakery)["drift_watched"] is False
    now = bakery.house.clock.now()
    with bakery.database.write() as tx:
        bakery.ledger.append(tx, case_id=HOUSE, kind="DriftWatched", at=now, actor=HOUSE, body={})
    assert results(bakery)["drift_watched"] is True
    bakery.clock.advance(timedelta(days=9))
    assert results(bakery)["drift_watched"] is False


def test_shared_metrics_need_an_owner_success_and_definitions(bakery: Bakery, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(bakery, "shared_metrics") == (
        "Not yet: no KPI is defined of the level business, operational, leading, model (kpis.yaml)."
    )
    operation = about(bakery, owners={}, purpose=None)
    put_to_work(bakery, operation, monkeypatch)
    assert "nobody owns the KPIs" in said(bakery, "shared_metrics")
    assert "nobody has said what success is" in said(bakery, "shared_metrics")


def kpis(*levels: str) -> dict[str, Kpi]:
    """A KPI of each of these levels."""
    given = {"title": "A", "definition": "A.", "owner": "lena", "unit": "number", "better": "up"}
    return {
        level: Kpi.model_validate({**given, "kpi": level, "level": level, "target": 1, "tolerance": 0})
        for level in levels
    }


def test_defined_owned_metrics_of_four_levels_pass(bakery: Bakery, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = bakery.current()
    whole = kpis("business", "operational", "leading", "model")
    put_to_work(bakery, operation.model_copy(update={"kpis": whole}), monkeypatch)
    assert results(bakery)["shared_metrics"] is True
    put_to_work(bakery, operation.model_copy(update={"kpis": kpis("business", "model")}), monkeypatch)
    assert "of the level operational, leading" in said(bakery, "shared_metrics")


def test_rules_fail_without_disclosure_escalation_or_accountability(
    bakery: Bakery, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_to_work(bakery, about(bakery, channels={}, roles={}, owners={}), monkeypatch)
    sentence = said(bakery, "rules")
    assert "no channel is declared" in sentence and "nobody may take over" in sentence
    assert "nobody is accountable for: Business outcome" in sentence
    silent = about(bakery).model_copy(update={"procedures": {}, "fragments": {}, "intents": {}})
    put_to_work(bakery, silent, monkeypatch)
    assert "no procedure and no intent gives a case to people" in said(bakery, "rules")
