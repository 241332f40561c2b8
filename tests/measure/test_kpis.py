"""A KPI stands within its tolerance or out of it, and more deflection is no improvement where trust falls."""

from typing import Any

import pytest

from aboveloop.measure.counting import Value
from aboveloop.measure.kpis import Standing, in_words, judge, trust_objections, worse_by
from aboveloop.operation.delivery import Kpi


def kpi(name: str = "first_contact_resolution", **more: Any) -> Kpi:
    given = {
        "kpi": name,
        "level": "operational",
        "title": name,
        "definition": "As it says.",
        "owner": "noor",
        "unit": "share",
        "measure": name,
        "better": "up",
        "target": 0.8,
        "tolerance": 0.1,
        "minimum_cases": 20,
    }
    return Kpi.model_validate({**given, **more})


def value(share: float, cases: int = 100) -> Value:
    return Value(share, round(share * cases), cases)


@pytest.mark.parametrize(
    ("share", "cases", "standing"),
    [(0.9, 100, Standing.WITHIN), (0.7, 100, Standing.WITHIN), (0.69, 100, Standing.OUT), (0.1, 19, Standing.FEW)],
)
def test_a_value_worse_than_the_target_by_more_than_the_tolerance_is_out(
    share: float, cases: int, standing: Standing
) -> None:
    assert judge(kpi(), value(share, cases)) is standing


def test_nothing_is_said_of_what_nobody_measured() -> None:
    assert judge(kpi(), None) is Standing.UNKNOWN
    assert judge(kpi(), Value(None, 0, 0)) is Standing.UNKNOWN


def test_where_less_is_better_more_is_worse() -> None:
    down = kpi("refusal_rate", better="down", target=0.1, tolerance=0.05)
    assert judge(down, value(0.16)) is Standing.OUT
    assert judge(down, value(0.15)) is Standing.WITHIN
    assert worse_by(down, 0.05, 0.1) < 0


def test_a_value_written_down_by_hand_needs_no_number_of_cases() -> None:
    assert judge(kpi(measure=None), Value(0.5, 0, 0)) is Standing.OUT


def test_values_are_told_in_their_unit() -> None:
    assert in_words(kpi(), 0.714, "EUR") == "71.4 %"
    assert in_words(kpi(unit="seconds"), 90.0, "EUR") == "90.0 s"
    assert in_words(kpi(unit="seconds"), 600.0, "EUR") == "10 min"
    assert in_words(kpi(unit="seconds"), 9000.0, "EUR") == "2.5 h"
    assert in_words(kpi(unit="money"), 1234, "EUR") == "12.34 EUR"
    assert in_words(kpi(unit="number"), 3.5, "EUR") == "3.5"
    assert in_words(kpi(), None, "EUR") == "–"


GUARD = kpi(guard="quality")
KPIS = {"first_contact_resolution": GUARD, "containment": kpi("containment")}


def objections(before: tuple[float, float], after: tuple[float, float], cases: int = 100) -> list[str]:
    """Containment and the guard, before and after."""
    worth = [
        {"containment": value(alone, cases), "first_contact_resolution": value(guard, cases)}
        for alone, guard in (before, after)
    ]
    return trust_objections(KPIS, *worth, "EUR")


def test_more_deflection_with_a_guard_out_of_tolerance_is_objected_to() -> None:
    (said,) = objections((0.6, 0.85), (0.7, 0.6))
    assert "More is resolved without a person (70.0% instead of 60.0%)" in said and "60.0 %" in said


def test_more_deflection_with_a_guard_that_fell_is_objected_to_though_it_is_within_its_target() -> None:
    (said,) = objections((0.6, 0.95), (0.7, 0.8))
    assert "fell from 95.0 % to 80.0 %" in said


def test_more_deflection_with_trust_kept_is_fine() -> None:
    assert objections((0.6, 0.85), (0.7, 0.84)) == []


def test_a_guard_that_falls_without_more_deflection_is_not_about_scaling() -> None:
    assert objections((0.7, 0.85), (0.7, 0.3)) == []


def test_too_few_cases_object_to_nothing() -> None:
    assert objections((0.6, 0.85), (0.7, 0.3), cases=10) == []


def test_without_deflection_measured_nothing_can_be_said() -> None:
    assert trust_objections(KPIS, {}, {"first_contact_resolution": value(0.1)}, "EUR") == []
