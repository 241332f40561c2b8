"""Forms: what small things look like in one language, as patterns over text without accents."""

import re
from dataclasses import dataclass

from aboveloop.understand.words.lexicon import spelled


@dataclass(frozen=True)
class Forms:
    """All patterns are for folded text as `spelled` leaves it, with `digraphs` where the language writes umlauts."""

    language: str
    digraphs: bool
    greeting: re.Pattern[str]
    thanks: re.Pattern[str]
    no_thanks: re.Pattern[str]
    thanks_at_end: re.Pattern[str]
    asks: re.Pattern[str]
    wants_person: re.Pattern[str]
    person_alone: re.Pattern[str]
    not_wanted: re.Pattern[str]
    are_you: re.Pattern[str]
    mentioned: re.Pattern[str]
    forget_it: re.Pattern[str]
    urgent: re.Pattern[str]
    no_hurry: re.Pattern[str]

    @classmethod
    def of(cls, language: str, *, digraphs: bool = False, **sources: str) -> "Forms":
        patterns = {name: re.compile(spelled(source, digraphs=digraphs)) for name, source in sources.items()}
        return cls(language=language, digraphs=digraphs, **patterns)

    def spelled(self, plain: str) -> str:
        return spelled(plain, digraphs=self.digraphs)
