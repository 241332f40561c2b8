"""What a baseline counts, in words, and its numbers as people read them."""

from aboveloop.operation.charters import Baseline, Measured

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
# A larger unit from two of it on: "40 h" tells more than "1.7 days".
AT_LEAST = 2.0


def what_counts(measure: Measured) -> str:
    """Such as "the middle time from the first event of a case to its first solved or closed"."""
    named = " or ".join(f"“{each}”" for each in measure.events)
    match measure.of:
        case "has":
            return f"the share of cases that have {named}"
        case "count":
            how = "middle" if measure.statistic == "median" else "mean"
            return f"the {how} number of {named} in a case"
        case "seconds":
            how = "middle" if measure.statistic == "median" else "mean"
            return f"the {how} time from the first event of a case to its first {named}"


def value_of(baseline: Baseline, value: float) -> str:
    """A value in the unit of the measure: 12.3 %, 40.0 h or 1.53."""
    match baseline.measure.of:
        case "has":
            return f"{value * 100:.1f} %"
        case "count":
            return f"{value:.2f}"
        case "seconds":
            return time_of(value)


def change_of(baseline: Baseline, value: float) -> str:
    """A change with its sign; a share changes by percentage points."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    if baseline.measure.of == "has":
        return f"{sign}{abs(value) * 100:.1f} points"
    return f"{sign}{value_of(baseline, abs(value))}"


def share_of(change: float) -> str:
    """A change as a share of the before: −0.3 as "−30 %"."""
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{abs(change) * 100:.3g} %"


def time_of(seconds: float) -> str:
    """A length of time in the largest unit of which there are two."""
    if seconds == float("inf"):
        return "no end"
    for size, unit in ((DAY, "days"), (HOUR, "h"), (MINUTE, "min")):
        if abs(seconds) >= AT_LEAST * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
