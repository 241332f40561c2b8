"""The mask for texts that are only compared: every personal value becomes the same sign as any other of its kind.

Examples and messages look alike then, and nothing is ever put back. A value keeps its length while the text is taken
apart, so that places in the masked text are places in the message; `sendable` is what may leave.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import get_args

from aboveloop.understand.masking.finder import Surroundings, find_personal, readable
from aboveloop.understand.masking.finds import Kind
from aboveloop.understand.masking.masked import Masked

# Signs of the private use area: no word holds them, no rule reads them, and folding leaves them as they are.
_SIGN = {kind: chr(0xE100 + place) for place, kind in enumerate(sorted(get_args(Kind)))}
_KIND = {sign: kind for kind, sign in _SIGN.items()}
_RUN = re.compile(f"([{''.join(_KIND)}])\\1*")
_SPACES = re.compile(r"\s+")
# What a customer wants stands in the first two hundred words; servers of small models take five hundred tokens.
MOST_CHARACTERS = 1_200


def hidden(text: str, around: Surroundings = Surroundings()) -> Masked:
    """The text as long as before, with signs where something personal stood."""
    plain, origins = _plain(text)
    found = find_personal(plain, around)
    signs = list(text)
    for find in found.finds:
        start, end = origins[find.start][0], origins[find.end - 1][1]
        signs[start:end] = _SIGN[find.kind] * (end - start)
    counts = Counter(str(find.kind) for find in found.finds)
    return Masked("".join(signs), dict(counts), found.doubts)


def sendable(text: str) -> str:
    """What may leave of a hidden text: each sign as its kind, single spaces, no more than a model reads."""
    said = _RUN.sub(lambda match: f" [{_KIND[match.group(1)]}] ", text)
    return _SPACES.sub(" ", said).strip()[:MOST_CHARACTERS].strip()


def _plain(text: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """The text in one form for each letter (see `finder.readable`), and the place that each of its letters came from:
    a letter that stands for several ("ﬁ") hides as a whole, and so does what is written on top of another."""
    if text.isascii():
        return text, [(place, place + 1) for place in range(len(text))]
    letters: list[str] = []
    origins: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        composed = readable(text[start:end])
        letters.append(composed)
        origins += [(start, end)] * len(composed)
        start = end
    return "".join(letters), origins
