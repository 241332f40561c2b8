"""The transcript of a conversation, and what it proves: who is verified, and what exactly the customer agreed to.

Nothing here believes the worker. It looks at what the customer wrote, what the customer was shown and what the systems
answered. It knows no operation by name: what identifies, what is a write and what an argument means stands in the
system files and in the answers themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aboveloop.govern.actions import Action
from aboveloop.govern.facts import Conversation
from aboveloop.kit.money import Money
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.models import Operation, SystemOperation
from aboveloop.work.agreement import Agreement, agreement
from aboveloop.work.amounts import prices_told_instead
from aboveloop.work.descriptions import Description, Descriptions
from aboveloop.work.wording import Leaf, leaves, plain, says

# A proposal may be spread over a few exchanges ("with which card?" "the Visa"); what lies further back counts no more.
EXCHANGES_OF_A_PROPOSAL = 4
# Of what an action changes, this share must have been said. Not all: nobody reads out the country of an address.
SHARE_TO_BE_SAID = 0.5
# Choices such as "yes" and "no" stand in every conversation and tell nothing.
SHORTEST_CHOICE = 4


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
class Finding:
    """Whether something is so, and why, in words."""

    holds: bool
    why: str


@dataclass(frozen=True)
class Exchange:
    """What the worker wrote, and what the customer wrote back."""

    shown: str
    reply: str

    @property
    def agreed(self) -> Agreement:
        return agreement(self.reply)

    @property
    def plain_shown(self) -> str:
        return plain(self.shown)

    @property
    def plain_both(self) -> str:
        return f"{plain(self.shown)}{plain(self.reply)}"


class Transcript:
    """One conversation, growing event by event."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._exchanges: list[Exchange] = []
        self._unanswered: list[str] = []
        self._heard = ""
        self._customer = ""
        self._proof = "nobody has proved who is writing"
        self._answers: list[Any] = []
        self._descriptions = Descriptions()
        self._names: dict[str, set[str]] = {}
        self._done_since_reply: list[tuple[str, Mapping[str, Any]]] = []

    def add(self, event: Event) -> None:
        match event:
            case Said("worker", text):
                self._unanswered.append(text)
            case Said(_, text):
                self._exchanges.append(Exchange("\n".join(self._unanswered), text))
                self._unanswered = []
                self._done_since_reply = []
                self._heard += plain(text)
            case Answered(failed=False):
                self._add_answer(event)

    def proved(self) -> Conversation:
        """Who is verified, before anything is known of an action."""
        return Conversation(self._customer, sources={"customer": self._proof})

    def conversation(self, action: Action, amount: int | None = None) -> Conversation:
        """What the conversation up to now has earned for `action`, which costs or gives back `amount` minor units."""
        found = self.confirmed(action, amount)
        return Conversation(self._customer, found.holds, {"customer": self._proof, "confirmed": found.why})

    def confirmed(self, action: Action, amount: int | None = None) -> Finding:
        """Whether the customer was shown this very action and said yes, and nothing else since.

        The last message must say yes; the same yes carries an action once; each thing that the action names must be the
        one that was spoken of last, and no other choice or price may have been told.
        """
        if not self._exchanges:
            return Finding(False, "the customer has not answered anything yet")
        if self._exchanges[-1].agreed is not Agreement.YES:
            return Finding(False, "the customer's last message does not say yes")
        if (action.operation, action.args) in self._done_since_reply:
            return Finding(False, "what the customer agreed to has been done already")
        return _Proposal(self, action, amount).shown()

    # --- who is writing -----------------------------------------------------------------------

    def _add_answer(self, event: Answered) -> None:
        self._answers.append(event.answer)
        self._descriptions.add(event.answer)
        for leaf in (*leaves(event.answer), *leaves(dict(event.args))):
            if isinstance(leaf.value, str):
                self._names.setdefault(leaf.name, set()).add(leaf.value)
        spec = self._operation.system_operation(event.operation)
        if spec is not None and spec.kind == "write":
            self._done_since_reply.append((event.operation, event.args))
        # The first proof counts: a conversation serves one customer.
        if spec is not None and spec.verifies and not self._customer and self._was_given(event.args):
            self._verify(event, spec.verifies)

    def _was_given(self, args: Mapping[str, Any]) -> bool:
        """True when the customer wrote every argument: what a worker guessed or found elsewhere proves nothing."""
        given = list(leaves(dict(args)))
        return bool(given) and all(says(self._heard, leaf.value) for leaf in given)

    def _verify(self, event: Answered, verifies: str) -> None:
        try:
            customer = parse(verifies).value({"args": dict(event.args), "result": event.answer})
        except ExpressionFailed:
            return
        if isinstance(customer, str | int) and not isinstance(customer, bool) and customer != "":
            self._customer = str(customer)
            self._proof = f"{event.operation} with what the customer wrote"

    # --- for proposals ------------------------------------------------------------------------

    def described(self, value: object) -> list[Description]:
        return self._descriptions.of(value) if isinstance(value, str) else []

    def alike(self, name: str) -> set[str]:
        """What else the systems and calls have named under the keys under which they named this."""
        return {each for names in self._names.values() if name in names for each in names} - {name}

    def record_of(self, name: str) -> Mapping[str, Any]:
        """The latest answer that is the record of this id; empty where there was none."""
        for answer in reversed(self._answers):
            if isinstance(answer, Mapping) and any(value == name for value in answer.values()):
                return answer
        return {}

    def exchanges(self) -> Iterator[Exchange]:
        """All exchanges, the latest first."""
        return reversed(self._exchanges)


