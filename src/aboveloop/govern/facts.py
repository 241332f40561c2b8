"""Facts: what is true for an action, fetched from the systems of record, each with where it came from.

The worker's words count for nothing here: only the proposed arguments are taken from it, and they are checked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aboveloop.govern.actions import Action
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import PermanentError
from aboveloop.ledger.entries import LARGEST_INTEGER, canonical_text
from aboveloop.ledger.errors import EntryRefused
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.models import Operation
from aboveloop.operation.schemas import argument_faults
from aboveloop.operation.system_models import FactSource, RecordRead, SystemOperation

# Policies compare 64-bit integers, but the ledger keeps 53 bits exactly: what is larger is refused, never rounded.
GREATEST_LONG = LARGEST_INTEGER
# A source names so many reads in full; more of the same are counted.
READS_NAMED = 3


class RecordReader(Protocol):
    """Reads records of the systems. Asking it changes nothing."""

    def read(self, operation: str, args: Mapping[str, Any]) -> Any | None:
        """The answer of `system.operation`, None where there is no such record.

        Raises TemporaryError when it cannot be told now, PermanentError when it cannot be told at all.
        """
        ...


@dataclass(frozen=True)
class Denials:
    """How often a person denied this before: `exactly` this action on its case, `alike` the same operation on the same
    record of the customer (on the same case where it has none), these included; `hours_since` the latest of them, in
    whole hours, None where there is none."""

    exactly: int = 0
    alike: int = 0
    hours_since: int | None = None


@dataclass(frozen=True)
class Conversation:
    """What this conversation has earned: `customer` is the verified customer's id in the system of record or "",
    `confirmed` that the customer was shown exactly this action and said yes, `misinformed` that what the customer was
    told or asked for is not what this action does or what the records say, `told` what the customer told in own words
    of what the operation `obtains`, as "name: choice". `sources` says in words where these come from. `consents` are
    the purposes to which the customer agrees, `denied` what people denied before; None where nobody looked, because no
    rule of the release looks at it."""

    customer: str = ""
    confirmed: bool = False
    sources: Mapping[str, str] = field(default_factory=dict)
    misinformed: bool = False
    told: Sequence[str] = ()
    consents: Sequence[str] | None = None
    denied: Denials | None = None

    def looked_up(self) -> "tuple[Fact, ...]":
        """What was looked up of the customer for this decision, as facts for people to see."""
        found = []
        if self.consents is not None:
            found.append(Fact("consents", sorted(self.consents), "what the customer agreed to and did not take back"))
        if self.denied is not None:
            found.append(Fact("denied_before", vars(self.denied), "the answers of people to earlier requests"))
        return tuple(found)


# Nobody has proved or said anything, agreed to anything, or was denied anything: where decisions are supposed.
NOTHING_KNOWN = Conversation(consents=(), denied=Denials())


@dataclass(frozen=True)
class Fact:
    """Something true for this action, with where it came from in words."""

    name: str
    value: Any
    source: str


@dataclass(frozen=True)
class Evidence:
    """All that is known for one action. `facts` by name; `missing` says by name why a needed fact (or `owner`,
    `resource`, `amount`) is not known; `absent` why an optional one has no value. `owner` and `resource` are "" where
    the operation declares none, `amount` is in minor units. `about` are further facts for people to see. A `fault` is
    a sentence: the action itself is wrong. `conflicts` are the missing facts whose two sources say different
    things, `disagree` what each source of them says, by its expression."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    resource: str = ""
    amount: int | None = None
    about: tuple[Fact, ...] = ()
    fault: str = ""
    conflicts: tuple[str, ...] = ()
    disagree: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def as_body(self) -> dict[str, Any]:
        """As JSON, for the ledger: with it every decision can be made again."""
        return {
            **({"conflicts": list(self.conflicts)} if self.conflicts else {}),
            **({"disagree": {name: dict(said) for name, said in self.disagree.items()}} if self.disagree else {}),
            "facts": [vars(fact) for fact in self.facts.values()],
            "missing": dict(self.missing),
            "absent": dict(self.absent),
            "owner": self.owner,
            "resource": self.resource,
            "amount": self.amount,
            "about": [vars(fact) for fact in self.about],
            "fault": self.fault,
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "Evidence":
        """The evidence that `as_body` wrote."""
        facts = [Fact(**fact) for fact in body["facts"]]
        about = tuple(Fact(**fact) for fact in body["about"])
        conflicts = tuple(body.get("conflicts", ()))
        return cls(**{**body, "facts": {fact.name: fact for fact in facts}, "about": about, "conflicts": conflicts})


def gather(
    operation: Operation, action: Action, records: RecordReader, conversation: Conversation, now: datetime
) -> Evidence:
    """The evidence for `action`: its arguments checked, the declared records read, the facts evaluated.

    Faults and missing facts are values. A TemporaryError of the reader passes through: try again later.
    """
    fault = action_fault(operation, action)
    spec = operation.system_operation(action.operation)
    if fault or spec is None:
        return Evidence(fault=fault)
    gathering = _Gathering(operation, spec, action, conversation, now)
    for name, each in spec.records.items():
        gathering.read(name, each, records)
    return gathering.evidence()


def action_fault(operation: Operation, action: Action) -> str:
    """What is wrong with the action itself, in sentences that repeat no value; "" when nothing is."""
    spec = operation.system_operation(action.operation)
    if spec is None:
        return f"There is no operation {action.operation} in {operation.about.title}."
    types = operation.systems[action.operation.partition(".")[0]].types
    faults = argument_faults(spec, types, action.args)
    if faults:
        return f"The arguments of {action.operation} are not right. {' '.join(faults)}"
    try:
        canonical_text(action.args, "args")
    except EntryRefused:
        return f"The arguments of {action.operation} hold a number that could not be written down exactly."
    return ""


def type_fault(kind: str, value: object) -> str:
    """Why `value` is not of the fact type `kind` (string, long, bool, strings), without repeating it; "" when it is."""
    match kind:
        case "string":
            fits = _is_text(value)
        case "bool":
            fits = isinstance(value, bool)
        case "long":
            fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= GREATEST_LONG
        case _:
            fits = isinstance(value, list) and all(_is_text(each) for each in value)
    return "" if fits else f"the value is not of type {kind}"


def _is_text(value: object) -> bool:
    """True for a text that can be written down: half of a surrogate pair cannot."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass
class _Gathering:
    """One gathering under way: the variables of the expressions grow as records are read."""

    operation: Operation
    spec: SystemOperation
    action: Action
    conversation: Conversation
    now: datetime

    def __post_init__(self) -> None:
        self.system = self.action.operation.partition(".")[0]
        self.variables: dict[str, Any] = {
            "args": dict(self.action.args),
            "now": iso(self.now),
            "customer": self.conversation.customer,
        }
        self.sources = {
            "args": "the proposed arguments",
            "now": "the clock",
            "customer": self.conversation.sources.get("customer", "the conversation"),
        }
        self.unread: dict[str, str] = {}
        # Of these, what a system would not tell: that is no answer, where a record that nobody can name is one.
        self.withheld: set[str] = set()

    def read(self, name: str, record: RecordRead, records: RecordReader) -> None:
        """Read one declared record. What cannot be read stays unknown, so that what needs it is missing."""
        try:
            if record.many is None:
                self.variables[name], self.sources[name] = self._one(record, records, {})
                return
            found = [self._one(record, records, {"each": each}) for each in self._list(record.many)]
        except PermanentError as error:
            self.unread[name] = str(error)
            if not isinstance(error, ExpressionFailed):
                self.withheld.add(name)
            return
        self.variables[name] = [value for value, _ in found]
        self.sources[name] = _several([source for _, source in found])

    def evidence(self) -> Evidence:
        """Evaluate what the operation declares over what was read."""
        missing: dict[str, str] = {}
        absent: dict[str, str] = {}
        facts: dict[str, Fact] = {}
        disagree: dict[str, dict[str, Any]] = {}
        for name, source in self.spec.facts.items():
            value, why = self._value(source.value)
            if not why and value is None:
                why = f"{source.value!r} is null"
            if why and source.optional and self.withheld.isdisjoint(parse(source.value).variables):
                absent[name] = why
            elif why := why or type_fault(source.type, value):
                missing[name] = why
            elif why := self._disagreement(source, value):
                missing[name] = why
                disagree[name] = self._said(source)
            else:
                facts[name] = Fact(name, value, self._source(source.value))
        owner = self._text("owner", self.spec.owner, missing)
        resource = self._text("resource", self.spec.resource, missing)
        amount = self._amount(missing)
        about = tuple(self._about(owner, resource, amount))
        return Evidence(
            facts, missing, absent, owner, resource, amount, about, conflicts=tuple(disagree), disagree=disagree
        )

    def _disagreement(self, source: FactSource, value: Any) -> str:
        """Why the second source of a fact does not bear the first one out; "" where it does or there is none."""
        if source.agrees_with is None:
            return ""
        other, why = self._value(source.agrees_with)
        if why:
            return f"its second source cannot be told: {why}"
        return "" if other == value else f"{source.value!r} and {source.agrees_with!r} say different things"

    def _said(self, source: FactSource) -> dict[str, Any]:
        """What each source of a fact says, for the person who has to decide; why it says nothing, where it does not."""
        found = {}
        for text in (source.value, source.agrees_with or ""):
            value, why = self._value(text)
            found[text] = why or value
        return found

    def _one(self, record: RecordRead, records: RecordReader, more: Mapping[str, Any]) -> tuple[Any, str]:
        variables = {**self.variables, **more}
        args = {name: self._evaluate(text, variables) for name, text in record.with_.items()}
        operation = f"{self.system}.{record.read}"
        shown = ", ".join(f"{name}={value}" for name, value in args.items())
        return records.read(operation, args), f"{operation}({shown})"

    def _list(self, text: str) -> list[Any]:
        values = self._evaluate(text, self.variables)
        if not isinstance(values, list):
            raise ExpressionFailed(f"{text!r} gives no list to read one record for each value.")
        return values

    def _evaluate(self, text: str, variables: Mapping[str, Any]) -> Any:
        return parse(text).value(variables, currency=self.operation.about.currency)

    def _value(self, text: str) -> tuple[Any, str]:
        """The value and "", or None and why there is none."""
        unread = sorted(name for name in self.unread if name in parse(text).variables)
        if unread:
            return None, f"{unread[0]} could not be read: {self.unread[unread[0]]}"
        try:
            return self._evaluate(text, self.variables), ""
        except ExpressionFailed as error:
            return None, str(error)

    def _text(self, name: str, text: str | None, missing: dict[str, str]) -> str:
        if text is None:
            return ""
        value, why = self._value(text)
        # Systems number their records with texts or integers; to policies an id is a text.
        if not why and (isinstance(value, bool) or not isinstance(value, str | int)):
            why = f"{text!r} gives no id"
        if why:
            missing[name] = why
            return ""
        return str(value)

    def _amount(self, missing: dict[str, str]) -> int | None:
        if self.spec.amount is None:
            return None
        value, why = self._value(self.spec.amount)
        if why := why or type_fault("long", value):
            missing["amount"] = why
            return None
        return int(value)

    def _source(self, text: str) -> str:
        read = [self.sources[name] for name in self.sources if name in parse(text).variables]
        return ", ".join(read) or "the operation itself"

    def _about(self, owner: str, resource: str, amount: int | None) -> Iterator[Fact]:
        if self.spec.owner is not None:
            yield Fact("owner", owner, self._source(self.spec.owner))
        if self.spec.resource is not None:
            yield Fact("resource", resource, self._source(self.spec.resource))
        if self.spec.amount is not None:
            yield Fact("amount", amount, self._source(self.spec.amount))
        yield Fact("customer", self.conversation.customer, self.sources["customer"])
        confirmed = self.conversation.sources.get("confirmed", "the conversation")
        yield Fact("confirmed", self.conversation.confirmed, confirmed)


def _several(sources: list[str]) -> str:
    shown = ", ".join(sources[:READS_NAMED]) or "nothing to read"
    return shown if len(sources) <= READS_NAMED else f"{shown} and {len(sources) - READS_NAMED} more"
