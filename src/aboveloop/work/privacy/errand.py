"""One sending on its way out of the house: judged, written down, and only then sent by whoever carries it.

What leaves is committed to the ledger before a byte of it leaves (which fields of which case, to which vendor and
model, under which decision), so that a crash never hides a flow.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.approval import Review
from aboveloop.govern.facts import Conversation
from aboveloop.govern.switches import Switches
from aboveloop.kit.database import Transaction
from aboveloop.operation.models import Operation
from aboveloop.work import act
from aboveloop.work.earned import earned_by
from aboveloop.work.house import Destination, House, TurnRecords
from aboveloop.work.judgement import Judgement, told
from aboveloop.work.turn_state import approvals_of, stage_of

ASK_MODEL = "house.ask_model"
SENT = "FieldsSentToModel"


class Sending(Protocol):
    """What would leave: whether anything personal may be left in it, and what was masked by kind."""

    @property
    def counts(self) -> Mapping[str, int]: ...

    @property
    def uncertainty(self) -> float: ...

    @property
    def because(self) -> str: ...


@dataclass(frozen=True)
class About:
    """What a sending is about: a case with its customer, or the house itself, which has none."""

    case_id: str
    customer_id: str | None
    channel: str = ""


@dataclass(frozen=True)
class Errand:
    """`fields` are those of the case that leave, `prompt` what they leave for."""

    house: House
    operation: Operation
    about: About
    by: Principal
    to: Destination
    prompt: str
    fields: tuple[str, ...]

    @property
    def actor(self) -> str:
        return f"{self.by.kind}:{self.by.id}"

    def stopped(self, sending: Sending) -> str:
        """Why nothing may leave whatever policy says; "" where nothing is against it."""
        if sending.uncertainty > self.to.most_uncertainty:
            return (
                f"Masking is not sure ({sending.uncertainty:.1f}, at most {self.to.most_uncertainty:.1f} may leave): "
                f"{sending.because} would be left in. Nothing was sent."
            )
        switch = self.standing()
        return f"{switch}. Nothing was sent." if switch else ""

    def standing(self) -> str:
        """The sentence of the pause that stops this, "" where none stands."""
        switches = Switches(self.house.ledger, self.operation)
        with self.house.database.read() as reader:
            found = switches.standing(
                reader, worker=self.by.id, procedure="", operation=ASK_MODEL, channel=self.about.channel
            )
        return "" if found is None else found.sentence

    def judged(self, text: str) -> Judgement:
        """What policy says, with the approvals held for exactly this text."""
        spec = self.operation.system_operation(ASK_MODEL)
        takes = spec.arguments if spec is not None else {}
        args: dict[str, Any] = {"vendor": self.to.name, "operational": bool(self.fields)}
        further = {"fields": list(self.fields), "text": text}
        args |= {name: value for name, value in further.items() if name in takes}
        action = Action(self.about.case_id, ASK_MODEL, args, self.by)
        with self.house.database.read() as reader:
            stage = stage_of(self.house, reader, self.operation, self.by.id)
            held = approvals_of(self.house, self.operation).held(
                reader,
                action.digest,
                self.about.case_id,
                self.house.clock.now(),
                by=action.by,
                two_people=spec is not None and spec.four_eyes,
            )
        pack, now = self.house.pack_of(self.operation), self.house.clock.now()
        return act.judge(
            pack,
            action,
            TurnRecords(self.house.systems_of(self.operation)),
            Conversation(),
            now=now,
            approved_by=held,
            stage=stage,
            earned=earned_by(
                self.house.database,
                pack,
                action,
                Conversation(),
                customer_id=self.about.customer_id or "",
                now=now,
            ),
        )

    def flow(self, judgement: Judgement, sending: Sending, sent: bytes) -> str:
        """The data-flow record, committed with its decision and with the use of its approval. Returns the entry."""
        now = self.house.clock.now()
        body, personal = told(judgement)
        flow = {
            "vendor": self.to.name,
            "model": self.to.model,
            "url": self.to.url,
            "prompt": self.prompt,
            "fields": list(self.fields),
            "masked": dict(sending.counts),
            "uncertainty": sending.uncertainty,
            "bytes": len(sent),
            "sha256": hashlib.sha256(sent).hexdigest(),
            "action": judgement.action.digest,
            "lane": judgement.decision.lane.value,
            "rules": list(judgement.decision.rules),
        }
        with self.house.database.write() as tx:
            if judgement.approved_by:
                approvals = approvals_of(self.house, self.operation)
                approvals.use(tx, judgement.action.digest, self.about.case_id, by=self.by, now=now)
            # What the house sends of its own folder is nobody's: the flow names the decision, and there is no customer
            # under whose key its grounds could stand.
            if self.about.customer_id is not None:
                self._entry(tx, "ActionDecided", body, personal)
            return self._entry(tx, SENT, flow, {})

    def write(self, kind: str, body: Mapping[str, Any], *, personal: Mapping[str, Any] = {}) -> None:
        with self.house.database.write() as tx:
            self._entry(tx, kind, body, personal)

    def ask_approval(self, judgement: Judgement) -> str:
        """Ask people for it. Returns the approval's id."""
        customer = self.about.customer_id or ""
        review = Review(judgement.action, judgement.evidence, judgement.decision, customer, self.operation.digest)
        body, personal = told(judgement)
        with self.house.database.write() as tx:
            self._entry(tx, "ActionDecided", body, personal)
            approvals = approvals_of(self.house, self.operation)
            return approvals.request(tx, review, now=self.house.clock.now()).id

    def _entry(self, tx: Transaction, kind: str, body: Mapping[str, Any], personal: Mapping[str, Any]) -> str:
        entry = self.house.ledger.append(
            tx,
            case_id=self.about.case_id,
            kind=kind,
            at=self.house.clock.now(),
            actor=self.actor,
            body=body,
            personal=personal,
            customer_id=self.about.customer_id,
            release=self.operation.digest,
        )
        return entry.id
