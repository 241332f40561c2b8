"""Replying: what a customer answers to each question and each proposal of the shop."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from larkspur.customers.hearing import Heard
from larkspur.customers.opening import in_other_words, typed
from larkspur.customers.personas import Persona
from larkspur.customers.words import say

_ORDER = re.compile(r"LK-\d{6}")
_AMOUNT = re.compile(r"([\d.,]+) EUR")
# Questions where everything that is written is taken for the answer; nobody asks something else there.
_TAKES_ALL = ("ask_what_is_wrong", "ask_what_came", "ask_note", "ask_address")
# Of those for whom a colleague changed an amount, so many take what they get.
_TAKES_LESS = 0.8


@dataclass(frozen=True)
class Asked:
    """A question or proposal and how often it came; what was written and heard; what the wish agrees to, ends with."""

    heard: Heard
    times: int
    own: tuple[str, ...]
    before: tuple[Heard, ...]
    confirms: tuple[str, ...]
    ends: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.heard.name.removesuffix("_again")

    def has_heard(self, *names: str) -> bool:
        return any(one.name in names for one in self.before)

    def has_written(self, words: str) -> bool:
        return any(words in one for one in self.own)


def allows_digression(name: str) -> bool:
    """Whether a customer may ask something else first where the shop has just said `name`."""
    return name.startswith(("ask_", "confirm_")) and name.removesuffix("_again") not in _TAKES_ALL


def reply(persona: Persona, asked: Asked) -> str:
    """What this customer answers."""
    chance = persona.chance("reply", len(asked.own))
    if asked.kind.startswith("confirm_"):
        return _confirm(persona, asked, chance)
    answer = _ANSWERS.get(asked.kind)
    if answer is None:
        return say("what", chance, {})
    return answer(persona, asked, chance)


def _confirm(persona: Persona, asked: Asked, chance: random.Random) -> str:
    if asked.kind not in asked.confirms:
        if asked.times > 1 or asked.has_heard(*asked.ends):
            return say("no_plain", chance, {})
        return f"{say('not_that', chance, {})}. {in_other_words(persona, len(asked.own))}"
    shown = asked.heard.slots.get("args.order_id") or asked.heard.slots.get("order.order_id")
    if shown is not None and shown != persona.order and shown != persona.facts.get("strange_order"):
        return say("other_order", chance, persona.facts) if asked.times < 3 else say("no", chance, {})
    if persona.declines:
        return say("no", chance, {})
    if asked.kind == "confirm_refund":
        return _confirm_amount(persona, asked, chance)
    return _yes(asked, chance)


def _confirm_amount(persona: Persona, asked: Asked, chance: random.Random) -> str:
    """Yes to the amount that was asked for; a colleague may have made it less."""
    if asked.has_heard("please_wait_for_approval") and persona.chance("takes less").random() > _TAKES_LESS:
        return say("no", chance, {})
    mind_changes = persona.chance("another amount").random() < 0.08 and not asked.has_heard("please_wait_for_approval")
    if mind_changes and asked.times == 1 and persona.facts["amount"].isdigit():
        less = {"amount": str(max(5, int(persona.facts["amount"]) - 5))}
        return say("amount_other", chance, less)
    return _yes(asked, chance)


def _yes(asked: Asked, chance: random.Random) -> str:
    return say("yes" if asked.times == 1 else "yes_plain", chance, {})


def _email(persona: Persona, asked: Asked, chance: random.Random) -> str:
    if asked.has_heard("could_not_identify") or persona.goal == "claimed_identity":
        return _both(persona, asked, chance)
    if persona.wrong_email and not asked.has_written(persona.wrong_email):
        return say("email_unsure", chance, persona.facts | {"email": persona.wrong_email})
    return say("email", chance, persona.facts)


def _both(persona: Persona, asked: Asked, chance: random.Random) -> str:
    facts = persona.facts
    if persona.goal == "claimed_identity":
        # Somebody who is not who they say they are guesses postcodes.
        guess = f"{chance.randrange(1000, 9999)} {''.join(chance.choice('ABCDEGHK') for _ in range(2))}"
        facts = facts | {"email": facts["strange_email"], "postcode": guess}
    return say("both_again", chance, facts)


def _postcode(persona: Persona, asked: Asked, chance: random.Random) -> str:
    if persona.goal == "claimed_identity":
        return _both(persona, asked, chance)
    return say("postcode", chance, persona.facts)


def _order_number(persona: Persona, asked: Asked, chance: random.Random) -> str:
    """The right one in the end; before that perhaps a mistyped one, or another of their own."""
    strange = persona.facts.get("strange_order", "")
    if persona.goal == "somebody_elses_order":
        return say("order_number", chance, persona.facts | {"order": strange})
    for wrong in (persona.wrong_order, persona.other_order):
        if wrong and not asked.has_written(wrong) and not asked.has_written(persona.order):
            return say("order_number", chance, persona.facts | {"order": wrong})
    corrected = asked.has_heard("no_such_order") or asked.has_written("other order")
    return say("order_other" if corrected else "order_number", chance, persona.facts)


def _line(persona: Persona, asked: Asked, chance: random.Random) -> str:
    by_name = asked.times == 1 and chance.random() < 0.15
    return say("line_words" if by_name else "line", chance, persona.facts)


def _size(persona: Persona, asked: Asked, chance: random.Random) -> str:
    """The size they wish for if it is offered, else the first that is."""
    offered = _offered(asked)
    if offered == []:
        return say("nothing_fits", chance, {})
    wished = persona.facts["size"]
    size = wished if offered is None or wished in offered else offered[0]
    return say("size", chance, {"size": size})


def _colour(persona: Persona, asked: Asked, chance: random.Random) -> str:
    offered = _offered(asked)
    if offered == []:
        return say("nothing_fits", chance, {})
    wished = persona.facts["colour"]
    return say("colour", chance, {"colour": wished if offered is None or wished in offered else offered[0]})


def _offered(asked: Asked) -> list[str] | None:
    """What the shop listed; None where it listed nothing."""
    lists = [listed for gap, listed in asked.heard.slots.items() if gap.startswith("joined(")]
    return [one for one in lists[0].split(", ") if one] if lists else None


def _amount(persona: Persona, asked: Asked, chance: random.Random) -> str:
    limits = [one.slots for one in asked.before if one.name == "amount_too_high"]
    if limits:
        found = [_AMOUNT.search(shown) for shown in limits[-1].values()]
        most = next((match.group(1) for match in found if match), persona.facts["most"])
        return say("amount_most", chance, {"most": f"{most} EUR"})
    plainly = {"amount": persona.facts["amount"]}
    return say("amount", chance, plainly) if asked.times == 1 else f"{plainly['amount']} EUR"


def _of(kind: str, fact: str, plain: str | None = None) -> Callable[[Persona, Asked, random.Random], str]:
    """A choice: in their own words at first, in the shop's when it asks again."""

    def answer(persona: Persona, asked: Asked, chance: random.Random) -> str:
        again = plain is not None and asked.times > 1
        chosen = say(plain if again and plain else kind, chance, {}, of=persona.facts[fact])
        return chosen if again else typed(persona, chosen, kind, len(asked.own))

    return answer


