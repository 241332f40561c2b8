"""A message in sentences, as they are said: the first is heard while the others are still made."""

import re

_END = re.compile(r"(?<=[.!?…:])[\"”’»)\]]*\s+(?=\S)|\n+")
# A sentence without an end is cut at a comma or a space.
_LONGEST = 300
_IDS = re.compile(r"\b([A-Z]{1,4})-?(\d{4,})\b")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences, at most 300 characters each, with what has no sound left out."""
    return tuple(
        part for each in _END.split(text) for part in _parts(each.strip()) if any(one.isalnum() for one in part)
    )


def as_said(text: str) -> str:
    """Numbers of orders and the like sign by sign: "LK-100007" is no hundred thousand and seven."""
    return _IDS.sub(lambda found: " ".join(found.group(1) + found.group(2)), text)


def _parts(sentence: str) -> list[str]:
    found = []
    while len(sentence) > _LONGEST:
        cut = max(sentence.rfind(", ", 0, _LONGEST), sentence.rfind("; ", 0, _LONGEST)) + 1
        cut = cut or sentence.rfind(" ", 0, _LONGEST) or _LONGEST
        cut = cut if cut > 0 else _LONGEST
        found.append(sentence[:cut].strip())
        sentence = sentence[cut:].strip()
    return [*found, sentence]
