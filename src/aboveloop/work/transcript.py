"""The transcript of a conversation: what was said, what the systems answered, and who has proved to be writing.

Nothing here believes the worker. It knows no operation by name: what verifies and what is a write stands in the system
files. What the customer agreed to is found in `work.confirmation`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from aboveloop.govern.actions import Action
from aboveloop.govern.facts import Conversation
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.models import Operation
from aboveloop.operation.system_models import SystemOperation
from aboveloop.work.agreement import Agreement, agreement
from aboveloop.work.descriptions import Description, Descriptions
from aboveloop.work.wording import leaves, plain, says

# Keys under which records keep what people call a thing.
NAME_KEYS = ("name", "title", "product_name", "plan_name")
SUFFICIENT = re.compile(r"\s*args\.(\w+)\s*")


@dataclass(frozen=True)
class Said:
    """A message that the customer or the worker wrote to the other."""

    by: Literal["customer", "worker"]
    text: str


@dataclass(frozen=True)
class Answered:
    """What a system answered to `system.operation`; `failed` when it refused or nothing came back."""

    operation: str
    args: Mapping[str, Any]
    answer: Any
    failed: bool


Event = Said | Answered


@dataclass(frozen=True)
class Exchange:
    """What the worker wrote, and what the customer wrote back."""

    shown: str
    reply: str

    @cached_property
    def agreed(self) -> Agreement:
        return agreement(self.reply)

    @cached_property
    def plain_shown(self) -> str:
        return plain(self.shown)

    @cached_property
    def plain_reply(self) -> str:
        return plain(self.reply)

    @cached_property
    def plain_both(self) -> str:
        return f"{self.plain_shown}{self.plain_reply}"


class Transcript:
    """One conversation, growing event by event."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.heard = ""
        self._sufficient_ids = _sufficient_ids(operation)
        self._proofs = _proofs(operation)
        self._owner_fields = _owner_fields(operation)
        self._customer = ""
        self._proof = "nobody has proved who is writing"
        self._exchanges: list[Exchange] = []
        self._unanswered: list[str] = []
        self._answers: list[Any] = []
        self._descriptions = Descriptions()
        self._names: dict[str, set[str]] = {}
        self._answered: set[str] = set()
        self._read_by: dict[str, Mapping[str, Any]] = {}
        self._done: list[tuple[int, str, Mapping[str, Any]]] = []

    def add(self, event: Event) -> None:
        match event:
            case Said("worker", text):
                self._unanswered.append(text)
            case Said(_, text):
                self._exchanges.append(Exchange("\n".join(self._unanswered), text))
                self._unanswered = []
                self.heard += plain(text)
            case Answered(failed=False):
                self._add_answer(event)

    def proved(self) -> Conversation:
        """Who is verified, before anything is known of an action."""
        return Conversation(self._customer, sources={"customer": self._proof})

    def exchanges(self) -> Iterator[Exchange]:
        """All exchanges, the latest first. What the worker wrote since the customer's last message is in none."""
        return reversed(self._exchanges)

    # --- what the systems said ----------------------------------------------------------------

    def described(self, value: object) -> list[Description]:
        """How the answers describe the thing that `value` names."""
        return self._descriptions.of(value) if isinstance(value, str) else []

    def things(self, value: object) -> list[tuple[dict[str, Any], tuple[dict[str, Any], ...]]]:
        """The records that the answers hold of the thing that `value` names, each with all records beside it."""
        return self._descriptions.records(value) if isinstance(value, str) else []

    def records_with(self, names: Collection[str]) -> list[dict[str, Any]]:
        """The records in the answers that have all these keys."""
        return self._descriptions.holding(names)

    def names(self) -> frozenset[str]:
        """What the answers call things."""
        return frozenset(name for key in NAME_KEYS for name in self._names.get(key, ()))

    def was_answered(self, value: str) -> bool:
        """True when a system answered with this text, under whatever key."""
        return value in self._answered

    def alike(self, name: str) -> set[str]:
        """What else the answers and calls have named under the keys under which they named this."""
        return {each for names in self._names.values() if name in names for each in names} - {name}

    def record_of(self, name: str) -> Mapping[str, Any]:
        """The latest answer that is the record of this id; empty where there was none."""
        for answer in reversed(self._answers):
            if isinstance(answer, Mapping) and any(value == name for value in answer.values()):
                return answer
        return {}

    def read_by(self, name: str) -> Mapping[str, Any]:
        """The latest record that was read by this id and nothing else; empty where there was none."""
        return self._read_by.get(name, {})

    def records_beside(self, name: str, record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The other records of the same kind that were read: those with another id under the same key."""
        keys = [key for key, value in record.items() if value == name]
        return [
            answer
            for answer in self._answers
            if isinstance(answer, Mapping) and any(key in answer and answer[key] != name for key in keys)
        ]

    def was_done(self, action: Action, exchanges_back: int) -> bool:
        """True when the very same was done since so many exchanges back."""
        since = len(self._exchanges) - exchanges_back
        return any(
            after >= since and operation == action.operation and args == action.args
            for after, operation, args in self._done
        )

    def _add_answer(self, event: Answered) -> None:
        self._answers.append(event.answer)
        self._descriptions.add(event.answer)
        self._answered.update(leaf.value for leaf in leaves(event.answer) if isinstance(leaf.value, str))
        for leaf in (*leaves(event.answer), *leaves(dict(event.args))):
            if isinstance(leaf.value, str):
                self._names.setdefault(leaf.name, set()).add(leaf.value)
        match [*event.args.values()]:
            case [str(name)] if isinstance(event.answer, Mapping):
                self._read_by[name] = event.answer
        spec = self.operation.system_operation(event.operation)
        if spec is not None and spec.kind == "write":
            self._done.append((len(self._exchanges), event.operation, event.args))
        # The first proof counts: a conversation serves one customer.
        if not self._customer and spec is not None and spec.kind == "read":
            self._customer = self._proved_by_lookup(event, spec) or self._proved_by_record(event)
            if self._customer:
                self._proof = f"{event.operation} with what the customer wrote"

    # --- who is writing -----------------------------------------------------------------------

    def _proved_by_lookup(self, event: Answered, spec: SystemOperation) -> str:
        """The customer's id, when the operation verifies and the customer wrote every argument of the call.

        What a worker guessed or found elsewhere proves nothing.
        """
        given = list(leaves(dict(event.args)))
        if not spec.verifies or not given or not all(says(self.heard, leaf.value) for leaf in given):
            return ""
        try:
            customer = parse(spec.verifies).value({"args": dict(event.args), "result": event.answer})
        except ExpressionFailed:
            return ""
        return str(customer) if isinstance(customer, str | int) and not isinstance(customer, bool) else ""

    def _proved_by_record(self, event: Answered) -> str:
        """The customer's id, when an answer holds it and the customer wrote it, where giving the id is proof enough."""
        if not isinstance(event.answer, Mapping):
            return ""
        held = (event.answer.get(name) for name in self._sufficient_ids)
        for each in held:
            if isinstance(each, str) and each and says(self.heard, each):
                return each
        return self._proved_by_details(event, event.answer)

    def _proved_by_details(self, event: Answered, record: Mapping[str, Any]) -> str:
        """The customer's id, when their own record was read and holds all that a verifying lookup would have asked
        for, as the customer wrote it: the lookup would have found the same customer."""
        ids = [name for name in event.args if name in self._owner_fields and record.get(name) == event.args[name]]
        if len(event.args) != 1 or not ids:
            return ""
        known = {leaf.name for leaf in leaves(dict(record)) if says(self.heard, leaf.value)}
        return str(record[ids[0]]) if any(asked <= known for asked in self._proofs) else ""


def _sufficient_ids(operation: Operation) -> frozenset[str]:
    """The arguments that identify a customer by themselves: of operations that say `verifies: args.<name>`."""
    specs = [spec for system in operation.systems.values() for spec in system.operations.values()]
    found = (SUFFICIENT.fullmatch(spec.verifies) for spec in specs if spec.verifies)
    return frozenset(match.group(1) for match in found if match)


def _proofs(operation: Operation) -> list[frozenset[str]]:
    """What each verifying lookup asks for, where what it asks for is more than the id itself."""
    specs = [spec for system in operation.systems.values() for spec in system.operations.values()]
    return [
        frozenset(spec.arguments)
        for spec in specs
        if spec.verifies and spec.arguments and not SUFFICIENT.fullmatch(spec.verifies)
    ]


def _owner_fields(operation: Operation) -> frozenset[str]:
    """The fields that hold the id of a record's owner: `user_id` where an owner is `order.user_id`."""
    specs = [spec for system in operation.systems.values() for spec in system.operations.values()]
    return frozenset(spec.owner.rpartition(".")[2].strip() for spec in specs if spec.owner)
