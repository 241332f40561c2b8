"""The sheet of a charter: whether the business metric moved, apart from whether the technology works."""

from datetime import datetime

from aboveloop.app.chartering.reporting import Report
from aboveloop.app.chartering.stage_gate import Way
from aboveloop.app.portfolio import worth
from aboveloop.app.portfolio.after import After, weaknesses
from aboveloop.app.sheets.sheet import Figure, Part, Sheet, Table
from aboveloop.govern.people import people_of
from aboveloop.operation.models import Operation

BOUNDS = "with 95 %"


def charter_sheet(operation: Operation, found: Report, after: After | None, *, now: datetime) -> Sheet:
    """`after` says what the report's after was counted over; None where there is none."""
    charter, before = found.charter, found.before
    people = {person.id: person.name for person in people_of(operation).values()}
    baseline = charter.baseline
    assert baseline is not None, "what has a report has a baseline"
    weak = weaknesses(baseline, found.ways, after) if after is not None and found.after is not None else []
    said = before.said
    left = ", ".join(f"{many} {why}" for why, many in said.get("left_out", {}).items())
    frozen_by = people.get(before.by.removeprefix("person:"), before.by)
    return Sheet(
        title=f"{charter.charter.replace('_', ' ').capitalize()}: before and after",
        lead=charter.outcome,
        company=operation.about.title,
        at=now,
        parts=[_agreed(operation, found, people), _moved(found, after), _works(found.ways)],
        limits=[
            "Before and after are compared, nothing was held back by chance: another season, another offer or another"
            " team moves the metric too.",
            *weak,
            *before.problems,
            *([f"Left out of the before: {left}."] if left else []),
            "That a worker does its work well says nothing about the business, and the other way round.",
        ],
        origin=[
            f"The before was frozen {before.at[:10]} by {frozen_by} and signed by the house; the ledger names the file"
            f" by {before.digest[:16]}.",
            f"Counted again by: aboveloop charter freeze {charter.charter} --recompute.",
        ],
    )


def _agreed(operation: Operation, found: Report, people: dict[str, str]) -> Part:
    charter, success = found.charter, found.charter.success
    kpi = operation.kpis.get(charter.kpi or "")
    figures = [
        Figure("The KPI", kpi.title if kpi else "not said"),
        Figure("Agreed", worth.share_of(success.change) if success else "nothing", "of the before"),
        Figure("By", f"{success.by:%d %b %Y}" if success else "no day"),
        Figure("Who answers", people.get(charter.owners.get("sponsor", ""), "nobody"), "sponsor"),
    ]
    said = [f"The pain: {charter.pain_point}"] if charter.pain_point else []
    return Part("What was agreed", [*said, *([f"Success: {success.words}"] if success else [])], figures)


def _moved(found: Report, after: After | None) -> Part:
    baseline, said = found.charter.baseline, found.before.said
    assert baseline is not None, "what has a report has a baseline"

    def between(value: float, low: float, high: float) -> str:
        return f"{worth.value_of(baseline, low)} to {worth.value_of(baseline, high)} {BOUNDS}"

    window = baseline.window
    figures = [
        Figure("Before", worth.value_of(baseline, said["value"]), between(said["value"], said["low"], said["high"]))
    ]
    counted = (
        f"Counted is {worth.what_counts(baseline.measure)}: before over {said['rows']} cases of {baseline.history}"
    )
    counted += f" that began from {window.since:%d %b %Y} on and before {window.until:%d %b %Y}"
    if found.after is not None and found.change is not None:
        one, change = found.after.interval, found.change
        low, high = worth.change_of(baseline, change.low), worth.change_of(baseline, change.high)
        figures += [
            Figure("After", worth.value_of(baseline, one.value), between(one.value, one.low, one.high)),
            Figure("Change", worth.change_of(baseline, change.value), f"{low} to {high} {BOUNDS}"),
            Figure(
                "Of the before", worth.share_of(found.relative), "beyond chance" if change.moved else "may be chance"
            ),
        ]
        counted += f", after over {one.rows} cases" + (f" from {after.in_words}" if after is not None else "")
    return Part("Did the business metric move?", [found.verdict, f"{counted}."], figures)


def _works(ways: tuple[Way, ...]) -> Part:
    rows = [
        (way.procedure.replace("_", " "), ask.name, "shown" if ask.held else "missing", ask.sentence)
        for way in ways
        for ask in way.asks
    ]
    said = [
        f"{way.procedure.replace('_', ' ').capitalize()} stands in stage {way.stage.value}; "
        + (f"{way.next} asks for what stands below." if way.next else "there is no further stage.")
        for way in ways
    ]
    table = Table(("Procedure", "Asked", "Is it shown", "What there is"), rows) if rows else None
    return Part("Does the technology work?", said or ["No procedure is named yet."], (), table)
