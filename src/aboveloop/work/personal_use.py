"""Personalisation: what of the customer's own was used in serving them, each with the entry that shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.procedures.check import expand

# What each flag says, in the order in which people read them.
FLAGS: Mapping[str, str] = {
    "knew_who": "knew who they are",
    "used_records": "used their own records",
    "spoke_of_records": "spoke of what their records say",
    "used_history": "knew what came before",
}


@dataclass(frozen=True)
class PersonalUse:
    """One flag. `entry`: the first that shows it, None where it was not used."""

    flag: str
    words: str
    entry: str | None

    @property
    def is_used(self) -> bool:
        return self.entry is not None


def personal_use(entries: Sequence[Entry], operation: Operation) -> list[PersonalUse]:
    """Each flag of a case, told by its chain."""
    filled = _filled_from_records(operation)
    shown: dict[str, str] = {}
    for entry in entries:
        flag = _flag(entry, "knew_who" in shown, filled)
        if flag is not None:
            shown.setdefault(flag, entry.id)
    return [PersonalUse(flag, words, shown.get(flag)) for flag, words in FLAGS.items()]


def _flag(entry: Entry, is_known: bool, filled: frozenset[str]) -> str | None:
    match entry.kind:
        case "CustomerVerified":
            return "knew_who"
        case "RecordRead" if is_known and entry.body.get("found"):
            return "used_records"
        case "MessageSent" if is_known and entry.body.get("template") in filled:
            return "spoke_of_records"
        case "ContextPacked" if entry.body.get("earlier_cases"):
            return "used_history"
        case _:
            return None


_filled: dict[str, frozenset[str]] = {}
# Releases never change; a house has few of them at work at once.
MOST_KEPT = 100


def _filled_from_records(operation: Operation) -> frozenset[str]:
    """The messages that are filled with what a procedure has read, kept by release."""
    known = _filled.get(operation.digest)
    if known is None:
        if len(_filled) > MOST_KEPT:
            _filled.clear()
        known = _filled[operation.digest] = _messages_with_records(operation)
    return known


def _messages_with_records(operation: Operation) -> frozenset[str]:
    found: set[str] = set()
    texts = operation.messages.get(operation.about.languages[0], {})
    for procedure in operation.procedures.values():
        steps = expand(procedure, operation.fragments)
        read = {step.into for step in steps if step.look_up is not None and step.into is not None}
        for step in steps:
            for name in (step.say, step.again):
                if name is not None and any(f"{each}." in _filled_places(texts.get(name, "")) for each in read):
                    found.add(name)
    return frozenset(found)


def _filled_places(text: str) -> str:
    """What stands between the braces of a message."""
    return " ".join(part.partition("}}")[0] for part in text.split("{{")[1:])
