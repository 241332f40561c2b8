"""case, approve, deny, pause and resume: what people do from above the loop, from the command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, cast, get_args

import typer

from aboveloop.app.answering import answered
from aboveloop.app.overview import find_cases
from aboveloop.app.premises import Premises
from aboveloop.app.store import CaseFilter
from aboveloop.app.tally import tally
from aboveloop.cli import summaries
from aboveloop.cli.house import As, case_of, desk_of, note_look, note_looks, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.govern.errors import ApprovalNotFound
from aboveloop.govern.switches import Scope
from aboveloop.journey.ownership import Owner
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import WrongUsage
from aboveloop.work.answers import in_words
from aboveloop.work.turn_state import approvals_of

case_app = several("""Look at cases.

    Example: aboveloop case list
    """)
case_app.command("summary")(summaries.show)
case_app.command("answer")(summaries.answer_one)
case_app.command("word")(summaries.word_one)
case_app.command("guidance")(summaries.guidance)
case_app.command("service")(summaries.service)
Kind = Annotated[str, typer.Argument(help="all, worker, procedure, operation or channel.")]
Name = Annotated[str, typer.Argument(help="Which one (nothing after `all`).")]


@case_app.command("list")
def list_them(
    owner: Annotated[str | None, typer.Option(help="Only cases with this owner, such as waiting_on_person.")] = None,
    about: Annotated[
        str | None,
        typer.Option(help="Only cases with this id, channel's message id, or value such as an order number."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """List cases, the latest changed first.

    Example: aboveloop case list --about LK-100007
    """
    wanted = CaseFilter(owner=_owner(owner), about=about)
    with opened(home, database) as premises, premises.database.read() as reader:
        found = find_cases(reader, wanted, limit=limit, offset=0).cases
    rows = [
        {
            "case": each.id,
            "owner": each.owner.value,
            "outcome": each.outcome,
            "intent": each.intent,
            "channel": each.channel,
            "handed_over_because": each.handed_over_because,
            "opened_at": iso(each.opened_at),
            "updated_at": iso(each.updated_at),
        }
        for each in found
    ]

    def human() -> None:
        for row in rows:
            line(f"{row['case']}  {row['owner']:20} {row['outcome'] or '-':9} {row['intent'] or '-'}")
        if not rows:
            line("No cases here.")

    answer({"cases": rows}, as_json, human)


@case_app.command("count")
def count(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Count what became of every case.

    Example: aboveloop case count --json
    """
    with opened(home, database) as premises:
        counted = tally(premises)
    value = counted.as_json()
    answer(value, as_json, lambda: line("\n".join(f"{name.replace('_', ' '):12} {value[name]}" for name in value)))


