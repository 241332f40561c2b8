"""Which lexicons answers are read with: the customer's language first, then the others that are served."""

import functools
from collections.abc import Sequence

from aboveloop.understand.words.answers_de import GERMAN
from aboveloop.understand.words.answers_en import ENGLISH
from aboveloop.understand.words.answers_es import SPANISH
from aboveloop.understand.words.answers_fr import FRENCH
from aboveloop.understand.words.lexicon import Lexicon

LEXICONS: dict[str, Lexicon] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}


def lexicons_of(served: Sequence[str], first: str | None = None) -> tuple[Lexicon, ...]:
    """English is read everywhere: "ok" and "yes" are written by everybody."""
    return _lexicons(tuple(served), first)


@functools.lru_cache(maxsize=64)
def _lexicons(served: tuple[str, ...], first: str | None) -> tuple[Lexicon, ...]:
    ordered = dict.fromkeys([*([first] if first in served else []), *served, "en"])
    return tuple(LEXICONS[language] for language in ordered if language in LEXICONS)
