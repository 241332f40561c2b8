"""Misinforming: whether the customer said yes to something else than this action does, or to what is not so.

Asking again mends a yes that is missing. A yes to a wrong price, to "the cheapest" that is not, or to another cabin
shows that the worker is wrong, so the policies can send the action to a person (`context.misinformed`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aboveloop.kit.money import Money
from aboveloop.operation.system_models import SystemOperation
from aboveloop.work.amounts import PRICE, REFUND, prices_told_instead
from aboveloop.work.claims import Chosen, contradictions, other_choices
from aboveloop.work.origins import mixed_up
from aboveloop.work.transcript import Exchange, Transcript
from aboveloop.work.wording import plain, says

# Choices such as "yes" and "no" stand in every conversation and tell nothing.
SHORTEST_CHOICE = 4


@dataclass(frozen=True)
class Shown:
    """An action as it was shown: `window` are the exchanges that led to it, the latest first; the customer said yes
    `agreed` exchanges back. `record` is what it changes, `chosen` are the things that it chooses. `is_undoing`: it
    names the record and no more, as a cancellation does, so that money goes back."""

    transcript: Transcript
    spec: SystemOperation | None
    args: Mapping[str, Any]
    amount: int | None
    resource: str
    record: Mapping[str, Any]
    window: Sequence[Exchange]
    agreed: int
    chosen: Sequence[Chosen]
    is_undoing: bool = False

    @property
    def latest(self) -> Sequence[Exchange]:
        """The exchange with the yes and those that only added details to it."""
        return self.window[: self.agreed + 1]


def other_choice(shown: Shown) -> str:
    """A choice (an `enum` of the argument) that was shown, and that is neither proposed nor how it stands now."""
    for name, schema in (shown.spec.arguments if shown.spec else {}).items():
        choices = _listed(schema, "enum")
        chosen = shown.args.get(name)
        if chosen in choices:
            text = "".join(exchange.plain_both for exchange in shown.latest)
            others = _choices_in(text, choices) - {chosen, shown.record.get(name)}
            if others:
                return ", ".join(sorted(others))
    return ""


def other_operation(shown: Shown, operation: str) -> str:
    """The other write with the same arguments that the words fit better; "" where none does.

    It matters where nothing but the record is named: a yes to switching something on is no yes to switching it off.
    """
    system, _, own = operation.partition(".")
    if shown.spec is None or not shown.is_undoing:
        return ""
    text = "".join(exchange.plain_both for exchange in shown.latest)
    for name, spec in shown.transcript.operation.systems[system].operations.items():
        is_alike = spec.kind == "write" and name != own and spec.arguments.keys() == shown.spec.arguments.keys()
        if is_alike and _words_said(text, name) > _words_said(text, own):
            return f"{system}.{name}"
    return ""


def _words_said(text: str, operation: str) -> int:
    """How many words of an operation's name are said. "Suspended" is how things are, and says nothing of suspending."""
    words = operation.split("_")
    return sum(
        any(f" {form} " in text for form in (word, f"{word}ing", f"{word.removesuffix('e')}ing")) for word in words
    )


def told_wrongly(shown: Shown) -> str:
    """What the customer was told, or asked for, and is not so, in words; "" when nothing is known to be wrong."""
    if price := _other_price(shown):
        return f"the customer was told {price}"
    if mixed := mixed_up(shown.transcript, shown.args):
        return f"no one record holds {mixed}"
    if claim := next(contradictions(shown.transcript, shown.window, shown.chosen, shown.record), ""):
        return claim
    return next(other_choices(shown.transcript, shown.args, _choices(shown.spec), shown.record), "")


def _other_price(shown: Shown) -> str:
    """The prices told in place of the real one. Where other records are spoken of too, they may be theirs."""
    text = "".join(exchange.plain_both for exchange in shown.latest)
    if not shown.amount or any(says(text, other) for other in shown.transcript.alike(shown.resource)):
        return ""
    amount = Money(abs(shown.amount), shown.transcript.operation.about.currency)
    said = "\n".join(f"{each.shown}\n{each.reply}" for each in shown.latest)
    told = prices_told_instead(said, amount, REFUND if shown.is_undoing else PRICE)
    return f"{', '.join(str(each) for each in told)}, and it is {amount}" if told else ""


def _choices(spec: SystemOperation | None) -> dict[str, dict[str, list[str]]]:
    """The values that arguments can have, each with the phrases in which customers speak for it."""
    if spec is None:
        return {}
    phrases = {name: heard.choices for name, heard in spec.obtains.items()}
    listed = {name: _listed(schema, "enum", "examples") for name, schema in spec.arguments.items()}
    return {
        name: {value: phrases.get(name, {}).get(value, []) for value in values}
        for name, values in listed.items()
        if values
    }


def _listed(schema: Any, *keywords: str) -> list[str]:
    """The values that the schema of an argument lists under these keywords."""
    found = (each for word in keywords for each in schema.get(word, [])) if isinstance(schema, Mapping) else ()
    return [str(each) for each in found if len(str(each)) >= SHORTEST_CHOICE]


def _choices_in(text: str, choices: Sequence[str]) -> set[str]:
    """The choices that the plain `text` says; "basic economy" says nothing of "economy"."""
    found = set()
    for choice in sorted(choices, key=len, reverse=True):
        if says(text, choice):
            found.add(choice)
            text = text.replace(plain(choice), " ")
    return found
