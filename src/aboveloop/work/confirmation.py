"""Confirmation: whether the customer was shown this very action and said yes to it.

Only what the customer could read counts, held against the arguments of the action and the records that the systems
showed of what they name. It knows no operation by name, so it works for any.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.govern.actions import Action
from aboveloop.govern.facts import Conversation
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.system_models import SystemOperation
from aboveloop.work.agreement import Agreement
from aboveloop.work.claims import Chosen
from aboveloop.work.misinforming import Shown, other_choice, other_operation, told_wrongly
from aboveloop.work.obtaining import told, was_obtained
from aboveloop.work.references import speaks_of_all, told_as_one, told_by_difference
from aboveloop.work.transcript import Exchange, Transcript
from aboveloop.work.wording import Leaf, Value, is_number_of_its_own, leaves, says

# A proposal may be spread over a few exchanges ("with which card?" "the Visa"); what lies further back counts no more.
EXCHANGES_OF_A_PROPOSAL = 4
# Of what an action changes, this share must have been said. Not all: nobody reads out the country of an address.
SHARE_TO_BE_SAID = 0.5
# Where a record is the only one of its kind that was read, so many of its values tell which it is.
WORDS_THAT_TELL = 2
# Shorter words and numbers stand in any text by chance.
SHORTEST_TELLING_WORD = 3
# So many details may be asked for between the yes and the action.
DETAILS_AFTER_A_YES = 1
# "Back to the original payment method", "with the same card": the means that the record holds.
AS_BEFORE = re.compile(
    r"\b(?:original|same|previous|initial|earlier)(?: \w+)? (?:payment|method|card|account|paypal|wallet)\b"
)
CONFIRM_ANEW = re.compile(r"\bconfirm|\byes\b|\bproceed with (?:this|these|the following)", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """Whether something is so, and why, in words."""

    holds: bool
    why: str
    misinformed: bool = False


def earned(transcript: Transcript, action: Action, amount: int | None) -> Conversation:
    """What the conversation up to now has earned for `action`, which moves `amount` minor units of money."""
    found, proved = confirmed(transcript, action, amount), transcript.proved()
    sources = {**proved.sources, "confirmed": found.why}
    spec = transcript.operation.system_operation(action.operation)
    known = told(transcript.exchanges(), spec.obtains) if spec else ()
    return Conversation(proved.customer, found.holds, sources, misinformed=found.misinformed, told=known)


def confirmed(transcript: Transcript, action: Action, amount: int | None = None) -> Finding:
    """Whether the customer was shown this very action and agreed.

    The last message must say yes, or only add a detail that was asked for after a yes. One yes carries an action
    once. Each thing that the action names must be the one that was spoken of last, and no other choice or price may
    have been told.
    """
    if next(transcript.exchanges(), None) is None:
        return Finding(False, "the customer has not answered anything yet")
    agreed = _place_of_yes(transcript)
    if agreed is None:
        return Finding(False, "the customer's last message does not say yes")
    return _Proposal(transcript, action, amount, agreed).shown()


def _place_of_yes(transcript: Transcript) -> int | None:
    """How many exchanges back the customer said yes, where all that came since were details that were asked for: no
    no, no question of the customer's own, nothing that the worker wanted to have confirmed anew."""
    for place, exchange in enumerate(transcript.exchanges()):
        if exchange.agreed is Agreement.YES:
            return place
        is_detail = exchange.agreed is Agreement.NEITHER and "?" not in exchange.reply and "?" in exchange.shown
        if place >= DETAILS_AFTER_A_YES or not is_detail or CONFIRM_ANEW.search(exchange.shown):
            return None
    return None


