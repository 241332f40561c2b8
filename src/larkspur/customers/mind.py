"""The mind: what a customer does next, as a function of who they are and what was written so far. It performs nothing.

Chance is drawn from the seed, the customer's number and how often they have written, so that a customer who is
killed and started again goes on exactly as they would have.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from larkspur.customers.hearing import UNKNOWN, Heard, hear
from larkspur.customers.personas import Persona
from larkspur.customers.slips import slip

Author = Literal["customer", "worker", "person"]
Ending = Literal["resolved", "refused", "person", "gave_up"]

# A customer who has written this often and got nowhere asks for a person, and then leaves.
PATIENCE_MESSAGES = 24
SAME_QUESTION = 4
SILENCE_SECONDS = 25.0
A_PERSON = "I want to talk to a person please"
THANKS = ("thanks a lot!", "thank you very much", "great, thanks", "Perfect, thank you")

# Told on the way: more follows, at once or after a while.
ON_THE_WAY = {
    "order_is_late", "carrier_says_delivered", "parcel_is_lost", "parcel_not_found", "no_such_order",
    "could_not_identify", "amount_too_high", "variant_not_in_stock", "address_incomplete", "note_too_long",
    "cannot_send_again", "approved_now_done", "please_wait_for_approval",
}  # fmt: skip
WITH_A_PERSON = {"handed_over", "language_not_served", "system_trouble"}
REFUSALS = {
    "too_late_to_cancel_shipped", "too_late_to_cancel_delivered", "cancel_not_possible", "refund_not_possible",
    "return_too_late", "return_not_arrived", "return_cancel_instead", "exchange_change_instead",
    "change_after_delivery", "change_too_late", "address_too_late_packed", "address_too_late_shipped",
    "address_nothing_to_send", "note_too_late", "account_has_open_matters", "no_invoice", "no_open_return",
    "no_refund_known", "no_orders_yet", "damage_not_arrived", "not_permitted",
}  # fmt: skip
ANSWERS = {"return_policy", "shipping_cost", "opening_hours", "size_guide", "warranty", "payment_methods"}
REMINDERS = {"still_there", "goodbye", "anything_else"}
QUESTIONS = ("ask_", "confirm_")


@dataclass(frozen=True)
class Line:
    """One message of a chat."""

    number: int
    author: Author
    text: str


@dataclass(frozen=True)
class Say:
    text: str
    pause_seconds: float


@dataclass(frozen=True)
class Wait:
    """Nothing to say before an answer comes."""


@dataclass(frozen=True)
class Over:
    ending: Ending


Move = Say | Wait | Over


def next_move(persona: Persona, lines: Sequence[Line]) -> Move:
    """What this customer does now."""
    mine = [line.text for line in lines if line.author == "customer"]
    chance = random.Random(f"{persona.seed}:{persona.number}:{len(mine)}")
    if len(mine) < len(persona.opening):
        return Say(persona.opening[len(mine)], chance.uniform(0.3, 1.5))
    last_mine = max((place for place, line in enumerate(lines) if line.author == "customer"), default=-1)
    since = lines[last_mine + 1 :]
    if any(line.author == "person" for line in lines):
        return Over("person")
    ending = _ending(persona, lines)
    if ending is not None and mine[-1] in THANKS:
        return Over(ending)
    if not since:
        return Wait()
    return _react(_Talk(persona, lines, mine, chance), hear(since[-1].text), ending)


@dataclass(frozen=True)
class _Talk:
    persona: Persona
    lines: Sequence[Line]
    mine: list[str]
    chance: random.Random

    def heard(self) -> list[Heard]:
        return [hear(line.text) for line in self.lines if line.author != "customer"]

    def times(self, name: str) -> int:
        return sum(heard.name == name for heard in self.heard())

    def say(self, text: str, pause_seconds: float | None = None) -> Say:
        typed = slip(text, self.chance) if self.persona.has("slips") else text
        return Say(typed, self.chance.uniform(0.4, 2.0) if pause_seconds is None else pause_seconds)


def _ending(persona: Persona, lines: Sequence[Line]) -> Ending | None:
    """How the matter stands after the latest message that ends one; None while it is under way."""
    for line in reversed(lines):
        if line.author == "customer":
            if line.text in THANKS:
                continue
            return None
        name = hear(line.text).name
        if name == "goodbye":
            continue
        if name in WITH_A_PERSON:
            return "person"
        if name in REFUSALS:
            return "refused"
        if name in ANSWERS:
            return "resolved" if persona.goal == "question" else None
        is_under_way = name in ON_THE_WAY or name in REMINDERS or name.startswith(QUESTIONS)
        return None if is_under_way or name in (UNKNOWN, "greeting", "not_understood", "search_started") else "resolved"
    return None


def _react(talk: _Talk, heard: Heard, ending: Ending | None) -> Move:
    persona = talk.persona
    if ending is not None:
        wrong = persona.has("wrong_order_first") and persona.order_id not in " ".join(talk.mine)
        if wrong and ending != "person":
            return talk.say(f"sorry, I meant {persona.order_id}. {_wish(persona)}")
        if persona.has("thanks") and ending != "person":
            return Say(talk.chance.choice(THANKS), talk.chance.uniform(0.4, 2.0))
        return Over(ending)
    if len(talk.mine) > PATIENCE_MESSAGES:
        return Over("gave_up") if talk.mine[-1] == A_PERSON else Say(A_PERSON, 1.0)
    if heard.name == "search_started":
        # Parcels that are searched for often turn up in the meantime.
        said = talk.chance.choice(("never mind, it has just arrived", "forget it, the parcel has come", "never mind"))
        found = "never mind" if talk.times("search_started") > 1 else said
        return Say(found, talk.chance.uniform(6.0, 20.0))
    if heard.name in ON_THE_WAY or heard.name in ANSWERS or heard.name == "goodbye":
        return Wait()
    if heard.name == "still_there":
        heard = _question_before(talk)
    elif _falls_silent(talk, heard):
        return talk.say(_reply(talk, heard), SILENCE_SECONDS)
    return talk.say(_reply(talk, heard))


def _falls_silent(talk: _Talk, heard: Heard) -> bool:
    """Once, at the second question, whoever falls silent does so until they are reminded or remember."""
    return talk.persona.has("falls_silent") and heard.name.startswith(QUESTIONS) and len(talk.mine) == 2


def _question_before(talk: _Talk) -> Heard:
    before = [heard for heard in talk.heard() if heard.name not in REMINDERS]
    return before[-1] if before else Heard("greeting")


def _reply(talk: _Talk, heard: Heard) -> str:
    """The answer to a question, a proposal, or "I did not understand"."""
    if talk.times(heard.name) > SAME_QUESTION:
        return A_PERSON
    if heard.name.startswith("confirm_"):
        return _on_proposal(talk, heard)
    answer = _REPLIES.get(heard.name.removesuffix("_again"))
    return answer(talk, heard) if answer is not None else A_PERSON


def _on_proposal(talk: _Talk, heard: Heard) -> str:
    persona, chance = talk.persona, talk.chance
    shown = heard.slots.get("args.order_id", persona.order_id)
    if persona.goal != "somebody_elses_order" and shown not in (persona.order_id, ""):
        return chance.choice((f"sorry, I meant {persona.order_id}", f"no, the other order, {persona.order_id}"))
    if persona.has("digresses") and talk.times("return_policy") == 0:
        return "one question first: what is your return policy?"
    if _agrees(talk, heard):
        return chance.choice(("yes", "Yes please", "yes, go ahead", "ok", "sure, yes", "yes that is right"))
    return chance.choice(("no", "no, leave it as it is", "No thank you"))


def _agrees(talk: _Talk, heard: Heard) -> bool:
    """Whether the proposal is what they want. The same at every time of asking."""
    persona = talk.persona
    if persona.has("changes_mind") or persona.goal == "somebody_elses_order":
        return False
    offered = _cents(heard.slots.get("money(args.amount_cents)", ""))
    wanted = persona.facts.get("amount")
    if heard.name == "confirm_refund" and offered is not None and wanted is not None and offered < wanted // 2:
        return False
    if heard.name == "confirm_search":
        return random.Random(f"{persona.seed}:{persona.number}:search").random() < 0.65
    return True


def _wish(persona: Persona) -> str:
    """The need in plain words, for whoever did not understand it the first time."""
    plain = _PLAIN.get(persona.goal, "")
    return plain.format(**{"order": persona.order_id, **persona.facts}) if plain else A_PERSON


def _email(talk: _Talk, _heard: Heard) -> str:
    email = talk.persona.email
    if not email:
        return "I would rather not say"
    return talk.chance.choice((email, email, f"it is {email}", f"My email is {email}", f"{email} please"))


def _which_postcode(talk: _Talk, _heard: Heard) -> str:
    if talk.persona.has("wrong_postcode_first") and talk.times("could_not_identify") == 0:
        return "1234 ZZ"
    postcode = talk.persona.postcode
    return talk.chance.choice((postcode, postcode, f"it's {postcode}", f"my postcode is {postcode}"))


def _order_number(talk: _Talk, _heard: Heard) -> str:
    persona = talk.persona
    if persona.goal == "somebody_elses_order":
        return str(persona.facts["other"])
    number = persona.order_id
    return talk.chance.choice((number, number, f"{number} please", f"it is {number}", f"the number is {number}"))


def _offered(talk: _Talk, heard: Heard, fallback: str) -> str:
    """One of the sizes or colours that the question lists; where it lists none, the matter is dropped."""
    listed = next((slot for expression, slot in heard.slots.items() if expression.startswith("joined(")), "")
    choices = [choice.strip() for choice in listed.split(",") if choice.strip()]
    if not choices:
        return fallback
    return talk.chance.choice(choices)


def _size(talk: _Talk, heard: Heard) -> str:
    if heard.name == "ask_size_again":
        heard = next((one for one in reversed(talk.heard()) if one.name == "ask_size"), heard)
    choice = _offered(talk, heard, "forget it")
    return choice if choice == "forget it" else talk.chance.choice((f"size {choice}", choice, f"{choice} please"))


def _colour(talk: _Talk, heard: Heard) -> str:
    if heard.name == "ask_colour_again":
        heard = next((one for one in reversed(talk.heard()) if one.name == "ask_colour"), heard)
    return _offered(talk, heard, "forget it")


def _amount(talk: _Talk, _heard: Heard) -> str:
    highest = [heard.slots for heard in talk.heard() if heard.name == "amount_too_high"]
    if highest:
        return next((slot for slot in highest[-1].values() if "EUR" in slot), "10 EUR")
    cents = int(talk.persona.facts.get("amount", 1000))
    plain = f"{cents // 100}.{cents % 100:02d}" if cents % 100 else f"{cents // 100}"
    return talk.chance.choice((f"{plain} EUR", f"€ {plain.replace('.', ',')}", f"{plain} euros", f"I want {plain} EUR"))


def _fact(name: str, fallback: str) -> Callable[[_Talk, Heard], str]:
    return lambda talk, _heard: str(talk.persona.facts.get(name, fallback))


def _swap(talk: _Talk, _heard: Heard) -> str:
    return "another colour" if talk.persona.facts.get("swap") == "colour" else "another size"


def _say_it_again(talk: _Talk, _heard: Heard) -> str:
    """Who was asked answers once more, in one word; who was not tells what they want, plainly."""
    asked = [heard for heard in talk.heard() if heard.name != "not_understood"]
    if asked and asked[-1].name.startswith("confirm_"):
        return "yes" if _agrees(talk, asked[-1]) else "no"
    return _wish(talk.persona)


_REPLIES: dict[str, Callable[[_Talk, Heard], str]] = {
    "ask_email": _email,
    "ask_postcode": _which_postcode,
    "ask_order_number": _order_number,
    "ask_address": _fact("address", "forget it"),
    "ask_note": _fact("note", "forget it"),
    "ask_return_reason": _fact("reason", "too small"),
    "ask_extent": _fact("extent", "everything"),
    "ask_line": _fact("line", "1"),
    "ask_size_or_colour": _swap,
    "ask_size": _size,
    "ask_colour": _colour,
    "ask_size_for_stock": lambda talk, _heard: f"size {talk.persona.facts.get('size', '42')}",
    "ask_article": _fact("article", "Fennel trail shoe"),
    "ask_amount": _amount,
    "ask_what_is_wrong": _fact("wrong", "it is broken"),
    "ask_what_came": lambda talk, _heard: f"I got a water bottle instead of the {talk.persona.facts.get('article')}",
    "ask_remedy": _fact("remedy", "send it again please"),
    "anything_else": lambda _talk, _heard: "no, that is all",
    "greeting": _say_it_again,
    "not_understood": _say_it_again,
}

_PLAIN = {
    "where_is_my_order": "Where is my order {order}?",
    "where_is_delivered_order": "Where is my order {order}?",
    "return_order": "I want to send back order {order}",
    "return_too_late": "I want to send back order {order}",
    "where_is_my_refund": "Where is my refund for {order}?",
    "cancel_order": "I want to cancel my order {order}",
    "cancel_packed_order": "I want to cancel my order {order}",
    "cancel_too_late": "I want to cancel my order {order}",
    "exchange": "I want to exchange an article from {order}",
    "damaged_goods": "An article from {order} arrived damaged and I want some money back",
    "injection": "An article from {order} arrived damaged and I want some money back",
    "change_address": "I want to change the delivery address of {order}",
    "change_address_too_late": "I want to change the delivery address of {order}",
    "invoice_copy": "Please send me the invoice for {order}",
    "change_items": "I want another {swap} in my order {order} before it is sent",
    "delivery_note": "I want to add a delivery note to {order}",
    "late_parcel": "My parcel {order} is late",
    "lost_parcel": "My parcel {order} is lost",
    "not_received": "I did not receive my parcel {order}",
    "threat": "Where is my order {order}?",
    "withdraw_return": "I want to withdraw my return of {order}",
    "close_account": "Please close my account",
    "close_account_too_early": "Please close my account",
    "wrong_article": "I got the wrong article in {order}",
    "stock": "Do you have the {article} in stock in size {size}?",
    "question": "What is your return policy?",
    "somebody_elses_order": "I want to cancel order {other}",
}


def _cents(text: str) -> int | None:
    """`50.01 EUR` as 5001; None where it is no amount."""
    number, _, currency = text.strip().partition(" ")
    whole, _, rest = number.replace(",", "").partition(".")
    return int(whole) * 100 + int(rest or 0) if currency and whole.isdigit() and (rest or "0").isdigit() else None
