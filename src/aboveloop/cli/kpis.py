"""kpi: what the KPIs of the operation at work are worth."""

from typing import Annotated, Any

import typer

from aboveloop.app.measuring import kpis as measuring
from aboveloop.app.measuring import over_time
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.kit.clock import iso
from aboveloop.measure.kpis import State, in_unit, in_words
from aboveloop.measure.together import FEWEST_DAYS, link_in_words

kpi_app = several("""What the KPIs are worth, and whether they are within tolerance.

    Example: aboveloop kpi list
    """)


@kpi_app.command("list")
def list_them(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show every KPI against its target. Status 1 if any is out of tolerance.

    Example: aboveloop kpi list
    """
    with opened(home, database) as premises:
        currency = premises.current().about.currency
        with premises.database.read() as reader:
            found = measuring.states(premises, reader, premises.house.clock.now())
    _answer(found, currency, as_json)


@kpi_app.command("measure")
def measure(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Measure now, compare the ledger with the systems of record too, and keep it. Status 1 if any is out of tolerance.

    Example: aboveloop kpi measure
    """
    with opened(home, database) as premises:
        found = measuring.measure_all(premises)
        currency = premises.current().about.currency
    _answer(found, currency, as_json)


@kpi_app.command("record")
def record(
    name: Annotated[str, typer.Argument(help="A KPI that the house does not measure itself.")],
    value: Annotated[float, typer.Argument(help="In its unit: a share from 0 to 1, seconds, minor units, a number.")],
    note: Annotated[str, typer.Option("--note", help="Where it is from.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Write down what a KPI was worth that is measured elsewhere; only its owner may.

    Example: aboveloop kpi record satisfaction 0.82 --note "Survey of week 47" --as noor
    """
    with opened(home, database) as premises:
        state = measuring.record(premises, name, value, by=desk_of(premises, person).person, note=note)
        currency = premises.current().about.currency
    answer(state_json(state), as_json, lambda: line(_line(state, currency)))


@kpi_app.command("days")
def day_by_day(
    days: Annotated[
        int, typer.Option("--days", min=FEWEST_DAYS, max=over_time.MOST_DAYS, help="So many days back.")
    ] = (over_time.DAYS),
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Show when a KPI or a signal of the workers changed, and which of them follows which, day by day.

    Example: aboveloop kpi days --days 90
    """
    with opened(home, database) as premises:
        currency = premises.current().about.currency
        with premises.database.read() as reader:
            found = over_time.together(premises, reader, premises.house.clock.now(), days=days)

    def human() -> None:
        for each in found.lines:
            line(f"{each.level:12} {each.title}: {each.measured} of {days} days measured")
            for change in found.changes[each.name]:
                before, after = (in_unit(each.unit, value, currency) for value in (change.before, change.after))
                line(f"{'':12} changed on {found.days[change.place].isoformat()}: {before} before, {after} since")
        for link in found.links:
            line(link_in_words(link))
        if not found.judged:
            line(f"Nothing is judged yet: that takes {FEWEST_DAYS} days with a value.")

    answer(_days_json(found), as_json, human)


def _days_json(found: over_time.Together) -> dict[str, Any]:
    return {
        "days": [day.isoformat() for day in found.days],
        "lines": [
            {
                "name": each.name,
                "level": each.level,
                "unit": each.unit,
                "values": list(each.values),
                "changes": [
                    {"day": found.days[change.place].isoformat(), "before": change.before, "after": change.after}
                    for change in found.changes[each.name]
                ],
            }
            for each in found.lines
        ],
        "links": [
            {
                "early": link.early.name,
                "late": link.late.name,
                "days_later": link.days_later,
                "strength": round(link.strength, 4),
                "chance": round(link.chance, 4),
                "days": link.days,
            }
            for link in found.links
        ],
        "deployed": [{"day": found.days[each.place].isoformat(), "release": each.release} for each in found.deployed],
    }


def state_json(state: State) -> dict[str, Any]:
    kpi = state.kpi
    return {
        "kpi": kpi.kpi,
        "level": kpi.level,
        "family": kpi.family,
        "title": kpi.title,
        "owner": kpi.owner,
        "unit": kpi.unit,
        "value": None if state.value is None else state.value.value,
        "cases": None if state.value is None else state.value.cases,
        "before": None if state.before is None else state.before.value,
        "target": kpi.target,
        "tolerance": kpi.tolerance,
        "better": kpi.better,
        "guard": kpi.guard,
        "moves": kpi.moves,
        "standing": state.standing.value,
        "measured_at": None if state.at is None else iso(state.at),
        "measured_by": state.by,
    }


def _answer(found: list[State], currency: str, as_json: bool) -> None:
    out = [state.kpi.kpi for state in found if state.is_out]

    def human() -> None:
        for state in found:
            line(_line(state, currency))
        if not found:
            line("No KPI is defined: write kpis.yaml in the operation folder.")

    answer({"kpis": [state_json(state) for state in found], "out_of_tolerance": out}, as_json, human)
    if out:
        raise typer.Exit(1)


def _line(state: State, currency: str) -> str:
    kpi = state.kpi
    value = in_words(kpi, state.value.value if state.value else None, currency)
    target = in_words(kpi, kpi.target, currency)
    return f"{state.standing.value:8} {kpi.level:12} {kpi.title}: {value} (target {target}, {kpi.owner})"
