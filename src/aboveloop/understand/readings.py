"""A reading: everything that was understood in one message, as a value that is safe to store."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

YesNo = Literal["yes", "no"]

# From here on a find may be used without asking. Below, it was a bare number among other words or the like:
# worth showing to the customer, not worth acting on.
USABLE = 0.5


@dataclass(frozen=True)
class Guess:
    """One intent with its confidence from 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Found:
    """One entity in the text. `value` is JSON: text, a number, or `{"minor", "currency"}` for money.

    `text` is `reading.text[start:end]`; days are ISO texts such as `2026-11-23`. `source` says where it came from
    when not from the customer's own sentences: a field of a form.
    """

    name: str
    value: Any
    text: str
    start: int
    end: int
    confidence: float
    source: Literal["", "form field"] = ""


@dataclass(frozen=True)
class NeedFound:
    """One of several needs in a message, with the place of the clause that says it."""

    intent: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class Span:
    """Where something personal stands in the text: `email`, `phone`, `card` or `iban`."""

    kind: Literal["email", "phone", "card", "iban"]
    start: int
    end: int


@dataclass(frozen=True)
class FieldFilled:
    """A field of a form as it was filled in: under which label, what is shown of it, and the value of which entity.

    `value` is what the page sent: a choice's own name where `shown` is the words for it.
    """

    label: str
    shown: str
    entity: str | None = None
    value: str = ""


@dataclass(frozen=True)
class FormFilled:
    """A form that was sent instead of a message. `need` is the intent that it is for, None where its words tell;
    `text` is what the customer wrote in their own words."""

    form: str
    language: str
    need: str | None
    fields: tuple[FieldFilled, ...]
    text: str


@dataclass(frozen=True)
class Expectation:
    """What the customer was asked last: an `entity` by name, to confirm something, or to fill in a form.

    `said` is the proposal that was shown. With it, a yes may repeat the proposal's own words
    ("yes, cancel LK-100200") and still be a yes; a word or a number that was not in it is a change. `language` is
    the one that the customer wrote in before: "no" and "si" are words of several.
    """

    entity: str | None = None
    confirmation: bool = False
    said: str = ""
    language: str | None = None
    filled: FormFilled | None = None


@dataclass(frozen=True)
class Reading:
    """What was understood. All places are offsets into `text`: the message as it was read, without quoted history.

    `language` is None where the text is too short or too mixed to tell. `intent` is always the best guess and
    `alternatives` are the best three, the guess itself first. `leaning` is the yes or no with which a message begins
    that says more than that. `change` says that the customer wants something other than what was offered; `follows_up`
    that it asks the same again for something else ("and the other one?") and says nothing without what came before;
    `cut` that the message was longer than what was read. `out_of_scope` runs from 0 to 1. `promised` is False where the
    operation sets a cap on wrong readings and this one is not sure enough for it. `needs` are all needs of a message
    that has more than one, in its order, and `intent` is the first of them. `conflicts` are
    entities of which it names different values without saying which counts. `read_by` says how it was read and why,
    where that can be one way or another: with a provider's embeddings, or without them.
    """

    text: str
    language: str | None
    language_confidence: float
    intent: str
    confidence: float
    alternatives: tuple[Guess, ...] = ()
    entities: tuple[Found, ...] = ()
    yes_no: YesNo | None = None
    leaning: YesNo | None = None
    change: bool = False
    wants_person: bool = False
    forget_it: bool = False
    other_one: bool = False
    follows_up: bool = False
    is_question: bool = False
    greeting: bool = False
    thanks: bool = False
    flags: tuple[str, ...] = ()
    personal: tuple[Span, ...] = ()
    cut: bool = False
    out_of_scope: float = 0.0
    promised: bool = True
    needs: tuple[NeedFound, ...] = ()
    conflicts: tuple[str, ...] = ()
    read_by: str = ""

    def found(self, name: str, *, at_least: float = USABLE) -> tuple[Found, ...]:
        """The finds of one entity, in the order of the text, each value once."""
        kept: list[Found] = []
        for find in self.entities:
            if find.name == name and find.confidence >= at_least and all(find.value != other.value for other in kept):
                kept.append(find)
        return tuple(kept)

    def as_json(self) -> dict[str, Any]:
        """The reading as JSON types, fit for the ledger's canonical JSON."""
        told = _jsonable(asdict(self))
        for find in told["entities"]:
            if not find["source"]:
                del find["source"]
        return told  # type: ignore[no-any-return]


def _jsonable(value: Any) -> Any:
    """Tuples become lists: canonical JSON knows no tuples, and what is stored must equal what is read back."""
    if isinstance(value, dict):
        return {key: _jsonable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(part) for part in value]
    return value
