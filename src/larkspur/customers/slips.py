"""Slips: how fingers miss keys. Never inside what has a digit or an @: numbers and addresses are copied, not typed."""

import random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: [row[place + step] for step in (-1, 1) if 0 <= place + step < len(row)]
    for row in _ROWS
    for place, key in enumerate(row)
}
# A word shorter than this is typed right, or nobody would understand it.
_SHORTEST = 5


def slip(text: str, chance: random.Random, share: float) -> str:
    """The text with about `share` (0 to 1) of its longer words misspelt."""
    return " ".join(_slipped(word, chance) if chance.random() < share else word for word in text.split(" "))


def _slipped(word: str, chance: random.Random) -> str:
    if len(word) < _SHORTEST or not word.isascii() or any(sign.isdigit() or sign == "@" for sign in word):
        return word
    places = [place for place in range(1, len(word) - 1) if word[place].isalpha()]
    if not places:
        return word
    place = chance.choice(places)
    kind = chance.randrange(3)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
    near = _NEIGHBOURS.get(word[place].lower())
    return word if not near else word[:place] + chance.choice(near) + word[place + 1 :]
