"""Settling: several values of one entity in a message. "1001, no sorry, 1002" corrects; "42 instead of 43" replaces;
"LK-1 and LK-2" lists; whatever else names two different ones is a conflict, and the customer is asked.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from aboveloop.operation.models import Entity
from aboveloop.understand.cleaning import folded
from aboveloop.understand.readings import USABLE, Found

# A value that was taken back is still shown to people, and never acted on.
_TAKEN_BACK = 0.2
_KINDS = frozenset({"pattern", "email", "phone", "money", "choice"})
_FURTHEST = 80
# "40 to 41" changes a size; "LK-100200 to LK-100311" changes nothing.
_SHORT_VALUE = 6

_CORRECTED = re.compile(
    r"\b(?:no|nope|sorry|i\smean|i\smeant|meant|wait|scratch\sthat|correction|rather|actually|oops|make\sthat|should\sbe|"
    r"nein|quatsch|ich\smeine|ich\smeinte|korrektur|moment|vielmehr|beziehungsweise|bzw|doch|stopp|"
    r"non|pardon|je\sveux\sdire|je\svoulais\sdire|plutôt|erreur|enfin|"
    r"perdón|perdon|quiero\sdecir|quise\sdecir|digo|mejor\sdicho|espera|corrección)\b"
)
_INSTEAD = re.compile(
    r"\b(?:instead\sof|rather\sthan|in\splace\sof|and\snot|not|statt|anstatt|anstelle\svon|und\snicht|nicht|"
    r"au\slieu\s(?:de|du|des)|plutôt\sque|et\s(?:non|pas)|pas|en\svez\sde(?:l)?|en\slugar\sde(?:l)?|y\sno|no)\s*"
    r"(?:(?:the|a|an|die|der|das|la|le|el|size|größe|groesse|taille|pointure|talla|number)\s?)*$"
)
_BECOMES = re.compile(
    r"^(?:to|for|into|against|by|with|gegen|auf|in|zu|durch|contre|par|en|pour|por|a|con)?\s?(?:an?|the|size|eine?[nrm]?|größe|groesse|du|un|une|la|taille|pointure|talla|número)*$"
)
_LISTS = re.compile(
    r"^[\s,]*(?:and|&|\+|plus|as\swell\sas|und|sowie|et|ainsi\sque|y|e)?[\s,]*"
    r"(?:also|the|order|orders|number|auch|die|bestellung|la|commande|el|pedido|aussi|también)*[\s,]*$"
)


def settled(
    found: tuple[Found, ...], entities: Mapping[str, Entity], text: str
) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """The finds, those taken back no longer usable, and the names of entities whose values contradict each other."""
    dropped: set[int] = set()
    conflicts: list[str] = []
    for name, entity in entities.items():
        if entity.kind not in _KINDS:
            continue
        places = [place for place, one in enumerate(found) if one.name == name and one.confidence >= USABLE]
        for before, after in pairwise(places):
            if before in dropped or found[before].value == found[after].value:
                continue
            loser = _loser(found[before], found[after], text, entity.kind, pair=len(places) == 2)
            if loser is None:
                conflicts.append(name)
            elif loser != "neither":
                dropped.add(before if loser == "former" else after)
    kept = tuple(replace(one, confidence=_TAKEN_BACK) if place in dropped else one for place, one in enumerate(found))
    return kept, tuple(dict.fromkeys(conflicts))


def _loser(before: Found, after: Found, text: str, kind: str, *, pair: bool) -> str | None:
    """Which of two values gives way: the former, the latter, neither; None where nobody can tell."""
    between = folded(text[before.end : after.start])
    if len(between) <= _FURTHEST:
        # In a longer list a "not" is about something else than which of two counts.
        if pair and _INSTEAD.search(between):
            return "latter"
        if _CORRECTED.search(between):
            return "former"
        if _LISTS.match(between) and between:
            return "neither"
        if (kind == "choice" or len(str(before.value)) < _SHORT_VALUE) and _BECOMES.match(between.strip()):
            return "former"
    # Two reasons or two colours are often both meant; the first is asked after as it always was.
    return "neither" if kind == "choice" else None
