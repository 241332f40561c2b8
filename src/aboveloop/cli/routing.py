"""route: by which rules cases go to people, what a message meets, and what routing by skill saves."""

from dataclasses import asdict
from typing import Annotated, get_args

import typer

from aboveloop.app.routing_desk.trying import Asked, try_out
from aboveloop.app.service.routing import compared, past_load, seeded_load
from aboveloop.cli.house import opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.govern.people import people_of
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.routing import MAIL, Automatic, Customers
from aboveloop.work.handoff_rules import handoff_rules

route_app = several("""By which rules cases go to people, and what routing by skill saves.

    Example: aboveloop route simulate
    """)


@route_app.command("rules")
def rules(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """List every rule by which the release at work gives cases to people.

    Example: aboveloop route rules
    """
    with opened(home, database) as premises:
        operation = premises.current()
        found = handoff_rules(operation)

    def human() -> None:
        for each in found:
            line(f"{each.sort:10} {each.name}: {each.words}{'' if each.is_adjustable else ' (holds everywhere)'}")

    answer({"release": operation.digest, "rules": [asdict(each) for each in found]}, as_json, human)


@route_app.command("try")
def try_message(
    text: Annotated[str, typer.Argument(help="What the customer writes.")],
    channel: Annotated[str, typer.Option(help="The channel that it comes by.")] = "webchat",
    subject: Annotated[str, typer.Option(help="Of mail: its subject.")] = "",
    sender: Annotated[str, typer.Option(help="Of mail: who sent it.")] = "",
    attachments: Annotated[bool, typer.Option("--attachments", help="Of mail: something is attached.")] = False,
    automatic: Annotated[str, typer.Option(help="Of mail that a machine sent: report, reply, bulk or no_reply.")] = "",
    customer: Annotated[str, typer.Option(help="Who writes: new, returning or came_back.")] = "new",
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Say which routing rule of the release at work a message meets, and what becomes of it. Nothing is kept.

    Example: aboveloop route try "I am a journalist" --channel email
    """
    if automatic not in ("", *get_args(Automatic)) or customer not in get_args(Customers):
        kinds = f"{', '.join(get_args(Automatic))}; {', '.join(get_args(Customers))}"
        raise WrongUsage(f"--automatic and --customer take one of these each: {kinds}.")
    with opened(home, database) as premises:
        operation = premises.current()
        if channel != MAIL and channel not in operation.about.channels:
            raise WrongUsage(f"There is no channel {channel}. Name one of {', '.join(operation.about.channels)}.")
        asked = Asked(text, channel, subject, sender, attachments, automatic, customer)
        found = try_out(premises, operation.routing, asked)

    def human() -> None:
        line(found.end)
        if found.read:
            line(found.read)
        if found.fired is not None:
            why = " and ".join(each.words for each in found.met) or "it asks nothing"
            line(f"Rule {found.fired.place + 1} counts, {found.fired.rule.called}, because {why}.")
        if found.passed_over:
            line("Asked before, and not met:")
        for each in found.passed_over:
            line(f"  {each.rule.called}: it does not hold that {', nor that '.join(each.lacks)}")

    rule = None if found.fired is None else found.fired.rule
    value = {
        "release": operation.digest,
        "end": found.end,
        "read": found.read,
        "rule": None if rule is None else rule.rule,
        "to": "usual" if rule is None else rule.to,
        "queue": operation.routing.queue_of(rule),
        "priority": "normal" if rule is None else rule.priority,
        "passed_over": [{"rule": each.rule.rule, "lacks": list(each.lacks)} for each in found.passed_over],
    }
    answer(value, as_json, human)


@route_app.command("simulate")
def simulate(
    many: Annotated[int, typer.Option("--cases", min=1, max=100_000, help="How many, where they are made up.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same result.")] = 1,
    seeded: Annotated[bool, typer.Option("--seeded", help="Make the load up, whatever the house has seen.")] = False,
    home: Home = None,
    database: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Compare routing by intent and skill with routing by availability alone, on the cases that people had.

    Where people had too few cases, the load is made up from the operation's needs and people, and the answer says so.

    Example: aboveloop route simulate --json
    """
    with opened(home, database) as premises:
        operation = premises.current()
        with premises.database.read() as reader:
            load = None if seeded else past_load(premises, reader)
        if load is None:
            people = [each.id for each in people_of(operation).values() if "take_over" in each.may]
            load = seeded_load(sorted(operation.intents), people or ["somebody"], many=many, seed=seed)
        value = compared(load, seed=seed)

    def human() -> None:
        line(f"{value['cases']} cases ({value['source']}), {value['people']} people, minutes:")
        for rule in ("skill", "availability"):
            found = value[rule]
            line(
                f"  by {rule:13} wait {found['mean_wait']:7.1f} (95 of 100 within {found['p95_wait']:.1f}),"
                f" to settle {found['mean_to_settle']:7.1f}, settled by the first {found['first_touch']:.0%}"
            )
        line(f"Routing by skill saves {value['saved_minutes_a_case']:.1f} minutes a case.")

    answer(value, as_json, human)
