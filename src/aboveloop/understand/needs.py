"""Several needs in one message: "cancel LK-1, and also send me the invoice of LK-2" are two, and each is kept.

A second need is believed where a clause of its own says it clearly and asks for it. Whoever tells a story around one
wish says many things, and a case for each of them would be worse than one question more.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from aboveloop.understand.clauses import Clause, clauses_of, only_gives
from aboveloop.understand.cleaning import folded
from aboveloop.understand.features import words_of
from aboveloop.understand.readings import Guess, NeedFound
from aboveloop.understand.words.joining import ADDS, JOINS, NOT_WISHED, POINTS_BACK, WISHES

# How clearly a clause must say a need of its own; one that is announced ("also", "another thing") may be less clear.
_CLEAR, _CLEAR_WHERE_ADDED = 0.6, 0.45
# The same of the first need, so that a clause that nobody understands does not lend its place to another.
_MAIN = 0.4
# A clause that would fit an earlier need this well only tells more of it: "an exchange for LK-1? I need another size".
_FITS_TOO = 0.1
_FEWEST_WORDS = 2
# "can you cancel it", "please change that one": fewer words than this beside a pronoun say nothing of their own.
_FEWEST_OF_ITS_OWN = 6
# A message with more needs is a list; people read it.
MOST = 4

Guesser = Callable[[str], tuple[Guess, ...]]


@dataclass(frozen=True)
class _Part:
    """A clause as it is judged: folded, whether it announces another need, whether it has the form of a wish."""

    clause: Clause
    plain: str
    added: bool
    wished: bool


def needs_in(
    text: str, guess: Guesser, counts: Callable[[str], bool], given: Sequence[tuple[int, int]] = ()
) -> tuple[NeedFound, ...]:
    """The needs of a message in their order, each once; none where it says fewer than two.

    `guess` reads a folded text, `counts` says of an intent whether it is a need (a greeting is none), `given` are the
    places of numbers and addresses: clauses that only give them want nothing.
    """
    parts = [_part(text, clause) for clause in _parts(text) if not only_gives(text, clause, given)]
    parts = [part for part in parts if len(words_of(part.plain)) >= _FEWEST_WORDS]
    if len(parts) < 2 or not (any(part.added for part in parts) or sum(part.wished for part in parts) > 1):
        return ()
    found: list[NeedFound] = []
    asked = False
    for part in parts:
        if NOT_WISHED.search(part.plain):
            continue
        guesses = guess(part.plain)
        best = guesses[0]
        if not counts(best.intent) or any(need.intent == best.intent for need in found):
            continue
        if not found:
            clear, asked = best.confidence >= _MAIN, part.wished
        else:
            # Who tells what happened and then what is wanted has one need: both must be asked for, or one be announced.
            own = not _points_back(part.plain) and not _tells_more(guesses, found)
            believed = part.added or (part.wished and asked and own)
            clear = believed and best.confidence >= (_CLEAR_WHERE_ADDED if part.added else _CLEAR)
        if clear:
            found.append(NeedFound(best.intent, best.confidence, part.clause.start, part.clause.end))
    return tuple(found[:MOST]) if len(found) > 1 else ()


def _part(text: str, clause: Clause) -> _Part:
    plain = folded(text[clause.start : clause.end])
    return _Part(clause, plain, added=ADDS.search(plain) is not None, wished=WISHES.match(plain) is not None)


def _tells_more(guesses: tuple[Guess, ...], found: Sequence[NeedFound]) -> bool:
    named = {need.intent for need in found}
    return any(guess.intent in named and guess.confidence >= _FITS_TOO for guess in guesses)


def _points_back(plain: str) -> bool:
    return POINTS_BACK.search(plain) is not None and len(words_of(plain)) <= _FEWEST_OF_ITS_OWN


def _parts(text: str) -> Iterator[Clause]:
    """Clauses, also cut at "and", "und", "et", "y" where a wish follows; "besides," belongs to what it announces."""
    announced: int | None = None
    for clause in clauses_of(text):
        begin = clause.start if announced is None else announced
        plain = folded(text[begin : clause.end])
        announced = None
        if len(words_of(plain)) <= _FEWEST_WORDS and ADDS.search(plain):
            announced = begin
            continue
        for match in JOINS.finditer(text, clause.start, clause.end):
            # Where nothing stands before it, it joins nothing.
            if match.start() > begin and WISHES.match(folded(text[match.end() : clause.end])):
                yield Clause(begin, match.start(), ",")
                begin = match.end()
        yield Clause(begin, clause.end, clause.ends)


def wish_of(text: str, guess: Guesser) -> tuple[Guess, ...] | None:
    """What the one clause says that wishes something clearly, for a text that as a whole says nothing clearly; None
    where no clause does, or several wish different things.
    """
    clear: list[tuple[Guess, ...]] = []
    for part in _parts(text):
        plain = folded(text[part.start : part.end])
        if WISHES.match(plain) is not None and len(words_of(plain)) > _FEWEST_WORDS and not NOT_WISHED.search(plain):
            guesses = guess(plain)
            if guesses[0].confidence >= _CLEAR:
                clear.append(guesses)
    return clear[0] if len({guesses[0].intent for guesses in clear}) == 1 else None


def undenied(text: str, intent: str, guess: Guesser) -> str:
    """The text without the clauses that deny what it is taken for; "" where no other says anything.

    "I do not want to cancel" is read as `cancel_order` only because a "not" weighs little. "I do not want to keep it"
    is a wish to return it: without its "not" it says otherwise, and stays.
    """
    kept = list(clauses_of(text))
    left = [clause for clause in kept if not _denies(folded(text[clause.start : clause.end]), intent, guess)]
    if len(left) == len(kept):
        return text
    spoken = [clause for clause in left if len(words_of(folded(text[clause.start : clause.end]))) >= _FEWEST_WORDS]
    return " ".join(text[clause.start : clause.end] + clause.ends for clause in left) if spoken else ""


def _denies(plain: str, intent: str, guess: Guesser) -> bool:
    denied = NOT_WISHED.search(plain)
    if denied is None:
        return False
    affirmed = plain[denied.end() :]
    return len(words_of(affirmed)) > 0 and guess(affirmed)[0].intent == intent