@case_app.command("show")
def show(
    case: Annotated[str, typer.Argument(help="The case's id.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Show one case: the conversation, and for each decision what `audit show` tells.

    Example: aboveloop case show case_01k9...
    """
    with opened(home, database) as premises:
        with premises.database.read() as reader:
            found = case_of(reader, case)
        note_look(premises, person, found)
        with premises.database.read() as reader:
            shown, told = answered(premises, reader, found)
    answer(shown.as_json() | {"answers": told}, as_json, lambda: line(in_words(shown, told)))


def approve(
    approval: Annotated[str, typer.Argument(help="The approval's id; `aboveloop approve list` shows what waits.")],
    edit: Annotated[list[str] | None, typer.Option(help="Change an argument first: --edit amount_cents=4000")] = None,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Approve one action, exactly as asked or with changed arguments (which are decided anew).

    Example: aboveloop approve apr_01k9... --as priya --edit amount_cents=4000
    """
    edits = _edits(edit) if edit else None
    with opened(home, database) as premises:
        if approval == "list":
            _list_waiting(premises, person, as_json)
            return
        with _pointing_to_the_list():
            _note(premises, person, approval)
            answered = desk_of(premises, person).approve(approval, edits=edits)
    answer(
        {"approval": answered.id, "state": str(answered.state)},
        as_json,
        lambda: line(f"{answered.action.operation} is {answered.state}."),
    )


def deny(
    approval: Annotated[str, typer.Argument(help="The approval's id.")],
    reason: Annotated[str, typer.Option(help="Why, in words; the case goes on with it.")] = "",
    because_of: Annotated[
        str, typer.Option("--because-of", help="A reason of the operation's list, such as wrong_amount.")
    ] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Deny one action, with a reason.

    Example: aboveloop deny apr_01k9... --reason "The parcel was delivered" --as priya
    """
    if not reason and not because_of:
        raise WrongUsage("Missing option '--reason': say why in words, or --because-of with a reason of the list.")
    with opened(home, database) as premises, _pointing_to_the_list():
        _note(premises, person, approval)
        answered = desk_of(premises, person).deny(approval, because=reason, reason=because_of)
    answer(
        {"approval": answered.id, "state": str(answered.state)},
        as_json,
        lambda: line(f"{answered.action.operation} is denied."),
    )


def pause(
    kind: Kind,
    name: Name = "",
    reason: Annotated[str, typer.Option(help="Why, for the people who find it paused.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Pause a worker, a procedure, an operation of a system, a channel, or everything. Holds before the next action.

    Example: aboveloop pause operation shop.refund_order --reason "wrong amounts" --as noor
    """
    scope = scope_named(kind, name)
    with opened(home, database) as premises:
        switch = desk_of(premises, person).pause(scope, name, because=reason)
    answer({"scope": switch.scope, "name": switch.name, "paused": True}, as_json, lambda: line(switch.sentence))


def resume(
    kind: Kind,
    name: Name = "",
    reason: Annotated[str, typer.Option(help="Why it may go on.")] = "",
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Resume what was paused; the cases that it stopped go on.

    Example: aboveloop resume operation shop.refund_order --reason "mended in r4" --as noor
    """
    scope = scope_named(kind, name)
    with opened(home, database) as premises:
        count = desk_of(premises, person).resume(scope, name, because=reason)
    answer({"paused": False, "cases": count}, as_json, lambda: line(f"Resumed; {count} cases go on."))


@contextmanager
def _pointing_to_the_list() -> Iterator[None]:
    try:
        yield
    except ApprovalNotFound as error:
        raise ApprovalNotFound(f"{error} `aboveloop approve list` shows what waits.") from error


def _note(premises: Premises, person: str | None, approval_id: str) -> None:
    """Who answers looks at what it is about. Raises ApprovalNotFound."""
    with premises.database.read() as reader:
        asked = desk_of(premises, person).approval(reader, approval_id)
    note_looks(premises, person, {asked.action.case_id: asked.customer_id}, "approval")


def _list_waiting(premises: Premises, person: str | None, as_json: bool) -> None:
    with premises.database.read() as reader:
        approvals = approvals_of(premises.house, premises.current())
        waiting = approvals.waiting(reader, premises.house.clock.now())
    note_looks(premises, person, {each.action.case_id: each.customer_id for each in waiting}, "approval")
    rows = [
        {
            "approval": each.id,
            "case": each.action.case_id,
            "operation": each.action.operation,
            "args": dict(each.action.args),
            "roles": list(each.roles),
            "reason": each.reason,
            "expires_at": iso(each.expires_at),
        }
        for each in waiting
    ]

    def human() -> None:
        for each in waiting:
            line(f"{each.id}  {each.action.operation}  for {', '.join(each.roles)}  ({each.action.case_id})")
        if not rows:
            line("Nothing waits for approval.")

    answer({"approvals": rows}, as_json, human)


def _owner(name: str | None) -> Owner | None:
    if name is None:
        return None
    try:
        return Owner(name)
    except ValueError as error:
        known = ", ".join(owner.value for owner in Owner)
        raise WrongUsage(f"{name!r} is no owner. Say one of: {known}.") from error


def _edits(pairs: list[str]) -> dict[str, Any]:
    """`name=value` pairs; a value that is JSON counts as such, every other as text."""
    edits: dict[str, Any] = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator or not name:
            raise WrongUsage(f"--edit {pair!r} is not of the form argument=value.")
        try:
            edits[name] = json.loads(text)
        except json.JSONDecodeError:
            edits[name] = text
    return edits


def scope_named(kind: str, name: str) -> Scope:
    """What to pause, as people say it. Raises WrongUsage."""
    if kind not in get_args(Scope):
        raise WrongUsage(f"{kind!r} is nothing that can be paused. Say one of: {', '.join(get_args(Scope))}.")
    if kind == "all" and name:
        raise WrongUsage(f"`all` takes no name, yet {name!r} was given. Leave it out, or say what it is.")
    if kind != "all" and not name:
        raise WrongUsage(f"Which {kind}? Write its name after `{kind}`.")
    return cast(Scope, kind)
