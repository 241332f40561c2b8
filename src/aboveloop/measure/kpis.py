"""KPIs as people see them: what each is worth, against its target, and whether it is out of tolerance. Pure.

A value worse than the target by more than the tolerance is out; too few cases say nothing either way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aboveloop.kit.money import Money
from aboveloop.measure.counting import Value
from aboveloop.operation.delivery import Kpi


class Standing(StrEnum):
    WITHIN = "within"
    OUT = "out"
    # Fewer cases than the KPI asks for.
    FEW = "few"
    # Nobody has measured it yet.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class State:
    """One KPI with its latest value and the value of the span before; `at` says when, `by` who measured."""

    kpi: Kpi
    value: Value | None
    before: Value | None
    at: datetime | None
    by: str
    standing: Standing

    @property
    def is_out(self) -> bool:
        return self.standing is Standing.OUT


def judge(kpi: Kpi, value: Value | None) -> Standing:
    """Where a value stands against the target."""
    if value is None or value.value is None:
        return Standing.UNKNOWN if value is None or not value.cases else Standing.FEW
    if kpi.measure is not None and value.cases < kpi.minimum_cases:
        return Standing.FEW
    return Standing.OUT if worse_by(kpi, value.value, kpi.target) > kpi.tolerance else Standing.WITHIN


def worse_by(kpi: Kpi, value: float, than: float) -> float:
    """How much worse the value is than another, in the KPI's unit; negative where it is better."""
    # Shares are counted in floating point: a hair is no difference.
    return round(than - value if kpi.better == "up" else value - than, 9)


def in_words(kpi: Kpi, value: float | None, currency: str) -> str:
    """A value of a KPI as people read it; a dash where there is none."""
    return in_unit(kpi.unit, value, currency)


def in_unit(unit: str, value: float | None, currency: str) -> str:
    """A value as people read it; a dash where there is none."""
    if value is None:
        return "–"
    match unit:
        case "share":
            return f"{value * 100:.1f} %"
        case "seconds":
            return (
                f"{value:.1f} s"
                if value < 120
                else f"{value / 60:.0f} min"
                if value < 7200
                else f"{value / 3600:.1f} h"
            )
        case "money":
            return str(Money(round(value), currency))
        case _:
            return f"{value:g}"


def trust_objections(
    kpis: Mapping[str, Kpi], before: Mapping[str, Value], after: Mapping[str, Value], currency: str
) -> list[str]:
    """Why more deflection is no improvement here, a sentence each; none where deflection does not rise.

    Efficiency is not scaled at the expense of trust: where more is resolved without a person than before, every guard
    that is out of its tolerance, or fell by more than its tolerance, speaks against it.
    """
    alone, alone_before = after.get("containment"), before.get("containment")
    if alone is None or alone_before is None or alone.value is None or alone_before.value is None:
        return []
    if alone.value <= alone_before.value:
        return []
    rises = f"More is resolved without a person ({alone.value:.1%} instead of {alone_before.value:.1%})"
    found = []
    for name, kpi in kpis.items():
        value, earlier = after.get(name), before.get(name)
        if kpi.guard is None or judge(kpi, value) in (Standing.FEW, Standing.UNKNOWN):
            continue
        assert value is not None and value.value is not None, "judged above"
        shown = in_words(kpi, value.value, currency)
        if judge(kpi, value) is Standing.OUT:
            found.append(f"{rises}, and {kpi.title} is at {shown}, out of its tolerance.")
        elif (
            earlier is not None
            and earlier.value is not None
            and judge(kpi, earlier) is not Standing.FEW
            and worse_by(kpi, value.value, earlier.value) > kpi.tolerance
        ):
            was = in_words(kpi, earlier.value, currency)
            found.append(f"{rises}, and {kpi.title} fell from {was} to {shown}.")
    return found