class _Proposal:
    """One action, held against what the customer was shown before the yes."""

    def __init__(self, transcript: Transcript, action: Action, amount: int | None, agreed: int) -> None:
        self.transcript = transcript
        self.action = action
        self.amount = amount
        self.agreed = agreed
        self.spec = transcript.operation.system_operation(action.operation)
        self.customer = transcript.proved().customer
        self.window = list(self._window())
        self.replaced = dict(_pairs(action.args, self.spec.replaces if self.spec else {}))
        self.details = [leaf for leaf in leaves(dict(action.args)) if str(leaf.value) != self.customer]
        self.described = {leaf.value: transcript.described(leaf.value) for leaf in self.details}
        self.resource = _resource(self.spec, action)
        self.record = transcript.record_of(self.resource) if self.resource else {}
        self.changing = self._changing()
        beside = transcript.records_beside(self.resource, self.record)
        self.telling = _values(self.record) - {self.resource}.union(*(_values(other) for other in beside))
        self.numbers = {each for each in self.record.values() if is_number_of_its_own(each)}
        self.words_that_tell = 1 if beside else WORDS_THAT_TELL

    def shown(self) -> Finding:
        concerns_own_profile = self.resource in ("", self.customer)
        place = 0 if concerns_own_profile else self._place_of_resource()
        if place is None:
            return Finding(False, f"the customer was not shown that it is about {self.resource}")
        if self.transcript.was_done(self.action, place):
            return Finding(False, "what the customer agreed to has been done already")
        if not concerns_own_profile and not self._knows_resource():
            return Finding(False, f"the customer neither named {self.resource} nor was told what it is")
        if not self._is_proposed(place):
            return Finding(False, "the worker has not proposed this")
        return self._said_in_full()

    def _said_in_full(self) -> Finding:
        shown = self._as_shown()
        if other := other_choice(shown):
            return Finding(False, f"the customer was last shown {other} instead", misinformed=True)
        if other := other_operation(shown, self.action.operation):
            return Finding(False, f"what the customer was shown is rather {other}")
        if unsaid := self._unsaid():
            return Finding(False, f"the customer was not shown {unsaid}")
        if wrong := told_wrongly(shown):
            return Finding(False, wrong, misinformed=True)
        if means := self._means_unsaid():
            return Finding(False, f"the customer was not shown that {means} pays for it")
        if owed := self._owed():
            return Finding(False, f"the customer has not told the {owed}")
        return Finding(True, "shown to the customer, who said yes")

    def _window(self) -> Iterator[Exchange]:
        """The exchanges that led to the yes, the latest first."""
        for place, exchange in enumerate(self.transcript.exchanges()):
            if place == EXCHANGES_OF_A_PROPOSAL:
                return
            yield exchange

    def _since_no(self) -> list[Exchange]:
        """Those after which the customer did not say no: what was proposed before a no has to be proposed again."""
        refused = (place for place, each in enumerate(self.window) if place and each.agreed is Agreement.NO)
        return self.window[: next(refused, len(self.window))]

    # --- which record -------------------------------------------------------------------------

    def _place_of_resource(self) -> int | None:
        """How many exchanges back it was settled that it is about this record: its latest mention, when no other was
        spoken of since, or one that the customer agreed to in a row of yeses up to now. None where it was not."""
        alike = self.transcript.alike(self.resource)
        other_since, all_yes = False, True
        for place, exchange in enumerate(self.transcript.exchanges()):
            text = exchange.plain_both
            all_yes = all_yes and exchange.agreed is Agreement.YES and place < EXCHANGES_OF_A_PROPOSAL
            if other_since and not all_yes:
                return None
            if says(text, self.resource) or self._tells_of_resource(text) or self._speaks_of_all(text):
                return place
            other_since = other_since or any(says(text, other) for other in alike)
        return None

    def _knows_resource(self) -> bool:
        """True when the customer wrote the id or was told what it stands for: an id alone says nothing to anybody."""
        if says(self.transcript.heard, self.resource):
            return True
        values = _values(self.record) - {self.resource}
        return any(
            self._tells_of_resource(text)
            or self._speaks_of_all(text)
            or (says(text, self.resource) and any(says(text, value) for value in values))
            for text in (exchange.plain_shown for exchange in self.transcript.exchanges())
        )

    def _tells_of_resource(self, text: str) -> bool:
        """True when the plain `text` says what only this record holds, or enough of it where no other is known."""
        said = [value for value in self.telling if says(text, value)]
        return len(said) >= self.words_that_tell or any(value in self.numbers for value in said)

    def _speaks_of_all(self, text: str) -> bool:
        """True when the plain `text` speaks of all such records ("all your order addresses"), this one included."""
        nouns = [
            leaf.name.removesuffix("_id").replace("_", " ") for leaf in self.details if leaf.value == self.resource
        ]
        return any(speaks_of_all(self.transcript, text, noun, self.record) for noun in nouns)

    # --- which change -------------------------------------------------------------------------

    def _changing(self) -> list[Leaf]:
        """The details that are not already so in the record: what stays as it is need not be said."""
        held = list(leaves(dict(self.record)))
        standing = {(leaf.name, leaf.value) for leaf in held}
        given_up = {leaf.value for leaf in held} & set(self.replaced.values())
        return [
            leaf
            for leaf in self.details
            if leaf.value not in (self.resource, *given_up) and (leaf.name, leaf.value) not in standing
        ]

    def _is_proposed(self, place: int) -> bool:
        """True when the worker said something of what changes, or named the very record where it was settled.

        Where nothing but the record is named, as in a cancellation, telling which it is says all.
        """
        settled = self.window[place].plain_shown if place < len(self.window) else ""
        if self.resource and any(says(settled, name) for name in (self.resource, *self.numbers)):
            return True
        if not self.changing:
            return self._tells_of_resource(settled) or self._speaks_of_all(settled)
        return any(self._says(exchange.plain_shown, leaf) for leaf in self.changing for exchange in self._since_no())

    def _unsaid(self) -> str:
        """What should have been said and was not; "" when enough was."""
        unsaid = [leaf for leaf in self.changing if not self._was_told(leaf)]
        if told_as_one(self.transcript, unsaid, self.window):
            return ""
        # A thing with a record of its own (a card, a variant) is always said, whatever else was.
        things = [leaf for leaf in unsaid if self.described[leaf.value]]
        if not things and not self.agreed and len(self.changing) - len(unsaid) >= SHARE_TO_BE_SAID * len(self.changing):
            return ""
        return ", ".join(dict.fromkeys(f"{leaf.name} {leaf.value}" for leaf in things or unsaid))

    def _means_unsaid(self) -> str:
        """The means of payment that nobody spoke of before the yes; "" when none is charged, or it was told.

        A card that paid before is no state of the record that "stays as it is": each payment is a choice of its own.
        """
        charges = self.amount and self.spec and not self.spec.pays_back
        own = self.transcript.read_by(self.customer) if charges else {}
        owned = {leaf.value for leaf in leaves(dict(own))}
        shown = [each.plain_shown for each in self.window[: self.agreed + 1]]
        before = [each.plain_both for each in self.window[self.agreed + 1 :]]
        for leaf in self.details:
            is_means = leaf.value in owned and leaf.value != self.resource and self.described[leaf.value]
            if is_means and not any(self._says(text, leaf) or AS_BEFORE.search(text) for text in (*shown, *before)):
                return str(leaf.value)
        return ""

    def _was_told(self, leaf: Leaf) -> bool:
        if self._was_spoken_of_last(leaf):
            return True
        old = self.replaced.get(str(leaf.value))
        return old is not None and told_by_difference(self.transcript, str(leaf.value), old, self.window)

    def _was_spoken_of_last(self, leaf: Leaf) -> bool:
        """True when the latest exchange that speaks of such a thing speaks of this one."""
        known = self.described[leaf.value]
        for exchange in self.window:
            if self._says(exchange.plain_both, leaf):
                return True
            if known and all(each.is_outdone(exchange.plain_both) for each in known):
                return False
        return False

    def _says(self, text: str, leaf: Leaf) -> bool:
        """Where a thing takes the place of another, "the red one" must be the only red one: see `references`."""
        if says(text, leaf.value):
            return True
        if str(leaf.value) in self.replaced:
            return any(each.fits_alone(text) for each in self.described[leaf.value])
        return any(each.fits(text) for each in self.described[leaf.value])

    # --- what the customer owes, and what was told wrongly ---------------------------------------

    def _owed(self) -> str:
        """What the customer has to tell for such an action (`obtains`) and has not; "" when nothing is missing."""
        for name, wanted in (self.spec.obtains if self.spec else {}).items():
            if (wanted.asked or wanted.said) and not was_obtained(list(self.transcript.exchanges()), wanted):
                return name.replace("_", " ")
        return ""

    def _as_shown(self) -> Shown:
        return Shown(
            transcript=self.transcript,
            spec=self.spec,
            args=self.action.args,
            amount=self.amount,
            resource=self.resource,
            record=self.record,
            window=self.window,
            agreed=self.agreed,
            chosen=self._chosen(),
            is_undoing=not self.changing,
        )

    def _chosen(self) -> list[Chosen]:
        """The things that the action chooses, each with what it takes the place of."""
        return [
            Chosen(str(leaf.value), self.replaced.get(str(leaf.value), ""))
            for leaf in self.changing
            if isinstance(leaf.value, str) and self.transcript.things(leaf.value)
        ]


def _values(record: Mapping[str, Any]) -> set[Value]:
    return {leaf.value for leaf in leaves(dict(record)) if len(str(leaf.value)) >= SHORTEST_TELLING_WORD}


def _pairs(args: Mapping[str, Any], replaces: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each new id with the one that it takes the place of, by position."""
    for new, old in replaces.items():
        left, right = args.get(new), args.get(old)
        if isinstance(left, str) and isinstance(right, str):
            yield left, right
        elif isinstance(left, list) and isinstance(right, list):
            yield from ((str(one), str(other)) for one, other in zip(left, right, strict=False))


def _resource(spec: SystemOperation | None, action: Action) -> str:
    if spec is None or spec.resource is None:
        return ""
    try:
        return str(parse(spec.resource).value({"args": dict(action.args)}))
    except ExpressionFailed:
        return ""
