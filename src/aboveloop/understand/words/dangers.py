"""Dangers: the forms of threats, law, self-harm, orders to the machine and anger in one language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aboveloop.understand.words.lexicon import spelled


@dataclass(frozen=True)
class Dangers:
    """All patterns are for text folded line by line, as `spelled` leaves it."""

    language: str
    digraphs: bool
    patterns: Mapping[str, re.Pattern[str]]

    @classmethod
    def of(cls, language: str, *, digraphs: bool = False, **sources: str | tuple[str, ...]) -> "Dangers":
        """A tuple of sources is one pattern of alternatives."""
        patterns = {}
        for name, source in sources.items():
            parts = (source,) if isinstance(source, str) else source
            joined = "|".join(f"(?:{spelled(part, digraphs=digraphs)})" for part in parts)
            patterns[name] = re.compile(joined)
        return cls(language, digraphs, patterns)

    def spelled(self, plain: str) -> str:
        return spelled(plain, digraphs=self.digraphs)
