"""Yes, no or neither. Money hangs on it: a yes is believed only when nothing in the message speaks otherwise."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from aboveloop.understand.answer_words import (
    AGAINST,
    CARRIES_ON,
    CLAUSE_VERBS,
    LEXICON,
    LONGEST,
    SAME_MEANING,
    SMALL_WORDS,
    Role,
)
from aboveloop.understand.cleaning import folded
from aboveloop.understand.readings import YesNo

# An answer is short. What is longer says more than yes or no, and is never taken for a plain yes.
_LONGEST_ANSWER = 200

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+|[?,.;:!\-–—]|\S")
_PAUSES = frozenset(",.;:!-–—")
_DRAWN_OUT = ((re.compile(r"y+e+s+"), "yes"), (re.compile(r"ye+a+h+"), "yeah"), (re.compile(r"no+"), "no"))
_EMOJI = re.compile(
    r"(👍|✅|✔|☑)|(👎|❌|🚫|✖)|(😊|🙂|😀|😃|😄|😁|🙏|❤|👌|🎉|💪|🤗|😍)|[\U0001f3fb-\U0001f3ff\ufe0f\u200d]"
)
_EMOJI_WORDS = (" thumbup ", " thumbdown ", " smile ")
# Words that may stand beside "the other one" in a short answer.
_BESIDE = frozenset(
    ("i", "meant", "mean", "want", "it", "its", "for", "actually", "no", "is", "about", "a", "the", "to")
)
_ANSWERING: frozenset[str] = frozenset(("yes", "agreed", "no", "no_alone", "unsure", "echo"))
_BESIDE_ANSWERS: frozenset[str] = frozenset(("courtesy", "pause", "question"))
# "leave it" is a no, "leave it with the neighbours" is not: these need to stand without unknown words.
_NO_BY_ITSELF = frozenset(("leave", "keep", "stop", "abort", "forget", "changed", "ive", "ill", "id", "im"))
_AROUND = re.compile(r"^[\"'*(\[]+(?=\w)|(?<=[\w.!])[\"'*)\]]+$")


@dataclass(frozen=True)
class Answer:
    """What a message answers. `leaning` is what it begins with, also where more is said than yes or no:
    enough for a harmless question ("did it arrive?" - "yes, on Monday"), never for a confirmation.
    `alone`: nothing but words of answers stands in it, so it holds no wish of its own."""

    yes_no: YesNo | None
    leaning: YesNo | None = None
    alone: bool = False
    other_one: bool = False
    change: bool = False
    reason: str = ""


@dataclass(frozen=True)
class _Piece:
    role: Role | Literal["question", "pause", "unknown"]
    words: tuple[str, ...]


def read_answer(text: str, *, confirming: bool = False, said: str = "") -> Answer:
    """Whether `text` says yes or no. `confirming`: something was proposed, in the words `said` if they are known.

    A yes needs a word that says yes and nothing else of weight: no question, no condition, no wish, no name or
    number that the proposal did not hold, no word this list does not know. What is unclear is neither.
    """
    plain = folded(text)
    if not plain:
        return Answer(None, reason="Nothing was said.")
    if len(plain) > _LONGEST_ANSWER:
        return Answer(None, reason="Too long for a yes or a no.")
    pieces = _pieces(plain)
    return _judged(pieces, confirming=confirming, said=frozenset(_words(folded(said))))


def _words(plain: str) -> list[str]:
    plain = _EMOJI.sub(lambda match: _EMOJI_WORDS[match.lastindex - 1] if match.lastindex else " ", plain)
    words = _TOKEN.findall(_AROUND.sub("", plain.strip()).replace("'", ""))
    return [_shortened(word) for word in words]


def _shortened(word: str) -> str:
    """`yesss` and `nooo` as they are usually spelled; `noon` and `yesterday` stay what they are."""
    return next((usual for form, usual in _DRAWN_OUT if form.fullmatch(word)), word)


def _pieces(plain: str) -> list[_Piece]:
    words, pieces, place = _words(plain), [], 0
    while place < len(words):
        piece = _piece_at(words, place)
        pieces.append(piece)
        place += len(piece.words)
    return pieces


def _piece_at(words: list[str], place: int) -> _Piece:
    if words[place] == "?":
        return _Piece("question", ("?",))
    if words[place] in _PAUSES:
        return _Piece("pause", (words[place],))
    for length in range(min(LONGEST.get(words[place], 0), len(words) - place), 0, -1):
        phrase = tuple(words[place : place + length])
        if phrase in LEXICON:
            return _Piece(LEXICON[phrase], phrase)
    return _Piece("unknown", (words[place],))


def _judged(pieces: list[_Piece], *, confirming: bool, said: frozenset[str]) -> Answer:
    roles = {piece.role for piece in pieces}
    leaning = _leaning(pieces, confirming=confirming)
    alone = roles <= _ANSWERING | _BESIDE_ANSWERS and bool(roles & _ANSWERING)
    other_one = _asks_for_another(pieces)
    answered = bool(roles & {"yes", "no", "no_alone"}) or (confirming and "agreed" in roles)
    change = (answered or confirming) and not other_one and _asks_for_change(pieces, said)

    def answer(yes_no: YesNo | None, reason: str) -> Answer:
        return Answer(yes_no, leaning, alone=alone, other_one=other_one, change=change, reason=reason)

    if "unsure" in roles:
        return answer(None, "Unsure, or unclear which way it is meant.")
    refused, agreed = _refuses(pieces, confirming=confirming), _agrees(pieces, roles, confirming=confirming, said=said)
    if refused and agreed:
        return answer(None, "It says both yes and no.")
    if refused:
        return answer("no", "It says no.")
    if not agreed:
        return answer(None, "It says neither.")
    extra = _said_beyond(pieces, said)
    return answer(None, f"It says yes, and more: {extra}.") if extra else answer("yes", "It says yes and nothing else.")


def _spoken(pieces: list[_Piece]) -> list[_Piece]:
    return [piece for piece in pieces if piece.role not in ("courtesy", "pause")]


def _leaning(pieces: list[_Piece], *, confirming: bool) -> YesNo | None:
    spoken = _spoken(pieces)
    if not spoken or any(piece.role == "unsure" for piece in pieces):
        return None
    if spoken[0].role == "yes" or (confirming and spoken[0].role in ("agreed", "echo")):
        return "yes"
    return "no" if spoken[0].role in ("no", "no_alone") and _stands_free(pieces, spoken[0]) else None


def _stands_free(pieces: list[_Piece], refusal: _Piece) -> bool:
    """Whether a refusal is one, and not the first word of "no shoes in the box" or "No. 5 Main Street"."""
    if refusal.words != ("no",):
        return True
    after = pieces[next(place for place, piece in enumerate(pieces) if piece is refusal) + 1 :]
    if not after:
        return True
    if after[0].role == "pause":
        next_word = next((piece.words[0] for piece in after if piece.role != "pause"), "")
        return not (after[0].words == (".",) and next_word.isdigit())
    return after[0].role not in ("unknown", "change") or after[0].words[0] in CARRIES_ON


def _refuses(pieces: list[_Piece], *, confirming: bool) -> bool:
    spoken = _spoken(pieces)
    if not spoken:
        return False
    if spoken[0].role == "no":
        first = spoken[0].words
        if (first[0] in _NO_BY_ITSELF or "keep" in first) and any(piece.role == "unknown" for piece in spoken):
            return False
        return _stands_free(pieces, spoken[0])
    if spoken[0].role == "other":
        return confirming and any(word in ("not", "wrong") for word in spoken[0].words)
    if any(piece.role == "no" for piece in spoken):
        # "yes ... no": not a yes, and with a yes beside it not a no.
        return all(piece.role in ("no", "no_alone", "yes", "agreed", "other") for piece in spoken)
    return spoken[0].role == "no_alone" and all(piece.role == "no_alone" for piece in spoken)


def _agrees(pieces: list[_Piece], roles: Collection[str], *, confirming: bool, said: frozenset[str]) -> bool:
    if "yes" in roles:
        return True
    return confirming and any(
        (piece.role == "agreed" or (piece.role == "clause" and _in_proposal(piece, said)))
        and not _is_negated(pieces, place)
        for place, piece in enumerate(pieces)
    )


def _is_negated(pieces: list[_Piece], place: int) -> bool:
    """Whether it follows a "don't" without a pause: "don't cancel it", "do not go ahead"."""
    before = pieces[place - 1] if place else None
    return before is not None and before.role in ("no", "no_alone") and before.words[-1] in ("dont", "not", "to")


def _in_proposal(clause: _Piece, said: frozenset[str]) -> bool:
    """Whether a clause says again what was proposed, word for word or in a word of the same meaning."""
    strong = [word for word in clause.words if word not in SMALL_WORDS]
    verbs = [word for word in strong if word in CLAUSE_VERBS]
    return bool(verbs) and all(_was_said(word, said) for word in verbs)


def _was_said(word: str, said: frozenset[str]) -> bool:
    return word not in AGAINST and (word in said or any(word in kin and kin & said for kin in SAME_MEANING))


def _said_beyond(pieces: list[_Piece], said: frozenset[str]) -> str:
    """What a yes says beyond yes: empty, or the words that keep it from being one."""
    for piece in pieces:
        if piece.role in ("yes", "agreed", "echo", "courtesy", "pause"):
            continue
        if piece.role == "clause" and (not said or _in_proposal(piece, said)):
            continue
        if piece.role == "unknown" and said and (_was_said(piece.words[0], said) or piece.words[0] in SMALL_WORDS):
            continue
        return " ".join(piece.words)
    return ""


def _asks_for_another(pieces: list[_Piece]) -> bool:
    """Not this one: another. Only in a short answer; "the other one is missing" in a story is no such wish."""
    spoken = _spoken(pieces)
    if not any(piece.role == "other" for piece in spoken):
        return False
    if spoken[0].role in ("no", "no_alone") and len(spoken) <= 8:
        return True
    return all(
        piece.role in ("other", "yes", "agreed", "no", "change") or piece.words[0] in _BESIDE for piece in spoken
    )


def _asks_for_change(pieces: list[_Piece], said: frozenset[str]) -> bool:
    for piece in pieces:
        if piece.role == "change":
            return True
        if piece.role == "unknown" and piece.words[0][0].isdigit() and piece.words[0] not in said:
            return True
    return False