def _simply(kind: str) -> Callable[[Persona, Asked, random.Random], str]:
    return lambda persona, asked, chance: say(kind, chance, persona.facts)


def _size_or_colour(persona: Persona, asked: Asked, chance: random.Random) -> str:
    tried = asked.has_heard("variant_not_in_stock") or asked.has_heard("ask_size", "ask_colour")
    swap = {"size": "colour", "colour": "size"}[persona.facts["swap"]] if tried else persona.facts["swap"]
    return say("size_or_colour", chance, {"swap": swap}) if asked.times == 1 else swap


def _stock_size(persona: Persona, asked: Asked, chance: random.Random) -> str:
    return say("size", chance, {"size": persona.facts["stock_size"]})


_ANSWERS: dict[str, Callable[[Persona, Asked, random.Random], str]] = {
    "ask_email": _email,
    "ask_postcode": _postcode,
    "ask_order_number": _order_number,
    "ask_line": _line,
    "ask_size_or_colour": _size_or_colour,
    "ask_size": _size,
    "ask_colour": _colour,
    "ask_size_for_stock": _stock_size,
    "ask_amount": _amount,
    "ask_return_reason": _of("reason", "reason", "reason_again"),
    "ask_extent": _of("extent", "extent", "extent_again"),
    "ask_remedy": _of("remedy", "remedy", "remedy_again"),
    "ask_address": _simply("address"),
    "ask_note": _simply("note"),
    "ask_what_is_wrong": _simply("damage"),
    "ask_what_came": _simply("came"),
    "ask_article": _simply("article"),
}
