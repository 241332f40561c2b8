"""consent: show, give and withdraw what a customer agreed to."""

from typing import Annotated

import typer

from aboveloop.cli.house import As, desk_of, note_looks, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.kit.clock import iso
from aboveloop.work.privacy import consents
from aboveloop.work.privacy.consents import WORDS, Consent
from aboveloop.work.privacy.store import person_ids

consent_app = several("""What a customer has agreed to: show it, and write down what they said.

    Example: aboveloop consent show cus_01k9...
    """)

Customer = Annotated[str, typer.Argument(help="The customer's id, as cases name it.")]
Purpose = Annotated[str, typer.Argument(help="service, proactive_contact, model_training or personalisation.")]
Channel = Annotated[str, typer.Option("--channel", help="Where they said it: webchat, email, phone, paper ...")]


@consent_app.command("show")
def show(
    customer: Customer,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """What a customer has agreed to now, and everything they said about it.

    Example: aboveloop consent show cus_01k9...
    """
    with opened(home, database) as premises:
        desk_of(premises, person)
        with premises.database.read() as reader:
            if not person_ids(reader, customer):
                raise CustomerNotFound(f"There is no customer {customer}.")
            now = consents.standing(reader, customer)
            said = consents.history(reader, customer)
        note_looks(premises, person, {customer: customer}, "consent")

    def human() -> None:
        for each in now.values():
            when = f"{each.by}, {each.channel}, {iso(each.at)}" if each.at else "never asked"
            line(f"{'yes' if each.given else 'no ':3}  {each.purpose}: {WORDS[each.purpose]} ({when})")

    answer(
        {"customer": customer, "now": [_json(each) for each in now.values()], "said": [_json(each) for each in said]},
        as_json,
        human,
    )


@consent_app.command("give")
def give(
    customer: Customer,
    purpose: Purpose,
    channel: Channel,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Write down that a customer agreed.

    Example: aboveloop consent give cus_01k9... personalisation --channel email --as sanne
    """
    _say(customer, purpose, channel, given=True, where=(home, database, person), as_json=as_json)


@consent_app.command("withdraw")
def withdraw(
    customer: Customer,
    purpose: Purpose,
    channel: Channel,
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Write down that a customer agrees no longer; it holds at once.

    Example: aboveloop consent withdraw cus_01k9... personalisation --channel phone --as sanne
    """
    _say(customer, purpose, channel, given=False, where=(home, database, person), as_json=as_json)


def _say(
    customer: str, purpose: str, channel: str, *, given: bool, where: tuple[Home, DatabaseUrl, As], as_json: bool
) -> None:
    home, database, person = where
    wanted = consents.purpose_of(purpose)
    with opened(home, database) as premises:
        desk = desk_of(premises, person)
        desk.must("reply")
        note_looks(premises, person, {customer: customer}, "consent")
        said = consents.Said(customer, wanted, given, desk.person.actor, channel)
        with premises.database.write() as tx:
            done = consents.say(tx, premises.ledger, said, now=premises.house.clock.now())
    told = f"Written down: {customer} {'agrees' if given else 'agrees no longer'} {WORDS[wanted]}."
    answer({"customer": customer, **_json(done)}, as_json, lambda: line(told))


def _json(each: Consent) -> dict[str, object]:
    return {**vars(each), "at": None if each.at is None else iso(each.at)}
