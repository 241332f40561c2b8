"""Small things that a message shows by its form: a greeting, thanks, a question, a wish for a person or to stop."""

from collections.abc import Sequence
from dataclasses import dataclass

from aboveloop.understand.words.cues_de import GERMAN
from aboveloop.understand.words.cues_en import ENGLISH
from aboveloop.understand.words.cues_es import SPANISH
from aboveloop.understand.words.cues_fr import FRENCH
from aboveloop.understand.words.forms import Forms
from aboveloop.understand.words.joining import FOLLOW_UP

FORMS: dict[str, Forms] = {forms.language: forms for forms in (ENGLISH, GERMAN, FRENCH, SPANISH)}
_LONGEST_FAREWELL = 120
_LONGEST_FOLLOW_UP = 60


@dataclass(frozen=True)
class Cues:
    """The cues of a message in the languages that it may be in. All methods take text that `folded` has made."""

    forms: tuple[Forms, ...] = (ENGLISH,)

    @classmethod
    def of(cls, languages: Sequence[str]) -> "Cues":
        """In these languages, English where none of them is known here."""
        return cls(tuple(FORMS[language] for language in languages if language in FORMS) or (ENGLISH,))

    def greets(self, plain: str) -> bool:
        """Whether it opens with a greeting."""
        return any(one.greeting.match(one.spelled(plain)) for one in self.forms)

    def thanks(self, plain: str) -> bool:
        return any(
            one.thanks.search(one.spelled(plain)) and not one.no_thanks.search(one.spelled(plain)) for one in self.forms
        )

    def asks(self, plain: str) -> bool:
        """Whether it puts a question, with or without a question mark."""
        return "?" in plain or "؟" in plain or any(one.asks.match(one.spelled(plain)) for one in self.forms)

    def is_urgent(self, plain: str) -> bool:
        return any(
            one.urgent.search(one.spelled(plain)) and not one.no_hurry.search(one.spelled(plain)) for one in self.forms
        )

    def wants_person(self, plain: str, phrases: tuple[str, ...] = ()) -> bool | None:
        """Whether a person is asked for, by the rules or one of the operation's own phrases (folded).

        None where no rule speaks; False where a person is only mentioned: denied, asked about, or in the past.
        """
        if any(phrase in plain for phrase in phrases):
            return True
        found = [_wants_person(one, one.spelled(plain)) for one in self.forms]
        return True if True in found else False if False in found else None

    def forgets_it(self, plain: str) -> bool:
        """Whether the customer wants what is going on to stop, and says nothing else."""
        return len(plain) < _LONGEST_FAREWELL and any(one.forget_it.match(one.spelled(plain)) for one in self.forms)

    def follows_up(self, plain: str) -> bool:
        """Whether it asks the same again for something else: "and the other one?", "what about LK-100300?"."""
        return len(plain) < _LONGEST_FOLLOW_UP and FOLLOW_UP.match(self.forms[0].spelled(plain)) is not None

    def is_only_greeting(self, plain: str) -> bool:
        for one in self.forms:
            own = one.spelled(plain)
            if one.greeting.match(own) and not one.greeting.sub("", own, count=1).strip(" !.,?¡¿"):
                return True
        return False

    def is_only_thanks(self, plain: str) -> bool:
        if not self.thanks(plain):
            return False
        return any(
            not one.thanks_at_end.sub("", f" {one.spelled(plain)}", count=1).strip(" !.,¡") for one in self.forms
        )

    def core(self, plain: str) -> str:
        """The text without its greeting and its thanks, where something remains: the wish stands between them."""
        inner = plain
        for one in self.forms:
            own = one.spelled(inner)
            # Letters that were spelled out change its length; such a text is kept whole.
            if len(own) == len(inner):
                opened, closed = one.greeting.match(own), one.thanks_at_end.search(own)
                begin = opened.end() if opened else 0
                end = closed.start() if closed and closed.start() >= begin else len(inner)
                inner = inner[begin:end].strip()
        return inner if sum(letter.isalpha() for letter in inner) > 3 and " " in inner else plain


def _wants_person(forms: Forms, plain: str) -> bool | None:
    if forms.person_alone.match(plain):
        return True
    mentioned = forms.mentioned.search(plain) is not None
    for match in forms.wants_person.finditer(plain):
        before = plain[: match.start()][-60:]
        if not (forms.not_wanted.search(before) or forms.are_you.search(before)):
            return True
        mentioned = True
    return False if mentioned else None
