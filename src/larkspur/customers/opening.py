"""Opening: the first message of a customer, or the first ones, as they like to write."""

import re

from larkspur.customers.personas import Persona
from larkspur.customers.slips import slip
from larkspur.customers.words import need, say

# What has digits is copied, not typed; a Dutch postcode has two letters behind it.
_COPIED = re.compile(r"(\d{4} [A-Z]{2}\b|\S*[\d@]\S*)")
# Goals whose every word matters are written as they are.
_VERBATIM = ("foreign_language", "threat", "injected_refund", "claimed_identity")


def parts(persona: Persona) -> list[str]:
    """The messages of the opening: one, or a greeting, the need and the details each by itself."""
    chance = persona.chance("opening")
    wish = need(persona.goal, chance, _named(persona), names_order="order" in persona.tells)
    if persona.goal in _VERBATIM:
        return [wish]
    details = _details(persona, wish)
    before = say("before_angry" if persona.mood == "angry" else "before", chance, persona.facts)
    if persona.parts:
        told = [before] if persona.mood != "plain" else []
        return [_typed(persona, part, at) for at, part in enumerate([*told, wish, *([details] if details else [])])]
    pieces = [wish, *([details] if details else [])]
    if persona.mood == "polite":
        pieces = [f"{before},", *pieces, say("after", chance, persona.facts)]
    elif persona.mood == "chatty":
        pieces = [f"{before}!", *pieces, say("story", chance, persona.facts)]
    elif persona.mood == "angry":
        pieces = [*pieces, before]
    return [_typed(persona, _joined(pieces), 0)]


def in_other_words(persona: Persona, at: int) -> str:
    """The need once more, said differently, with the order's number if they know it."""
    chance = persona.chance("anew", at)
    return _typed(persona, need(persona.goal, chance, _named(persona), names_order="order" in persona.tells), at)


def _named(persona: Persona) -> dict[str, str]:
    """Their facts, with the number that they believe to be the right one."""
    believed = persona.wrong_order or persona.other_order or persona.order
    return {**persona.facts, "order": believed}


def _details(persona: Persona, wish: str) -> str:
    chance = persona.chance("details")
    facts = _named(persona) | ({"email": persona.wrong_email} if persona.wrong_email else {})
    told = []
    if "order" in persona.tells and facts["order"] not in wish:
        told.append(say("details_order", chance, facts))
    if "postcode" in persona.tells:
        told.append(say("details_all", chance, facts))
    elif "email" in persona.tells:
        told.append(say("details_email", chance, facts))
    return ", ".join(told)


def _joined(pieces: list[str]) -> str:
    """Pieces as sentences: "Hi, where is it? LK-1, a@b.c Thanks"."""
    text = pieces[0]
    for piece in pieces[1:]:
        text += (" " if text.endswith((".", "!", "?", ",")) else ". ") + piece
    return text


def _typed(persona: Persona, text: str, at: int) -> str:
    return typed(persona, text, "opening", at)


def typed(persona: Persona, text: str, *about: object) -> str:
    """The text as this customer types it: with slips, or without capitals; what has digits stays as it is."""
    slipped = slip(text, persona.chance("slips", *about), persona.slips)
    if not persona.lower:
        return slipped
    return "".join(piece if _COPIED.match(piece) else piece.lower() for piece in _COPIED.split(slipped))
