"""The basis of a procedure: its digest together with all that it rests on, so that evidence can name what it is about.

Counted are its steps with those of its fragments, the policies, the systems, the needs with their examples, and how
messages are read. Not counted: what colleagues call it, and the words that customers are told.
"""

from aboveloop.kit.canonical import digest
from aboveloop.operation.changes.change import Change
from aboveloop.operation.changes.words import steps_with_fragments
from aboveloop.operation.models import Operation

# Part of what is digested, so that another way of counting could never give the same digest.
FORMAT = "aboveloop basis 1"
# What of operation.yaml says how messages are read and answered.
READ_BY = ("understanding", "reading", "entities", "answers", "languages")
# As many operations as one look at the charters compares.
KEPT = 32
# Changes that a basis holds, by what they are about. `operation:` stands for settings as for operations of systems.
_HELD = ("procedure:", "fragment:", "lane:", "rule:", "system:", "intent:")

_kept: dict[str, str] = {}


def basis_of(operation: Operation, procedure: str) -> str:
    """The digest of what `procedure` is and rests on; "" where the operation has no such procedure."""
    if procedure not in operation.procedures:
        return ""
    steps = [step.model_dump(mode="json", by_alias=True) for step in steps_with_fragments(operation)[procedure]]
    return digest({"format": FORMAT, "procedure": procedure, "steps": _plain(steps), "rests_on": _common(operation)})


def holds(change: Change) -> bool:
    """Whether a change is one of what a basis counts; whom it reaches is another question."""
    if change.about.startswith("operation:"):
        name = change.about.partition(":")[2]
        return "." in name or name in READ_BY
    return change.about.startswith(_HELD)


def _common(operation: Operation) -> str:
    known = _kept.get(operation.digest)
    if known is None:
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)), None)
        known = _kept[operation.digest] = _reckoned(operation)
    return known


def _reckoned(operation: Operation) -> str:
    return digest(
        {
            "policies": dict(operation.policies),
            "systems": {name: _plain(each.model_dump(mode="json")) for name, each in operation.systems.items()},
            "intents": {name: _plain(each.model_dump(mode="json")) for name, each in operation.intents.items()},
            "read_by": _plain(operation.about.model_dump(mode="json", include=set(READ_BY))),
        }
    )


def _plain(value: object) -> str:
    """Digested by itself: parts hold numbers with fractions, whose digits two machines may write otherwise."""
    return digest(_whole(value))


def _whole(value: object) -> object:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {str(name): _whole(each) for name, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value
