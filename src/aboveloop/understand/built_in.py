"""Examples of the intents that every operation has, in the languages that it serves."""

import functools
from collections.abc import Mapping, Sequence

from aboveloop.understand.words.built_in_de import GERMAN
from aboveloop.understand.words.built_in_en import ENGLISH
from aboveloop.understand.words.built_in_es import SPANISH
from aboveloop.understand.words.built_in_fr import FRENCH

_BY_LANGUAGE: dict[str, dict[str, tuple[str, ...]]] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}


def built_in(languages: Sequence[str], *, beside: tuple[str, ...] = ("en",)) -> Mapping[str, tuple[str, ...]]:
    """By intent. English is there beside the others: customers everywhere write "thanks" and "human please"."""
    return _built_in((*beside, *languages))


@functools.lru_cache(maxsize=64)
def _built_in(languages: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    spoken = [language for language in dict.fromkeys(languages) if language in _BY_LANGUAGE]
    return {
        intent: tuple(example for language in spoken for example in _BY_LANGUAGE[language][intent])
        for intent in ENGLISH
    }
