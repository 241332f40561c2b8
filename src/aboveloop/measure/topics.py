"""New topics: messages that the reader could not place, put together by what they are about and named by their words.

Likeness by meaning where embeddings are given, else by words (TF-IDF); average linkage over cosine distances.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aboveloop.kit.clock import iso

Floats = NDArray[np.float64]
Embed = Callable[[Sequence[str]], Floats]

# A topic is what at least so many people wrote about: fewer are single messages, and their words could name somebody.
FEWEST_PEOPLE = 3
# All pairs are compared: more than this takes memory by the gigabyte. The latest are taken.
MOST_MESSAGES = 2_000
# Farther apart than this, on average, two groups are about different things. Chosen on CLINC150 with ten intents hidden
# (`benches/topics.py`, seeds 0 to 2; seeds 10 to 13 agree). By words 0.7 would do better there, but a few messages that
# are all about one thing would fall apart: where every message holds a word, it weighs little.
APART_BY_WORDS, APART_BY_MEANING = 0.9, 0.5
# An intent may be two where what lies between its halves is so much farther than what lies within.
CLEARLY_APART = 1.5
WORDS_NAMED = 4
SAMPLES = 3
_WORD = re.compile(r"[^\W\d_]{3,}")
_PLACEHOLDER = re.compile(r"\[[a-z]+\]")
# Words that say nothing of what a message is about, in the four languages served. Shorter ones are no words here.
_EMPTY_WORDS = """
the and for you your can could would will with have has had this that what when where which who how why are
was were been from not but any all get got want need please hello thanks thank there here they them then than
just like about into out our its his her she him does did doing don won isn yes also some more may might
should know tell let der die das den dem des ein eine einen einem einer und oder aber ist sind war waren bin
hat habe haben hatte wird werden wurde kann kannst können könnte könnten möchte möchten wollen soll muss ich
mich mir mein meine meinen meinem meiner wir uns unser sie ihr ihre ihren ihnen mit von vom für auf aus bei
beim nach über unter zum zur nicht kein keine noch auch nur schon sehr wie wann wer warum wieso welche welcher
welches dass wenn weil als dann doch denn hier dort bitte hallo danke gibt geht man mal etwas les une est sont
était avec pour par dans sur sous mon mes ton tes son ses notre nos votre vos leur leurs que qui quoi quand
comment pourquoi quel quelle quels quelles est-ce mais donc car pas plus très aussi encore déjà cette ces cela
ceci peux peut pouvez pourrais pourriez puis-je puis veux voudrais voulez vous nous ils elles elle moi ont
avez avons suis être avoir fait faire bonjour merci plaît svp fois los las una unos unas con por para del está
están estoy ser era fue tengo tiene tienen había hay qué quién cuándo cómo dónde cuál cuáles porque pero como
más muy también todavía este esta esto estos estas ese esa eso aquel mis sus nuestro nuestra puedo puede
pueden podría quiero quisiera necesito hacer hola gracias favor usted ustedes ellos ellas
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


@dataclass(frozen=True)
class Unplaced:
    """A message that was not understood. `person` is who wrote it: topics count people, not messages."""

    name: str
    text: str
    person: str
    at: datetime


@dataclass(frozen=True)
class Topic:
    """A group of messages. `key` stays the same while its words do; `by_week` counts them by ISO week (`2026-W09`)."""

    key: str
    words: tuple[str, ...]
    messages: int
    people: int
    by_week: tuple[tuple[str, int], ...]
    samples: tuple[str, ...]
    first: datetime
    last: datetime

    @property
    def title(self) -> str:
        return ", ".join(self.words)

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "words": [*self.words],
            "messages": self.messages,
            "people": self.people,
            "by_week": [[*each] for each in self.by_week],
            "samples": [*self.samples],
            "first": iso(self.first),
            "last": iso(self.last),
        }


def topics_of(messages: Sequence[Unplaced], *, embed: Embed | None = None) -> list[Topic]:
    """The topics among these messages, the largest first; what fits nothing else is left out.

    Words that fewer than three people use name nothing, so that no topic is called after somebody.
    """
    kept = sorted(messages, key=lambda each: each.at)[-MOST_MESSAGES:]
    if len(kept) < FEWEST_PEOPLE:
        return []
    said = [_words(each.text) for each in kept]
    points = _points(kept, said, embed)
    groups = _members(kept, points, APART_BY_WORDS if embed is None else APART_BY_MEANING)
    spread = Counter(word for words in said for word in words)
    usual = sum(spread.values()) / max(1, len(groups))
    forms = _forms([each.text for each in kept])
    found = []
    for places in groups:
        words = _telling([(said[place], kept[place].person) for place in places], spread, usual)
        if words:
            closest = _most_typical(points[places])
            shown = tuple(forms[word] for word in words)
            found.append(_topic(shown, [kept[place] for place in places], closest))
    return sorted(found, key=lambda each: (-each.people, each.title))


def members_of(messages: Sequence[Unplaced], *, embed: Embed | None = None) -> list[list[int]]:
    """The places of the messages of each topic, before any is named."""
    if len(messages) < FEWEST_PEOPLE:
        return []
    points = _points(messages, [_words(each.text) for each in messages], embed)
    return _members(messages, points, APART_BY_WORDS if embed is None else APART_BY_MEANING)


