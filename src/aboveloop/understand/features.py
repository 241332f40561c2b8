"""From a text to numbers: stemmed words and pairs of them, and runs of letters inside words, by TF-IDF."""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from aboveloop.understand.cleaning import folded

# What a message is about stands in its first 2,000 characters; every feature costs time.
_CHARACTERS = 2_000
_NAMED = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\b[a-z]{1,4}[-#]?\d[\d-]{2,}\b|\b\d[\d.,:/-]*\b|[€$£]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")
_ENDINGS = ("ation", "ing", "ies", "ed", "es", "ly", "s", "e")
_LONGEST_WORD = 30
_GRAMS = (2, 3, 4)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Vocabulary:
    """Features with their place and weight. Words come first: places below `words` are of the word block.

    `single` are the places of words that stand alone, `unseen` the weight of a word that no example holds.
    """

    places: dict[str, int]
    idf: Floats
    words: int
    single: NDArray[np.intp]
    unseen: float

    @classmethod
    def of(cls, counted: Sequence[tuple[Counter[str], Counter[str]]]) -> "Vocabulary":
        word_names = sorted({name for words, _ in counted for name in words})
        gram_names = sorted({name for _, grams in counted for name in grams})
        places = {name: place for place, name in enumerate([*word_names, *gram_names])}
        seen = np.zeros(len(places))
        for words, grams in counted:
            for name in (*words, *grams):
                seen[places[name]] += 1
        idf = inverse_frequency(seen, len(counted))
        single = np.array([places[name] for name in word_names if " " not in name], dtype=np.intp)
        return cls(places, idf, len(word_names), single, float(inverse_frequency(np.zeros(1), len(counted))[0]))

    def vector(self, words: Counter[str], grams: Counter[str]) -> tuple[NDArray[np.intp], Floats, float]:
        """Places and values of one text, each block of length one, and the share of known words, by their weight."""
        at, values = self._block(words)
        at_grams, gram_values = self._block(grams)
        return np.concatenate([at, at_grams]), np.concatenate([values, gram_values]), self._known(words)

    def _known(self, words: Counter[str]) -> float:
        known, total = 0.0, 0.0
        for name in words:
            if " " not in name:
                place = self.places.get(name)
                weight = self.unseen if place is None else float(self.idf[place])
                total += weight
                known += weight if place is not None else 0.0
        return known / total if total else 0.0

    def _block(self, counts: Counter[str]) -> tuple[NDArray[np.intp], Floats]:
        pairs = [(self.places[name], count) for name, count in counts.items() if name in self.places]
        if not pairs:
            return np.empty(0, dtype=np.intp), np.empty(0)
        at = np.array([place for place, _ in pairs], dtype=np.intp)
        values = (1.0 + np.log(np.array([count for _, count in pairs], dtype=float))) * self.idf[at]
        return at, values / np.sqrt(np.einsum("i,i", values, values))


def inverse_frequency(seen: Floats, texts: int) -> Floats:
    """Smoothed inverse document frequency: ln((1 + texts) / (1 + seen)) + 1 (Salton; scikit-learn's form)."""
    weights: Floats = np.log((1.0 + texts) / (1.0 + seen)) + 1.0
    return weights


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


def count_matrix(
    counted_texts: Iterable[tuple[Counter[str], Counter[str]]], vocabulary: Vocabulary
) -> sparse.csr_array:
    """One row a text, one column a feature: 1 + ln(count), before weighting."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    size = 0
    for row, (words, grams) in enumerate(counted_texts):
        size = row + 1
        for counts in (words, grams):
            for name, count in counts.items():
                place = vocabulary.places.get(name)
                if place is not None:
                    rows.append(row)
                    columns.append(place)
                    values.append(1.0 + float(np.log(count)) if count > 1 else 1.0)
    return sparse.csr_array((values, (rows, columns)), shape=(size, len(vocabulary.places)))


def weighted(counts: sparse.csr_array, idf: Floats, words: int) -> sparse.csr_array:
    """TF-IDF rows with the word block and the letter block each scaled to length one."""
    blocks = []
    for begin, end in ((0, words), (words, counts.shape[1])):
        block = sparse.csr_array(counts[:, begin:end]) * idf[begin:end]
        lengths = np.sqrt(np.asarray((block * block).sum(axis=1)).ravel())
        lengths[lengths == 0.0] = 1.0
        blocks.append(sparse.csr_array(block / lengths[:, None]))
    return sparse.csr_array(sparse.hstack(blocks))
