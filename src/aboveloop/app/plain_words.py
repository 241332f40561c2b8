"""Plain words: which operation of a system somebody means who asks "can I give 100 EUR back?".

Words are compared by their stems, rarer words counting more. No model: the same question always finds the same.
"""

import functools
import math
import re
from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from aboveloop.govern.rules import parse_rules
from aboveloop.govern.schema import groups_of, operations_of
from aboveloop.operation.models import Operation
from aboveloop.understand.cleaning import folded
from aboveloop.understand.features import stem, words_of

# How much a word counts by where it stands: in the operation's name, in its own words, or in what is said around it.
NAME, WORDS, AROUND = 1.0, 0.8, 0.5
# A word that is often said around an operation tells a little more than one that is said once.
OFTEN = 0.1
# Reads are meant by those who speak of reading; others mean to do something.
READING = 0.1
# A word of an operation's name that was not said speaks against it, a rare one more.
UNSAID = 0.15
# Below this share of what was asked, nobody can tell what is meant; nearer than that, two operations are both meant.
# Chosen on some fifty questions about the three operations that ship.
KNOWN_FROM = 0.45
TELLS_APART = 0.02
NEAREST_SHOWN = 3
TYPO = 84
# A shorter word is too near to too many others to be a slip of the pen.
LONG_ENOUGH = 5

# Words of asking, and of every operation: they say nothing about which one is meant.
SAID_OF_ALL = """
a an the i we you it they my our their us to of for on in at by with and or if is are be can may do does did make made
let allowed allow permitted permit prohibited reviewed without no not any some this that these those what when who how
which from as will would should could shall must have has had ask asking approval approve person worker workers ai human
policy policies rule rules beyond above over below under more less than up most least between exceeding threshold eur
euro euros usd gbp issue perform carry get go use using touch touching put autonomous autonomously automatic
automatically alone own please there here me them him her one facing team teams something amount amounts always
ever never its decide somebody anybody read see view show
"""
# What the trade calls by several names. Neither side names an operation of anybody in particular.
OTHER_WORDS = {
    "sop": "procedure", "sops": "procedure", "playbook": "procedure", "ticket": "case", "tickets": "case",
    "pii": "personal", "private": "personal", "data": "records", "dataset": "records", "support": "advise",
    "supplier": "vendor", "thirdparty": "vendor", "llm": "model", "summarise": "summarise", "summarize": "summarise",
    "summarizing": "summarise", "summarising": "summarise", "summary": "summarise", "summaries": "summarise",
    "reimburse": "refund", "repay": "refund", "payback": "refund", "moneyback": "refund", "finetune": "train",
    "finetuning": "train", "write": "draft", "writing": "draft", "parcel": "order", "package": "order",
}  # fmt: skip
READS = re.compile(r"\b(?:read|see|view|show|list|look up|look at|look into)\b", re.I)
PHRASES = (
    ("look up", "read"),
    ("money back", "moneyback"),
    ("pay back", "payback"),
    ("third party", "thirdparty"),
    ("fine tun", "finetun"),
)


@dataclass(frozen=True)
class Meant:
    """An operation with the share of the question that it accounts for, and the words that it has in common with it."""

    operation: str
    description: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """`best` is None where nobody can tell which operation is meant; `nearest` are the likeliest, best first."""

    best: Meant | None
    nearest: tuple[Meant, ...]


def meaning_of(operation: Operation, text: str, *, with_amount: bool = False) -> Meaning:
    """Which operation `text` names or speaks of. `with_amount`: money is named, so some is moved."""
    index = _index(_ByDigest(operation))
    named = operation.system_operation(text.strip())
    if named is not None:
        exactly = Meant(text.strip(), named.description, 1.0, ())
        return Meaning(exactly, (exactly,))
    asked, reading = index.known_as(text), READS.search(text) is not None
    if not asked:
        return Meaning(None, ())
    found = sorted(
        (index.meant(name, asked, with_amount=with_amount, reading=reading) for name in index.places),
        key=lambda each: (-each.score, each.operation),
    )
    nearest = tuple(each for each in found[:NEAREST_SHOWN] if each.score > 0)
    sure = bool(nearest) and nearest[0].score >= KNOWN_FROM
    apart = len(nearest) < 2 or nearest[0].score - nearest[1].score >= TELLS_APART
    return Meaning(nearest[0] if sure and apart else None, nearest)


