"""Speak: what is told to the customer, in the company's words, past the gate like every other action."""

from collections.abc import Mapping
from typing import Any

from aboveloop.journey import cases
from aboveloop.journey.cases import Contact
from aboveloop.kit.database import Transaction
from aboveloop.kit.errors import PermanentError
from aboveloop.operation.expressions import ExpressionFailed, fill
from aboveloop.work import act, disclosing
from aboveloop.work.judgement import Judgement, looked_up
from aboveloop.work.turn_state import Turn


class CannotSay(PermanentError):
    """A message that may not or cannot be told as it stands: a person gets the case."""


def say(turn: Turn, template: str, extra: Mapping[str, Any] | None = None) -> str:
    """Tell the customer the message `template`, filled. Returns the text. Raises CannotSay.

    The first message of a case on a contact point begins with the channel's disclosure. A message that is fitted to
    what is known of the customer is left out for whoever has not agreed to that: then the text is empty.
    """
    judgement = act.may_say(turn, template)
    if not judgement.decision.may_perform and template in turn.operation.about.privacy.personalised:
        turn.record("MessageLeftOut", {"template": template, "because": judgement.decision.reason})
        return ""
    if not judgement.decision.may_perform:
        raise CannotSay(f"The message {template} may not be sent: {judgement.decision.reason}")
    text, language = _text(turn, template, extra or {})
    _tell(turn, text, template, judgement, language=language)
    return text


def _text(turn: Turn, template: str, extra: Mapping[str, Any]) -> tuple[str, str]:
    """The message filled, and the language that it is in."""
    found = turn.operation.message(template, turn.language)
    if found is None:
        raise CannotSay(f"There is no message {template} in {turn.language}.")
    body, language = found
    top = turn.memory.top
    names = {**turn.around.names(top.variables if top else {}), **extra}
    try:
        told = fill(body, names, currency=turn.operation.about.currency, telling=turn.operation.telling(language))
        return told.strip(), language
    except ExpressionFailed as error:
        raise CannotSay(f"The message {template} cannot be filled: {error}") from error


def _tell(turn: Turn, text: str, template: str, judgement: Judgement, *, language: str) -> None:
    contact, author = turn.contact, f"worker:{turn.worker.id}"
    case, now, house = turn.case, turn.now, turn.house
    full, decision = text, judgement.decision
    disclosure = _disclosure(turn, language)
    decided: dict[str, Any] = {
        "language": language,
        "lane": decision.lane.value,
        "rules": list(decision.rules),
        "stage": judgement.stage.value,
    }
    if disclosure:
        turn.memory.disclosed.append(contact.id)
        full = f"{disclosure}\n\n{text}"
        decided["disclosure"] = disclosing.digest_of(disclosure)

    def write(tx: Transaction) -> None:
        message_id = cases.tell(
            tx,
            house.ledger,
            case,
            cases.Outgoing(
                full,
                author,
                template=template,
                contact_id=contact.id,
                decided=decided,
                earned={"customer": judgement.conversation.customer, **looked_up(judgement.conversation)},
            ),
            now=now,
        )
        if disclosure:
            turn.entry(disclosing.MADE, _made(contact, message_id, disclosure))(tx)
        if contact.channel in house.channels:
            house.turns.submit(tx, lane=f"deliver:{contact.id}", stimulus=f"deliver:{message_id}")

    turn.pending.append(write)


def _disclosure(turn: Turn, language: str) -> str:
    """What this message must begin with, in its own language; "" where the customer was told here. Raises CannotSay."""
    contact = turn.contact
    channel = turn.operation.about.channels.get(contact.channel)
    if channel is None:
        raise CannotSay(
            f"The operation names no channel {contact.channel}, so nobody there was told that an AI writes. "
            "Name it in operation.yaml with its disclosure."
        )
    return "" if contact.id in turn.memory.disclosed else channel.disclosure_in(language)


def _made(contact: Contact, message_id: str, text: str) -> dict[str, Any]:
    return {
        "message": message_id,
        "contact": contact.id,
        "channel": contact.channel,
        "text": text,
        "sha256": disclosing.digest_of(text),
    }
