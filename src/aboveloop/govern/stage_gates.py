"""Stage gates: what a procedure must have shown before it may enter a stage, held against its evidence. Pure.

Shares are judged by what is certain with 95 %: few good cases open no gate, and no harm in ten cases proves little.
"""

from dataclasses import dataclass

from aboveloop.govern.stage_evidence import Evidence
from aboveloop.kit import chances
from aboveloop.operation.charters import Gate, Gated

# One-sided with 95 %.
CONFIDENCE = 0.9


@dataclass(frozen=True)
class Ask:
    """One thing that a gate asks for, and what there is. `sentence` says both."""

    name: str
    held: bool
    sentence: str


def weigh(gate: Gate, found: Evidence, to: Gated) -> tuple[Ask, ...]:
    """Everything that the gate of the stage `to` asks, in the order in which it is read."""
    least = chances.exact_bounds(found.agreed, of=found.compared, confidence=CONFIDENCE)[0] if found.compared else 0.0
    worst = chances.exact_bounds(found.harmed, of=found.cases, confidence=CONFIDENCE)[1] if found.cases else 1.0
    agreed, harmed = "No case was compared yet", "No case yet, so harm may be anything"
    if found.compared:
        agreed = f"{found.agreed} of {found.compared} went as people did: at least {least:.1%} for certain"
    if found.cases:
        harmed = f"{found.harmed} of {found.cases} did harm: at most {worst:.1%} for certain"
    return (
        Ask("Cases", found.cases >= gate.cases, f"{found.cases} of {gate.cases} cases."),
        Ask("Days", found.days >= gate.days, f"{found.days} of {gate.days} days."),
        Ask("Agreement", least >= gate.agreement, f"{agreed}, and {gate.agreement:.1%} is asked."),
        Ask("Harm", worst <= gate.harm, f"{harmed}, and {gate.harm:.1%} is allowed."),
        _guards(found, to),
    )


def _guards(found: Evidence, to: Gated) -> Ask:
    """A guard that nobody measured guards nothing: none may be missing where a worker acts by itself. In assist a
    person performs each action, and it is there that most guards are measured for the first time."""
    broken, unmeasured = ", ".join(found.broken), ", ".join(found.unmeasured)
    if broken:
        return Ask("Guards", False, f"Out of tolerance: {broken}.")
    if unmeasured:
        later = " It must be known before the worker acts by itself." if to == "assist" else ""
        return Ask("Guards", to == "assist", f"Not measured, or on too few cases: {unmeasured}.{later}")
    return Ask("Guards", True, "Every guard metric holds.")