def stems_of(text: str) -> list[str]:
    """The stems of a text, in the words that the trade uses most."""
    plain = folded(text.replace("_", " ").replace("-", " ").lower())
    for phrase, word in PHRASES:
        plain = plain.replace(phrase, word)
    return [_single(stem(OTHER_WORDS.get(word, word))) for word in words_of(plain)]


def _single(word: str) -> str:
    """`cancelled` and `cancel` have one stem: a consonant that is doubled before an ending is one."""
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


class _ByDigest:
    """Makes an operation usable as a cache key."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def __hash__(self) -> int:
        return hash(self.operation.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByDigest) and other.operation.digest == self.operation.digest


class _Index:
    """Every operation with the stems of its name, of its own words, and of what is said around it."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        around = _said_around(operation)
        self.places: dict[str, tuple[frozenset[str], frozenset[str], Counter[str]]] = {}
        for name, spec in operations_of(operation):
            own = " ".join((spec.description, spec.says or "", *spec.arguments))
            names = frozenset(stems_of(name.partition(".")[2]))
            self.places[name] = (names, frozenset(stems_of(own)), Counter(stems_of(around[name])))
        spread = Counter(word for names, own, said in self.places.values() for word in {*names, *own, *said})
        count = len(self.places)
        self.weights = {word: math.log((1 + count) / (1 + seen)) + 1 for word, seen in spread.items()}
        self.unseen = math.log(1 + count) + 1
        self.ignored = frozenset(stems_of(SAID_OF_ALL))

    def known_as(self, text: str) -> list[str]:
        """The stems of the question that say something, slips of the pen mended."""
        said = []
        for word in stems_of(text):
            if word in self.ignored or any(character.isdigit() for character in word):
                continue
            if word not in self.weights and len(word) >= LONG_ENOUGH:
                near = process.extractOne(word, self.weights.keys(), scorer=fuzz.ratio, score_cutoff=TYPO)
                word = near[0] if near is not None else word
            said.append(word)
        return list(dict.fromkeys(said))

    def meant(self, name: str, asked: list[str], *, with_amount: bool, reading: bool) -> Meant:
        names, own, said = self.places[name]
        total = score = 0.0
        words = []
        for word in asked:
            weight = self.weights.get(word, self.unseen)
            total += weight
            where = NAME if word in names else WORDS if word in own else AROUND if word in said else 0.0
            if where:
                score += weight * (where + OFTEN * min(1.0, math.log(1 + said[word]) / 4))
                words.append(word)
        spec = self.operation.system_operation(name)
        assert spec is not None, "it was listed among the operations"
        share = score / total
        if words:
            unsaid = sum(self.weights[word] for word in names - set(words))
            share -= UNSAID * unsaid / sum(self.weights[word] for word in names)
            if spec.kind == "read":
                share += READING if reading else -READING
            if with_amount and spec.amount is not None and spec.amount.startswith("args."):
                # Money was named, and this operation is told how much: more likely than one that is not.
                share += OFTEN
        return Meant(name, spec.description, max(0.0, min(share, 1.0)), tuple(words))


@functools.lru_cache(maxsize=8)
def _index(key: _ByDigest) -> _Index:
    return _Index(key.operation)


def _said_around(operation: Operation) -> dict[str, str]:
    """What rules, tests, procedures and their intents say of each operation."""
    said: dict[str, list[str]] = {name: [] for name, _ in operations_of(operation)}
    specs = dict(operations_of(operation))
    for rule in parse_rules(operation).rules:
        named = (rule.actions or frozenset()) & said.keys()
        for name in named:
            if not groups_of(specs[name]) & (rule.actions or frozenset()):
                said[name].append(rule.reason)
    for test in operation.policy_tests:
        if test.action in said:
            said[test.action].append(test.test)
    for procedure in operation.procedures.values():
        intents = [intent for intent in operation.intents.values() if intent.procedure == procedure.procedure]
        words = [procedure.title, *(f"{each.title} {each.description}" for each in intents)]
        for step in procedure.steps:
            if step.do in said and step.do is not None:
                said[step.do] += words
    return {name: re.sub(r"\s+", " ", " ".join(texts)) for name, texts in said.items()}
