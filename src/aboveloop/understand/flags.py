"""What makes a message delicate: threats, law, self-harm, orders to the machine, anger, haste. Decides nothing."""

from collections.abc import Sequence

from aboveloop.understand.cues import Cues
from aboveloop.understand.words.dangers import Dangers
from aboveloop.understand.words.flags_de import GERMAN
from aboveloop.understand.words.flags_en import ENGLISH
from aboveloop.understand.words.flags_es import SPANISH
from aboveloop.understand.words.flags_fr import FRENCH

DANGERS: dict[str, Dangers] = {one.language: one for one in (ENGLISH, GERMAN, FRENCH, SPANISH)}
# A sentence in capitals with an exclamation mark is shouted; a single word, a code or a brand is not.
_SHOUTED_LETTERS = 20
_SHOUTED_SHARE = 0.8


def flags_of(text: str, plain: str, languages: Sequence[str] = ("en",)) -> tuple[str, ...]:
    """The flags of a message, in a fixed order.

    `text` as it was written and `plain`, the same folded line by line: an order to the machine likes to begin a line.
    English is always looked for beside `languages`: orders to machines are written in it by everybody.
    """
    dangers = [ENGLISH, *(DANGERS[language] for language in languages if language in DANGERS and language != "en")]
    spelled = [(one, one.spelled(plain)) for one in dangers]
    found = [
        name
        for name in ("threat", "legal", "self_harm", "injection")
        if any(one.patterns[name].search(own) for one, own in spelled)
    ]
    if _is_shouted(text) or any(_is_angry(one, own) for one, own in spelled):
        found.append("angry")
    if Cues.of(languages).is_urgent(plain):
        found.append("urgent")
    return tuple(found)


def _is_angry(dangers: Dangers, plain: str) -> bool:
    matches = dangers.patterns["angry"].finditer(plain)
    return any(not dangers.patterns["not_angry"].search(plain[: match.start()][-30:]) for match in matches)


def _is_shouted(text: str) -> bool:
    if "!" not in text:
        return False
    letters = [letter for letter in text if letter.isalpha()]
    loud = sum(letter.isupper() for letter in letters)
    return len(letters) >= _SHOUTED_LETTERS and loud >= _SHOUTED_SHARE * len(letters)
