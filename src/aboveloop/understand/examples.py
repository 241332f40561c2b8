"""What a reader learns from: the operation's examples and the built-in ones; and short forms, known word for word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aboveloop.operation.models import Operation
from aboveloop.understand.built_in import built_in
from aboveloop.understand.cleaning import folded
from aboveloop.understand.cues import Cues
from aboveloop.understand.intents import OUTSIDE

_MARKS = " .!?¿¡"
# Nobody greets, thanks or drops a matter at greater length without saying something else.
_LONGEST_FORM = 120


def examples_of(operation: Operation) -> tuple[list[str], list[str]]:
    """Texts and their intents, in the languages that workers serve; an operation's own examples win."""
    about = operation.about
    texts: list[str] = []
    labels: list[str] = []
    for name, intent in operation.intents.items():
        spoken = [example for language in about.languages for example in intent.examples_in.get(language, ())]
        texts += [*intent.examples, *spoken]
        labels += [name] * (len(intent.examples) + len(spoken))
    own = {folded(text) for text in texts}
    for name, examples in built_in(about.languages).items():
        kept = [example for example in examples if folded(example) not in own]
        if name == "wants_person":
            kept += about.understanding.wants_person
        texts += kept
        labels += [name] * len(kept)
    return texts, labels


@dataclass(frozen=True)
class ShortForms:
    """Whole messages that are one of the built-in examples, word for word: their intents, by language and together."""

    by_language: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, languages: Sequence[str]) -> "ShortForms":
        return cls({language: _short_forms(language) for language in dict.fromkeys([*languages, "en"])})

    def intent(self, plain: str, cues: Cues) -> str | None:
        """The built-in intent that the message is as a whole, if it is one."""
        return _by_form(plain, cues) or next(
            (forms[bare] for forms in self.by_language.values() if (bare := plain.strip(_MARKS)) in forms), None
        )

    def language(self, plain: str) -> str | None:
        """The one language in which the message is such a whole; None where it is in several, or in none."""
        bare = plain.strip(_MARKS)
        spoken = [
            language
            for language, forms in self.by_language.items()
            if bare in forms or _by_form(plain, Cues.of([language])) is not None
        ]
        return spoken[0] if len(spoken) == 1 else None


def _short_forms(language: str) -> Mapping[str, str]:
    return {
        folded(example).strip(_MARKS): name
        for name, examples in built_in([language], beside=()).items()
        if name != OUTSIDE
        for example in examples
    }


def _by_form(plain: str, cues: Cues) -> str | None:
    if len(plain) > _LONGEST_FORM:
        return None
    if cues.is_only_greeting(plain):
        return "greeting"
    if cues.is_only_thanks(plain):
        return "thanks"
    if cues.forgets_it(plain):
        return "forget_it"
    return None
