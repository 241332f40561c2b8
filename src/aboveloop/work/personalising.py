"""Personalising: a customer asks why they see what they see, or switches off or on what is fitted to them.

What they say holds at once, also for what this very turn would have said.
"""

from typing import Any

from aboveloop.kit.clock import iso
from aboveloop.kit.database import Transaction
from aboveloop.understand.personalising import About
from aboveloop.work import speak
from aboveloop.work.privacy import consents
from aboveloop.work.privacy.consents import Consent, Said
from aboveloop.work.turn_state import Turn

# What the operation says, by what was said. Without these messages a person answers.
MESSAGES: dict[About, str] = {"why": "why_seen", "off": "personalisation_off", "on": "personalisation_on"}


def answer(turn: Turn, about: About) -> None:
    """Do what the customer said and tell them so. Raises CannotSay; a switch is thrown also then."""
    if about == "why":
        with turn.house.database.read() as reader:
            standing = consents.standing(reader, turn.case.customer_id)["personalisation"]
        speak.say(turn, MESSAGES[about], _told(turn, standing))
        turn.record("SeenExplained", {"personalisation": standing.given})
        return
    _switch(turn, given=about == "on")
    speak.say(turn, MESSAGES[about])


def _switch(turn: Turn, *, given: bool) -> None:
    case, ledger, now = turn.case, turn.house.ledger, turn.now
    said = Said(case.customer_id, "personalisation", given, f"customer:{case.customer_id}", turn.contact.channel)

    def write(tx: Transaction) -> None:
        consents.say(tx, ledger, said, now=now)

    turn.pending.append(write)
    turn.record("PersonalisationSwitched", {"on": given}, actor=said.by)


def _told(turn: Turn, standing: Consent) -> dict[str, Any]:
    """What the message may use: whether they agree, since when and where they said so, and what the last thing was."""
    with turn.house.database.read() as reader:
        entries = turn.house.ledger.entries(reader, turn.case.id)
    said = [entry.body.get("template") for entry in entries if entry.kind == "MessageSent"]
    fitted = [each for each in said if each in turn.operation.about.privacy.personalised]
    return {
        "agreed": standing.given,
        "agreed_at": iso(standing.at) if standing.at else "",
        "agreed_over": standing.channel or "",
        "fitted": len(fitted),
    }