class _Proposal:
    """One action, held against what the customer was shown before the yes."""

    def __init__(self, transcript: Transcript, action: Action, amount: int | None) -> None:
        self.transcript = transcript
        self.operation = transcript._operation
        self.spec = self.operation.system_operation(action.operation)
        self.action = action
        self.amount = amount
        self.resource = _resource(self.spec, action)
        self.record = transcript.record_of(self.resource) if self.resource else {}
        customer = transcript.proved().customer
        self.concerns_own_profile = self.resource in ("", customer)
        self.details = [leaf for leaf in leaves(dict(action.args)) if str(leaf.value) != customer]
        self.described = {leaf.value: transcript.described(leaf.value) for leaf in self.details}
        self.window = list(self._window())

    def shown(self) -> Finding:
        if not self.concerns_own_profile and not self._is_about_resource():
            return Finding(False, f"the customer was not shown that it is about {self.resource}")
        if not any(self._worker_said(leaf) for leaf in self.details):
            return Finding(False, "the worker has not proposed this")
        if other := self._other_choice():
            return Finding(False, f"the customer was last shown {other} instead")
        if unsaid := self._unsaid():
            return Finding(False, f"the customer was not shown {unsaid}")
        if told := self._other_price():
            return Finding(False, f"the customer was told {told}")
        return Finding(True, "shown to the customer, who said yes")

    def _window(self) -> Iterator[Exchange]:
        """The exchanges that led to the yes, the latest first, back to where the customer said no."""
        for place, exchange in enumerate(self.transcript.exchanges()):
            if place == EXCHANGES_OF_A_PROPOSAL or (place and exchange.agreed is Agreement.NO):
                return
            yield exchange

    def _is_about_resource(self) -> bool:
        """True when the latest mention of such a record, however far back, is a mention of this one."""
        alike = self.transcript.alike(self.resource)
        for exchange in self.transcript.exchanges():
            text = exchange.plain_both
            if self._says(text, self.resource):
                return True
            if any(says(text, other) for other in alike):
                return False
        return False

    def _says(self, text: str, value: str | int | float) -> bool:
        known = self.described.get(value, [])
        return says(text, value) or any(each.fits(text) for each in known)

    def _worker_said(self, leaf: Leaf) -> bool:
        return any(self._says(exchange.plain_shown, leaf.value) for exchange in self.window)

    def _unsaid(self) -> str:
        """What should have been said and was not; "" when enough was. What stays as it is need not be said."""
        standing = {(leaf.name, leaf.value) for leaf in leaves(dict(self.record))}
        changing = [
            leaf for leaf in self.details if leaf.value != self.resource and (leaf.name, leaf.value) not in standing
        ]
        unsaid = [leaf for leaf in changing if not self._was_spoken_of_last(leaf)]
        # A thing with a record of its own (a card, a variant) is always said, whatever else was.
        things = [leaf for leaf in unsaid if self.described[leaf.value]]
        if not things and len(changing) - len(unsaid) >= SHARE_TO_BE_SAID * len(changing):
            return ""
        return ", ".join(dict.fromkeys(f"{leaf.name} {leaf.value}" for leaf in things or unsaid))

    def _was_spoken_of_last(self, leaf: Leaf) -> bool:
        """True when the latest exchange that speaks of such a thing speaks of this one."""
        known = self.described[leaf.value]
        for exchange in self.window:
            text = exchange.plain_both
            if self._says(text, leaf.value):
                return True
            if known and all(each.is_outdone(text) for each in known):
                return False
        return False

    def _other_choice(self) -> str:
        """A choice (an `enum` of the argument) that was shown, and that is neither proposed nor how it stands now."""
        for name, schema in (self.spec.arguments if self.spec else {}).items():
            choices = [each for each in schema.get("enum", []) if len(str(each)) >= SHORTEST_CHOICE]
            chosen = self.action.args.get(name)
            if chosen in choices:
                others = _choices_in(self.window[0].plain_both, choices) - {chosen, self.record.get(name)}
                if others:
                    return ", ".join(sorted(others))
        return ""

    def _other_price(self) -> str:
        """The prices told in place of the real one. Where several records are spoken of, prices belong to any of them."""
        latest = self.window[0]
        if not self.amount or any(says(latest.plain_both, other) for other in self.transcript.alike(self.resource)):
            return ""
        amount = Money(abs(self.amount), self.operation.about.currency)
        told = prices_told_instead(f"{latest.shown}\n{latest.reply}", amount)
        return f"{', '.join(str(each) for each in told)}, and it is {amount}" if told else ""


def _choices_in(text: str, choices: Sequence[str]) -> set[str]:
    """The choices that the plain `text` says; "basic economy" says nothing of "economy"."""
    found = set()
    for choice in sorted(choices, key=len, reverse=True):
        if says(text, choice):
            found.add(choice)
            text = text.replace(plain(choice), " ")
    return found


def _resource(spec: SystemOperation | None, action: Action) -> str:
    if spec is None or spec.resource is None:
        return ""
    try:
        return str(parse(spec.resource).value({"args": dict(action.args)}))
    except ExpressionFailed:
        return ""
