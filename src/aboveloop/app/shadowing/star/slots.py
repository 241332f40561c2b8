"""Which values of a query a customer has given, told by the words that clerks put into their queries.

Nobody wrote down which words are a day or a venue: a word is a value of the argument in whose place clerks put it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from aboveloop.app.shadowing.star.dialogues import Moment
from aboveloop.app.shadowing.star.wording import plain_words

# A word that stood in an argument twice may stand there by chance; one that mostly stands elsewhere says little.
_OFTEN, _SHARE = 3, 0.2
# What clerks write around a value: how it is compared.
_AROUND = re.compile(r"\bapi\.\w+")


@dataclass(frozen=True)
class Slots:
    """By argument the words that are values of it."""

    words: Mapping[str, Collection[str]]

    def given(self, text: str) -> Mapping[str, frozenset[str]]:
        """The arguments for which there are words in a text, with those words."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for word in plain_words(text):
            for argument in self._arguments.get(word, ()):
                found[argument].add(word)
        return {argument: frozenset(words) for argument, words in found.items()}

    @cached_property
    def _arguments(self) -> Mapping[str, tuple[str, ...]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for argument, words in self.words.items():
            for word in words:
                found[word].append(argument)
        return {word: tuple(arguments) for word, arguments in found.items()}


def learn_slots(moments: Iterable[Moment]) -> Slots:
    """Learn from the queries before each moment; the same value in one dialogue counts once."""
    values = {(each.dialogue, *pair) for each in moments for pair in each.asked_with.items()}
    times = Counter((argument, word) for _, argument, value in values for word in value_words(value))
    anywhere: Counter[str] = Counter()
    for (_, word), count in times.items():
        anywhere[word] += count
    found: defaultdict[str, list[str]] = defaultdict(list)
    for (argument, word), count in sorted(times.items()):
        if count >= _OFTEN and count >= _SHARE * anywhere[word]:
            found[argument].append(word)
    return Slots({argument: tuple(words) for argument, words in found.items()})


def value_words(value: str) -> set[str]:
    """The words of a value as a clerk wrote it into a query."""
    return {word for word in plain_words(_AROUND.sub("", value)) if len(word) > 1 or word.isdigit()}
