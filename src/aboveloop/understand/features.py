"""From a text to numbers: stemmed words and pairs of them, and runs of letters inside words, by TF-IDF."""

import functools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from aboveloop.understand.cleaning import folded

# What a message is about stands in its first 2,000 characters; every feature costs time.
_CHARACTERS = 2_000
_NAMED = re.compile(r"(?<!\S)\S+@\S+|https?://\S+|www\.\S+|\b[a-z]{1,4}[-#]?\d[\d-]{2,}\b|\b\d[\d.,:/-]*\b|[€$£]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")
_ENDINGS = ("ation", "ing", "ies", "ed", "es", "ly", "s", "e")
_LONGEST_WORD = 30
_GRAMS = (2, 3, 4)

Floats = NDArray[np.float64]


# What a feature that every text holds weighs.
_LEAST = 1.0


@dataclass(frozen=True)
class Vocabulary:
    """Features of one kind (words with pairs, or letter runs) with their place and their weight.

    `unseen` is the weight of a feature that no example holds: it counts in the length of a text, so that a text full
    of unknown words is close to nothing. `by_intent` tells whether weights come from how many intents have a text that
    holds a feature, or from how many texts do.
    """

    places: dict[str, int]
    idf: Floats
    unseen: float
    by_intent: bool = False

    @classmethod
    def of(cls, counts: Sequence[Counter[str]]) -> "Vocabulary":
        """Weights by how many texts hold a feature."""
        return cls._of(counts, by_intent=False)

    @classmethod
    def of_intents(cls, counts: Sequence[Counter[str]], targets: NDArray[np.intp]) -> "Vocabulary":
        """Weights by how many intents have a text that holds a feature: all that is said of an intent is one document.

        With few texts an intent, that tells better what parts them. `targets` are the places of the texts' intents.
        """
        documents: dict[int, Counter[str]] = {}
        for each, target in zip(counts, targets, strict=True):
            documents.setdefault(int(target), Counter()).update(each.keys())
        return cls._of(list(documents.values()), by_intent=True)

    @classmethod
    def _of(cls, documents: Sequence[Counter[str]], *, by_intent: bool) -> "Vocabulary":
        seen: Counter[str] = Counter()
        for each in documents:
            seen.update(each.keys())
        names = sorted(seen)
        least = _least(len(documents), by_intent=by_intent)
        held = np.array([seen[name] for name in names], dtype=float)
        idf = inverse_frequency(held, len(documents), least)
        unseen = float(inverse_frequency(np.zeros(1), len(documents), least)[0])
        return cls({name: place for place, name in enumerate(names)}, idf, unseen, by_intent)

    def without(self, held: Mapping[str, int], documents: int) -> "Vocabulary":
        """The same as if there had been so many `documents` fewer, and of those that hold a feature as many fewer as
        `held` says. What none holds any more keeps its place, and weighs as what is unseen."""
        before = self._documents()
        left = before - documents
        least = _least(left, by_intent=self.by_intent)
        names = [name for name in held if name in self.places]
        at = np.array([self.places[name] for name in names], dtype=np.intp)
        # How many documents hold a feature is what its weight says, turned back.
        seen = np.exp(self.unseen - self.idf) - 1.0
        seen[at] -= np.array([held[name] for name in names])
        idf = inverse_frequency(np.maximum(0.0, seen), left, least)
        return Vocabulary(
            self.places, idf, float(inverse_frequency(np.zeros(1), left, least)[0]), by_intent=self.by_intent
        )

    def _documents(self) -> int:
        """How many documents there are, from the weight of what none of them holds."""
        logarithm = self.unseen / 1.5 if self.by_intent else self.unseen - _LEAST
        return round(math.exp(logarithm)) - 1

    def rows(self, counts: Sequence[Counter[str]]) -> sparse.csr_array:
        """One row of length one (or less, by what is unknown) for each text, TF-IDF with 1 + ln(count)."""
        ends, at, values = [0], [], []
        for each in counts:
            places, weights = self.vector(each)
            at.append(places)
            values.append(weights)
            ends.append(ends[-1] + len(places))
        shape = (len(counts), len(self.places))
        if not ends[-1]:
            return sparse.csr_array(shape, dtype=np.float32)
        joined = np.concatenate(values).astype(np.float32)
        return sparse.csr_array((joined, np.concatenate(at), np.array(ends)), shape=shape)

    def vector(self, counts: Counter[str]) -> tuple[NDArray[np.intp], Floats]:
        """Places and values of the known features of one text."""
        at, values, square = [], [], 0.0
        for name, count in counts.items():
            place = self.places.get(name)
            value = self.unseen if place is None else float(self.idf[place])
            if count > 1:
                value *= 1.0 + math.log(count)
            square += value * value
            if place is not None:
                at.append(place)
                values.append(value)
        length = math.sqrt(square) or 1.0
        return np.array(at, dtype=np.intp), np.array(values, dtype=float) / length

    def known(self, counts: Counter[str]) -> float:
        """The share of single words that the examples hold, by weight; 0 for a text without words."""
        known, total = 0.0, 0.0
        for name in counts:
            if " " not in name:
                place = self.places.get(name)
                weight = self.unseen if place is None else float(self.idf[place])
                total += weight
                known += weight if place is not None else 0.0
        return known / total if total else 0.0


def inverse_frequency(seen: Floats, documents: int, least: float = _LEAST) -> Floats:
    """Smoothed inverse document frequency: ln((1 + documents) / (1 + seen)) + 1 (Salton; scikit-learn's form), or with
    another `least` for the 1 behind it."""
    weights: Floats = np.log((1.0 + documents) / (1.0 + seen)) + least
    return weights


def _least(documents: int, *, by_intent: bool) -> float:
    """What a feature that every document holds weighs: by intents, a third of what no intent holds, however many
    intents there are. Most features are in few intents, and weights that part them more read worse."""
    return math.log(1.0 + documents) / 2 if by_intent else _LEAST


def counted(text: str) -> tuple[Counter[str], Counter[str]]:
    """Words with pairs, and letter runs, of a text. Numbers, links and addresses say nothing about what is wanted."""
    words = words_of(folded(text[:_CHARACTERS]))
    stems = [stem(word) for word in words]
    single = Counter(stems)
    single.update(f"{first} {second}" for first, second in pairwise(stems))
    grams: Counter[str] = Counter()
    for word in words:
        grams.update(runs(word))
    return single, grams


def words_of(plain: str) -> list[str]:
    """The words of a folded text, without numbers, links and addresses."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(_NAMED.sub(" ", plain))]


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its English ending. Rough on purpose: it only has to be the same for the same word."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@functools.lru_cache(maxsize=20_000)
def runs(word: str) -> tuple[str, ...]:
    """Letter runs of a word with its borders; the mark keeps them apart from words in one vocabulary."""
    bordered = f" {word} "
    return tuple(
        "~" + bordered[start : start + size] for size in _GRAMS for start in range(max(1, len(bordered) - size + 1))
    )
