"""collections: what outreach for unpaid invoices moved within 30 and 60 days."""

from datetime import datetime
from typing import Annotated

import typer

from aboveloop.app.value.receivables import Outreach, scorecard
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line
from aboveloop.kit.money import Money
from aboveloop.measure.collections import Line, What, as_json

Called = Annotated[list[str] | None, typer.Option(help="How the history calls it, where it is not found.")]


def collections(
    history: Annotated[str, typer.Argument(help="An imported history with invoices, payments and their amounts.")],
    start: Annotated[datetime, typer.Option("--start", formats=["%Y-%m-%d"], help="First day of the outreach.")],
    a_year_before: Annotated[
        bool, typer.Option("--a-year-before", help="Hold it against the same days of a year before.")
    ] = False,
    amount: Annotated[str, typer.Option("--amount", help="The column of the money, where it is not found.")] = "",
    invoiced: Called = None,
    paid: Called = None,
    fee: Called = None,
    written_off: Called = None,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json_: Json = False,
) -> None:
    """Hold cash collected, days sales outstanding, agency fees and write-offs of 30 and 60 days against those before.
    Status 1 where one got worse by more than chance.

    Example: aboveloop collections receivables --start 2026-03-01 --a-year-before
    """
    said: dict[What, list[str] | None] = {"invoiced": invoiced, "paid": paid, "fee": fee, "written_off": written_off}
    named = {kind: tuple(names) for kind, names in said.items() if names}
    with opened(home, database) as premises:
        currency = premises.current().about.currency
        found = scorecard(premises, Outreach(history, start.date(), a_year_before, named, amount))

    def human() -> None:
        for window in found.windows:
            line(f"{window.days} days, {window.after[0]} to {window.after[1]} against {window.before[0]} on")
            for each in window.lines:
                line(f"  {each.verdict.value:21}{each.name}: {_told(each, currency)}")
            if window.profit is not None:
                line(f"  {'':21}fees and write-offs add {Money(round(window.profit.value), currency)} to the result")
        for remark in found.remarks:
            line(remark)

    answer(as_json(found), as_json_, human)
    if found.worse:
        raise typer.Exit(1)


def _told(each: Line, currency: str) -> str:
    if each.before is None or each.after is None or each.change is None:
        return each.why
    parts = (each.before, each.after, each.change.low, each.change.high)
    before, after, low, high = (shown(each, part, currency) for part in parts)
    return f"{before} before, {after} after; the change lies between {low} and {high}"


def shown(each: Line, value: float, currency: str) -> str:
    return f"{value:.1f} days" if each.unit == "days" else str(Money(round(value), currency))
