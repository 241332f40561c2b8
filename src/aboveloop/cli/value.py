"""value: what moved in revenue, cost, risk and experience, in money, each with the count that shows it."""

from datetime import datetime
from typing import Annotated

import typer

from aboveloop.app.chartering.errors import CharterIncomplete
from aboveloop.app.chartering.freezing import charter_of
from aboveloop.app.portfolio.after import After
from aboveloop.app.value import entries, fastest
from aboveloop.app.value.entries import Claim, Shown
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.kit.money import Money

value_app = several("""What moved in revenue, cost, risk and experience, in money, with the count that shows it.

    Example: aboveloop value list
    """)

Named = Annotated[str, typer.Argument(help="A charter of the operation.")]
Day = ["%Y-%m-%d"]


@value_app.command("list")
def list_them(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show every value that was written down, and what it comes to in each of the four buckets.

    Example: aboveloop value list --json
    """
    with opened(home, database) as premises:
        currency = premises.current().about.currency
        with premises.database.read() as reader:
            found = entries.every(reader)
    summed = entries.sums(found)

    def human() -> None:
        for bucket, minor in summed.items():
            line(f"{bucket:11}{Money(minor, currency)}")
        for each in found:
            line(_line(each, currency))
        if not found:
            line("No value was shown yet: `aboveloop value add` counts one.")

    value = {"currency": currency, "buckets": summed, "total": sum(summed.values()), "firm": entries.firm(found)}
    answer({**value, "values": [entries.as_json(each) for each in found]}, as_json, human)


@value_app.command("add")
def add(
    charter: Named,
    bucket: Annotated[str, typer.Option("--bucket", help="One that the charter names: revenue, cost, risk, ...")],
    since: Annotated[datetime, typer.Option("--since", formats=Day, help="First day of the after.")],
    until: Annotated[datetime, typer.Option("--until", formats=Day, help="Day after its last.")],
    each: Annotated[
        int, typer.Option("--each", help="Minor units that one hour, event or case is worth, as the KPI counts.")
    ],
    because: Annotated[str, typer.Option("--because", help="Why it is worth so much.")],
    history: Annotated[str, typer.Option("--history", help="Where the after is. Default: where the before is.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Hold the after against the frozen before, turn the change into money, and write it down with its query.

    Example: aboveloop value add faster_refunds --bucket cost --since 2027-01-04 --until 2027-03-29 --each 3200
    --because "An hour of support, from finance."
    """
    with opened(home, database) as premises:
        spec = charter_of(premises.current(), charter).baseline
        if spec is None:
            raise CharterIncomplete(f"The charter {charter} does not say what its baseline is (`baseline`).")
        after = After(since.date(), until.date(), history or spec.history)
        claim = Claim(charter, bucket, after, each, because)
        found = entries.add(premises, claim, by=desk_of(premises, person).person)
        currency = premises.current().about.currency
    answer(entries.as_json(found), as_json, lambda: line(_line(found, currency)))


@value_app.command("withdraw")
def withdraw(
    value_id: Annotated[str, typer.Argument(help="A value, as `value list` names it.")],
    because: Annotated[str, typer.Option("--because", help="Why it counts no more.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Take a value out of the sums; the ledger keeps it, with the reason.

    Example: aboveloop value withdraw value_01k9 --because "Finance takes another rate."
    """
    with opened(home, database) as premises:
        by = desk_of(premises, person).person
        found = entries.withdraw(premises, value_id, by=by, because=because)
    answer(entries.as_json(found), as_json, lambda: line(f"{found.id} counts no more."))


@value_app.command("check")
def check(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Count the query of every value again. Status 1 where another amount comes out.

    Example: aboveloop value check
    """
    with opened(home, database) as premises:
        with premises.database.read() as reader:
            found = [each for each in entries.every(reader) if not each.withdrawn]
        differ = {each.id: said for each in found if (said := entries.again(premises, each))}

    def human() -> None:
        for each in found:
            line(f"{each.id}  {differ.get(each.id, 'comes out the same')}")
        if not found:
            line("No value was shown yet, so none was counted again: `aboveloop value add` counts one.")

    answer({"values": len(found), "differ": differ}, as_json, human)
    if differ:
        raise typer.Exit(1)


@value_app.command("fastest")
def fastest_to_show(charter: Named, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Say which value of a charter can be shown first: after how many days each stands out from chance.

    Example: aboveloop value fastest faster_refunds
    """
    with opened(home, database) as premises:
        found = fastest.prospects(premises, charter)

    def human() -> None:
        for each in found:
            line(each.sentence)

    rows = [{**vars(each), "sentence": each.sentence} for each in found]
    first = next((each for each in rows if each["days"] is not None), None)
    answer({"charter": charter, "fastest": first, "outcomes": rows}, as_json, human)


def _line(each: Shown, currency: str) -> str:
    low, value, high = (Money(end, currency) for end in (each.amount.low, each.amount.value, each.amount.high))
    gone = f", withdrawn: {each.withdrawn}" if each.withdrawn else ""
    said = f"{value} ({low} to {high}), {each.after.in_words}"
    return f"{each.id}  {each.bucket:11}{each.charter}: {said}, {each.grade}{gone}"
