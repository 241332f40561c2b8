"""A lexicon: the phrases that answers are made of in one language, each with what it says."""

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# yes        says yes by itself
# agreed     says yes only where something was proposed ("ok", "fine", "do it")
# no         says no, whatever follows it
# no_alone   says no, but only when nothing but courtesy stands beside it ("i dont" - "i dont want it" is unclear)
# unsure     neither, whatever else is said
# courtesy   changes nothing
# change     something other than what was offered
# clause     repeats a proposal ("cancel it", "send it back")
# echo       answers a question of fact ("it did"); beside a yes it changes nothing, alone it confirms nothing
# other      not this one: another
Role = Literal["yes", "agreed", "no", "no_alone", "unsure", "courtesy", "change", "clause", "echo", "other"]
Phrase = tuple[str, ...]

_ACCENTS = re.compile("[\u0300-\u036f]")
_SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@dataclass(frozen=True)
class Lexicon:
    """All words are as `spelled` makes them. `longest` gives for each first word the length of its longest phrase.

    `bare_no` are the words that answer alone and also begin a sentence ("no shoes in the box"); `carries_on` those
    that may follow them without a pause; `no_by_itself` begin a no that unknown words undo, and `keeps` make one of any
    phrase; `negates` end a phrase that turns what follows into its opposite; `not_this` make "the other one" a no.
    """

    roles: Mapping[Phrase, Role]
    longest: Mapping[str, int]
    clause_verbs: frozenset[str]
    same_meaning: tuple[frozenset[str], ...]
    bare_no: frozenset[str]
    carries_on: frozenset[str]
    no_by_itself: frozenset[str]
    keeps: frozenset[str]
    negates: frozenset[str]
    against: frozenset[str]
    small_words: frozenset[str]
    beside_other: frozenset[str]
    not_this: frozenset[str]
    digraphs: bool = False

    @classmethod
    def of(
        cls,
        by_role: Mapping[Role, str],
        *,
        clauses: list[Phrase],
        same_meaning: tuple[frozenset[str], ...],
        digraphs: bool = False,
        **sets: frozenset[str],
    ) -> "Lexicon":
        """From phrases set apart by semicolons. A later role wins over an earlier one, and all over a clause."""

        def own(phrase: Phrase) -> Phrase:
            return tuple(spelled(word, digraphs=digraphs) for word in phrase)

        roles: dict[Phrase, Role] = {own(clause): "clause" for clause in clauses}
        for role, text in by_role.items():
            roles.update((own(phrase), role) for phrase in phrases(text))
        longest: dict[str, int] = {}
        for phrase in roles:
            longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
        kin = tuple(frozenset(own(tuple(words))) for words in same_meaning)
        kept = {name: frozenset(own(tuple(listed))) for name, listed in sets.items()}
        return cls(roles=roles, longest=longest, same_meaning=kin, digraphs=digraphs, **kept)


# A message is compared with the forms of several languages: its spelling is worked out once, and soon forgotten.
@functools.lru_cache(maxsize=64)
def _bare(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text.replace("ß", "ss"))) or text


def spelled(text: str, *, digraphs: bool = False) -> str:
    """Text without accents, which half of the writers leave out; with `digraphs`, "moechte" is "mochte" too."""
    if not text.isascii():
        text = _bare(text)
    if digraphs:
        for pair, letter in _SPELLINGS:
            text = text.replace(pair, letter)
    return text


def phrases(text: str) -> list[Phrase]:
    return [tuple(phrase.split()) for phrase in text.split(";") if phrase.strip()]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def clauses(openers: str, verbs: str, things: str, *, verb_last: bool = False) -> list[Phrase]:
    """Every opener with every verb and every thing. The first opener may be nothing at all."""
    before = [tuple(opener.split()) for opener in openers.split(";")]
    made = [(*opener, *verb, *thing) for opener in before for verb in phrases(verbs) for thing in phrases(things)]
    if verb_last:
        made += [(*opener, *thing, *verb) for opener in before for verb in phrases(verbs) for thing in phrases(things)]
    return made
