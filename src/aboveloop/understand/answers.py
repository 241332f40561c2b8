"""Yes, no or neither. Money hangs on it: a yes is believed only when nothing in the message speaks otherwise."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from aboveloop.understand.cleaning import folded
from aboveloop.understand.readings import YesNo
from aboveloop.understand.words.answers_en import ENGLISH
from aboveloop.understand.words.lexicon import Lexicon, Role, spelled

# An answer is short. What is longer says more than yes or no, and is never taken for a plain yes.
_LONGEST_ANSWER = 200
# Who answers in another language than before does it in few words: "yes please", "ja gerne".
_SHORT_ANSWER = 5

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+|[?,.;:!\-–—]|\S")
_PAUSES = frozenset(",.;:!-–—")
_DRAWN_OUT = ((re.compile(r"y+e+s+"), "yes"), (re.compile(r"ye+a+h+"), "yeah"), (re.compile(r"no+"), "no"))
_EMOJI = re.compile(
    r"(👍|✅|✔|☑)|(👎|❌|🚫|✖)|(😊|🙂|😀|😃|😄|😁|🙏|❤|👌|🎉|💪|🤗|😍)|[\U0001f3fb-\U0001f3ff\ufe0f\u200d]"
)
_EMOJI_WORDS = (" thumbup ", " thumbdown ", " smile ")
_ANSWERING: frozenset[str] = frozenset(("yes", "agreed", "no", "no_alone", "unsure", "echo"))
_BESIDE_ANSWERS: frozenset[str] = frozenset(("courtesy", "pause", "question"))
# "vas-y" and "annulez-la" are two words, "yes - cancel" is a pause.
_JOINING = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
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


def read_answer(
    text: str, *, confirming: bool = False, said: str = "", lexicons: Sequence[Lexicon] = (ENGLISH,)
) -> Answer:
    """Whether `text` says yes or no. `confirming`: something was proposed, in the words `said` if they are known.

    A yes needs a word that says yes and nothing else of weight: no question, no condition, no wish, no name or
    number that the proposal did not hold, no word this list does not know. What is unclear is neither.

    `lexicons` are those of the languages served, the customer's first. Another language answers only where the first
    knows no word of it, and never where two of them disagree.
    """
    plain = folded(text)
    if not plain:
        return Answer(None, reason="Nothing was said.")
    if len(plain) > _LONGEST_ANSWER:
        return Answer(None, reason="Too long for a yes or a no.")
    first, known = _read(plain, lexicons[0], confirming=confirming, said=said)
    if known or len(lexicons) == 1 or plain.count(" ") > _SHORT_ANSWER:
        return first
    found = [_read(plain, lexicon, confirming=confirming, said=said) for lexicon in lexicons[1:]]
    others = [answer for answer, knows in found if knows]
    return others[0] if len({answer.yes_no for answer in others}) == 1 else first


def _read(plain: str, lexicon: Lexicon, *, confirming: bool, said: str) -> tuple[Answer, bool]:
    """The answer by one language, and whether any word of weight was known to it."""
    pieces = _pieces(plain, lexicon)
    known = any(piece.role not in ("unknown", "pause", "question", "courtesy") for piece in pieces)
    proposal = folded(said)
    # "J'annule" holds "annule": what was shown is known with its elisions and without.
    shown = frozenset([*_words(proposal, lexicon), *_words(proposal.replace("'", " "), lexicon)])
    return _Judge(lexicon, confirming, shown).judged(pieces), known


def _words(plain: str, lexicon: Lexicon) -> list[str]:
    plain = _EMOJI.sub(lambda match: _EMOJI_WORDS[match.lastindex - 1] if match.lastindex else " ", plain)
    words = _TOKEN.findall(_JOINING.sub(" ", _AROUND.sub("", plain.strip()).replace("'", "")))
    return [spelled(_shortened(word), digraphs=lexicon.digraphs) for word in words]


def _shortened(word: str) -> str:
    """`yesss` and `nooo` as they are usually spelled; `noon` and `yesterday` stay what they are."""
    return next((usual for form, usual in _DRAWN_OUT if form.fullmatch(word)), word)


def _pieces(plain: str, lexicon: Lexicon) -> list[_Piece]:
    words, pieces, place = _words(plain, lexicon), [], 0
    while place < len(words):
        piece = _piece_at(words, place, lexicon)
        pieces.append(piece)
        place += len(piece.words)
    return pieces


def _piece_at(words: list[str], place: int, lexicon: Lexicon) -> _Piece:
    if words[place] == "?":
        return _Piece("question", ("?",))
    if words[place] in _PAUSES:
        return _Piece("pause", (words[place],))
    for length in range(min(lexicon.longest.get(words[place], 0), len(words) - place), 0, -1):
        phrase = tuple(words[place : place + length])
        if phrase in lexicon.roles:
            return _Piece(lexicon.roles[phrase], phrase)
    return _Piece("unknown", (words[place],))


def _spoken(pieces: list[_Piece]) -> list[_Piece]:
    return [piece for piece in pieces if piece.role not in ("courtesy", "pause")]


@dataclass(frozen=True)
class _Judge:
    """Judges the pieces of one message. `said` are the words of the proposal."""

    words: Lexicon
    confirming: bool
    said: frozenset[str]

    def judged(self, pieces: list[_Piece]) -> Answer:
        roles = {piece.role for piece in pieces}
        leaning = self.leaning(pieces)
        alone = roles <= _ANSWERING | _BESIDE_ANSWERS and bool(roles & _ANSWERING)
        other_one = self.asks_for_another(pieces)
        answered = bool(roles & {"yes", "no", "no_alone"}) or (self.confirming and "agreed" in roles)
        change = (answered or self.confirming) and not other_one and self.asks_for_change(pieces)

        def answer(yes_no: YesNo | None, reason: str) -> Answer:
            return Answer(yes_no, leaning, alone=alone, other_one=other_one, change=change, reason=reason)

        if "unsure" in roles:
            return answer(None, "Unsure, or unclear which way it is meant.")
        refused, agreed = self.refuses(pieces), self.agrees(pieces, roles)
        if refused and agreed:
            return answer(None, "It says both yes and no.")
        if refused:
            return answer("no", "It says no.")
        if not agreed:
            return answer(None, "It says neither.")
        extra = self.said_beyond(pieces)
        return (
            answer(None, f"It says yes, and more: {extra}.")
            if extra
            else answer("yes", "It says yes and nothing else.")
        )

    def leaning(self, pieces: list[_Piece]) -> YesNo | None:
        spoken = _spoken(pieces)
        if not spoken or any(piece.role == "unsure" for piece in pieces):
            return None
        if spoken[0].role == "yes" or (self.confirming and spoken[0].role in ("agreed", "echo")):
            return "yes"
        return "no" if spoken[0].role in ("no", "no_alone") and self.stands_free(pieces, spoken[0]) else None

    def stands_free(self, pieces: list[_Piece], refusal: _Piece) -> bool:
        """Whether a refusal is one, and not the first word of "no shoes in the box" or "No. 5 Main Street"."""
        if len(refusal.words) > 1 or refusal.words[0] not in self.words.bare_no:
            return True
        after = pieces[next(place for place, piece in enumerate(pieces) if piece is refusal) + 1 :]
        if not after:
            return True
        if after[0].role == "pause":
            next_word = next((piece.words[0] for piece in after if piece.role != "pause"), "")
            return not (after[0].words == (".",) and next_word.isdigit())
        return after[0].role not in ("unknown", "change") or after[0].words[0] in self.words.carries_on

    def refuses(self, pieces: list[_Piece]) -> bool:
        spoken = _spoken(pieces)
        if not spoken:
            return False
        if spoken[0].role == "no":
            first = spoken[0].words
            by_itself = first[0] in self.words.no_by_itself or any(word in self.words.keeps for word in first)
            if by_itself and any(piece.role == "unknown" for piece in spoken):
                return False
            return self.stands_free(pieces, spoken[0])
        if spoken[0].role == "other":
            return self.confirming and any(word in self.words.not_this for word in spoken[0].words)
        if any(piece.role == "no" for piece in spoken):
            # "yes ... no": not a yes, and with a yes beside it not a no.
            return all(piece.role in ("no", "no_alone", "yes", "agreed", "other") for piece in spoken)
        return spoken[0].role == "no_alone" and all(piece.role == "no_alone" for piece in spoken)

    def agrees(self, pieces: list[_Piece], roles: Collection[str]) -> bool:
        if "yes" in roles:
            return True
        return self.confirming and any(
            (piece.role == "agreed" or (piece.role == "clause" and self.in_proposal(piece)))
            and not self.is_negated(pieces, place)
            for place, piece in enumerate(pieces)
        )

    def is_negated(self, pieces: list[_Piece], place: int) -> bool:
        """Whether it follows a "don't" without a pause: "don't cancel it", "do not go ahead"."""
        before = pieces[place - 1] if place else None
        negating = before is not None and before.role in ("no", "no_alone")
        return before is not None and negating and before.words[-1] in self.words.negates

    def in_proposal(self, clause: _Piece) -> bool:
        """Whether a clause says again what was proposed, word for word or in a word of the same meaning."""
        strong = [word for word in clause.words if word not in self.words.small_words]
        verbs = [word for word in strong if word in self.words.clause_verbs]
        return bool(verbs) and all(self.was_said(word) for word in verbs)

    def was_said(self, word: str) -> bool:
        kin = (words for words in self.words.same_meaning if word in words)
        return word not in self.words.against and (word in self.said or any(words & self.said for words in kin))

    def said_beyond(self, pieces: list[_Piece]) -> str:
        """What a yes says beyond yes: empty, or the words that keep it from being one."""
        for piece in pieces:
            if piece.role in ("yes", "agreed", "echo", "courtesy", "pause"):
                continue
            if piece.role == "clause" and (not self.said or self.in_proposal(piece)):
                continue
            small = piece.words[0] in self.words.small_words
            if piece.role == "unknown" and self.said and (self.was_said(piece.words[0]) or small):
                continue
            return " ".join(piece.words)
        return ""

    def asks_for_another(self, pieces: list[_Piece]) -> bool:
        """Not this one: another. Only in a short answer; "the other one is missing" in a story is no such wish."""
        spoken = _spoken(pieces)
        if not any(piece.role == "other" for piece in spoken):
            return False
        if spoken[0].role in ("no", "no_alone") and len(spoken) <= 8:
            return True
        return all(
            piece.role in ("other", "yes", "agreed", "no", "change") or piece.words[0] in self.words.beside_other
            for piece in spoken
        )

    def asks_for_change(self, pieces: list[_Piece]) -> bool:
        for piece in pieces:
            if piece.role == "change":
                return True
            if piece.role == "unknown" and piece.words[0][0].isdigit() and piece.words[0] not in self.said:
                return True
        return False