def split_of(texts: Sequence[str], *, embed: Embed | None = None) -> tuple[list[int], list[int]] | None:
    """Two groups of places in `texts` that stand clearly apart, or None: an intent that may be two."""
    if len(texts) < 2 * FEWEST_PEOPLE + 2:
        return None
    points = _by_words([_words(text) for text in texts]) if embed is None else embed(texts)
    distances = _distances(points)
    groups = _grouped(distances, 2, "maxclust")
    one, other = np.flatnonzero(groups == 1), np.flatnonzero(groups == 2)
    if min(len(one), len(other)) < max(FEWEST_PEOPLE, len(texts) // 4):
        return None
    pairs = len(one) * (len(one) - 1) + len(other) * (len(other) - 1)
    within = (distances[np.ix_(one, one)].sum() + distances[np.ix_(other, other)].sum()) / pairs
    between = float(distances[np.ix_(one, other)].mean())
    return (one.tolist(), other.tolist()) if between > CLEARLY_APART * within else None


def naming_words(texts: Sequence[str], others: Sequence[str], *, most: int = WORDS_NAMED) -> tuple[str, ...]:
    """The words that tell `texts` from `others`."""
    forms = _forms(texts)
    inside = Counter(word for text in texts for word in set(_words(text)))
    outside = Counter(word for text in others for word in set(_words(text)))
    scores = {word: many / len(texts) - outside[word] / max(1, len(others)) for word, many in inside.items()}
    telling = [word for word, score in scores.items() if inside[word] > 1 and score > 0]
    return tuple(forms[word] for word in sorted(telling, key=lambda word: (-scores[word], word))[:most])


def _topic(words: tuple[str, ...], of: Sequence[Unplaced], closest: Sequence[int]) -> Topic:
    weeks = Counter(f"{each.at:%G-W%V}" for each in of)
    return Topic(
        key="topic-" + hashlib.sha256(" ".join(sorted(words)).encode()).hexdigest()[:12],
        words=words,
        messages=len(of),
        people=len({each.person for each in of}),
        by_week=tuple(sorted(weeks.items())),
        samples=tuple(of[place].name for place in closest[:SAMPLES]),
        first=min(each.at for each in of),
        last=max(each.at for each in of),
    )


def _most_typical(points: Floats) -> list[int]:
    """Places in the order of their likeness to the middle."""
    likeness = points @ points.mean(axis=0)
    return [int(place) for place in np.argsort(-likeness, kind="stable")]


def _points(messages: Sequence[Unplaced], said: Sequence[Sequence[str]], embed: Embed | None) -> Floats:
    return _by_words(said) if embed is None else embed([each.text for each in messages])


def _members(messages: Sequence[Unplaced], points: Floats, apart: float) -> list[list[int]]:
    groups = _grouped(_distances(points), apart, "distance")
    every = [np.flatnonzero(groups == group).tolist() for group in sorted(set(groups.tolist()))]
    return [places for places in every if len({messages[place].person for place in places}) >= FEWEST_PEOPLE]


def _telling(of: Sequence[tuple[Sequence[str], str]], spread: Counter[str], usual: float) -> tuple[str, ...]:
    """The words that are frequent here and rare elsewhere, each said by at least three people: TF-IDF with the topic as
    one text, tf * ln(1 + usual / spread), `usual` being the words of a topic on average (Grootendorst 2022).

    `of`: words, person. Who says a word twice says it once.
    """
    users: dict[str, set[str]] = defaultdict(set)
    for words, person in of:
        for word in words:
            users[word].add(person)
    scores = {
        word: len(people) * float(np.log(1 + usual / spread[word]))
        for word, people in users.items()
        if len(people) >= FEWEST_PEOPLE
    }
    return tuple(sorted(scores, key=lambda word: (-scores[word], word))[:WORDS_NAMED])


def _distances(points: Floats) -> Floats:
    """Cosine distances, a row and a column for each point; what says nothing is far from everything."""
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    directions = points / np.where(lengths == 0, 1, lengths)
    found = np.clip(1.0 - directions @ directions.T, 0.0, 2.0)
    np.fill_diagonal(found, 0.0)
    return np.asarray(found, dtype=np.float64)


def _grouped(distances: Floats, limit: float, criterion: str) -> NDArray[np.int_]:
    """The number of the group that each point falls into."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 -- slow to import, needed once a night

    above = distances[np.triu_indices(len(distances), 1)]
    return np.asarray(fcluster(linkage(above, method="average"), limit, criterion=criterion))


def _by_words(said: Sequence[Sequence[str]]) -> Floats:
    """TF-IDF rows of length one; of a text without a word that others use, nothing."""
    spread = Counter(word for words in said for word in set(words))
    known = sorted(word for word, many in spread.items() if many > 1)
    place_of = {word: place for place, word in enumerate(known)}
    rows = np.zeros((len(said), max(1, len(known))))
    for row, words in enumerate(said):
        for word in words:
            if word in place_of:
                rows[row, place_of[word]] += 1
    if known:
        rows *= np.array([np.log(len(said) / spread[word]) + 1 for word in known])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths))


def _words(text: str) -> list[str]:
    """What may tell what a text is about: words without their endings."""
    return [_stem(word) for word in _written(text)]


def _written(text: str) -> list[str]:
    """Words as they stand; placeholders such as [name] and words that say nothing left out."""
    return [word for word in _WORD.findall(_PLACEHOLDER.sub(" ", text.lower())) if word not in _EMPTY]


def _forms(texts: Sequence[str]) -> dict[str, str]:
    """By word without ending, the form of it that is written most."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for word in _written(text):
            seen[_stem(word)][word] += 1
    return {stem: min(forms, key=lambda form: (-forms[form], form)) for stem, forms in seen.items()}


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word
