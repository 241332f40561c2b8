"""token: what programs show to act for a person, with no more rights than they were given."""

from datetime import timedelta
from typing import Annotated

import typer

from aboveloop.app.identity import tokens
from aboveloop.app.identity.tokens import LASTS, Wish
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.govern.people import person_of
from aboveloop.kit.errors import WrongUsage

token_app = several("""Tokens with which programs act for a person.

    Example: aboveloop token create "night report" --for noor --scope read_cases
    """)
Owner = Annotated[str | None, typer.Option("--for", help="Whose token it is: an id of operation.yaml.")]


@token_app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the token is for, in words.")],
    owner: Owner = None,
    scope: Annotated[list[str] | None, typer.Option(help="A right that it gives; say it for each of them.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it lasts.")] = LASTS.days,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Make a token and show it, once. It never does more than its owner may on the day of use.

    Example: aboveloop token create "night report" --for noor --scope read_cases --days 7
    """
    with opened(home, database) as premises:
        by = None if person is None else desk_of(premises, person).person
        whose = owner or person
        if whose is None:
            raise WrongUsage("Whose token is it? Say --for with an id of operation.yaml.")
        wish = Wish(person_of(premises.current(), whose), name, scope or [], timedelta(days=days))
        now = premises.house.clock.now()
        with premises.database.write() as tx:
            minted = tokens.create(tx, premises.ledger, wish, by=by, now=now)
    value = {**minted.token.as_json(now), "secret": minted.text}

    def human() -> None:
        line(minted.text)
        line(
            f"Keep it now: nobody can show it again. It ends on {minted.token.expires_at:%Y-%m-%d} ({minted.token.id})."
        )

    answer(value, as_json, human)


@token_app.command("list")
def list_them(owner: Owner = None, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show the tokens, the newest first: whose, what for, until when, when last used. Never the tokens themselves.

    Example: aboveloop token list --for noor
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        now = premises.house.clock.now()
        found = tokens.list_tokens(reader, owner)

    def human() -> None:
        for each in found:
            used = f"{each.last_used_at:%Y-%m-%d}" if each.last_used_at else "never used"
            scopes = ", ".join(sorted(each.scopes))
            line(f"{each.id}  {each.person_id:12} {each.state(now):8} {used:10}  {each.name}: {scopes}")
        if not found:
            line("There is no token yet: aboveloop token create NAME --for PERSON --scope RIGHT")

    answer({"tokens": [each.as_json(now) for each in found]}, as_json, human)


@token_app.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="The token's id; `aboveloop token list` shows it.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """End a token now: the next request with it is refused.

    Example: aboveloop token revoke token_01k9... --as noor
    """
    with opened(home, database) as premises:
        by = None if person is None else desk_of(premises, person).person
        now = premises.house.clock.now()
        with premises.database.write() as tx:
            ended = tokens.revoke(tx, premises.ledger, token, by=by, now=now)
    answer(ended.as_json(now), as_json, lambda: line(f"{ended.id} ({ended.name}) opens nothing any more."))
