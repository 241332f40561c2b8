"""The desk: what people do from above the loop, the same from the console, the API and the command line."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aboveloop.app.chartering import stage_gate
from aboveloop.app.premises import Premises
from aboveloop.app.summaries import pack
from aboveloop.connect.systems.systems import SystemRecords
from aboveloop.govern import people
from aboveloop.govern.actions import Action
from aboveloop.govern.approval import Approval, Review, State
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.facts import Conversation
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import Person, Right
from aboveloop.govern.stages import Setting, StageSet, Where, set_stage
from aboveloop.govern.switches import Scope, Switch, Switches
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import environments
from aboveloop.work import act, halting, hand_over
from aboveloop.work.earned import earned_by
from aboveloop.work.incidents import repairs
from aboveloop.work.judgement import Judgement, told
from aboveloop.work.turn_state import approvals_of, stage_of


class Desk:
    """A person's hands. Each method raises MayNot where the person may not."""

    def __init__(self, premises: Premises, person: Person) -> None:
        self.premises = premises
        self.person = person

    def approve(
        self,
        approval_id: str,
        *,
        because: str = "",
        edits: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Approval:
        """Approve exactly what is asked, or with edited arguments, which are decided anew before they count.

        `at` is the instant of a batch, so that what was answered together can be seen to be; now, where it is None.
        """
        if edits:
            return self._approve_edited(approval_id, edits, because)
        house = self.premises.house
        with house.database.write() as tx:
            approvals = self._approvals_for(tx, approval_id)
            now = at or house.clock.now()
            answered = approvals.approve(tx, approval_id, person=self.person, now=now, because=because)
            self._go_on(tx, answered, approval_id)
        return answered

    def deny(self, approval_id: str, *, because: str = "", reason: str = "") -> Approval:
        """Deny one action, for a reason of the operation's list, in words, or both; the case goes on with the no."""
        house = self.premises.house
        said = self._reasoned(because, reason)
        with house.database.write() as tx:
            approvals = self._approvals_for(tx, approval_id)
            answered = approvals.deny(
                tx,
                approval_id,
                person=self.person,
                now=house.clock.now(),
                because=said,
                reason=reason or None,
            )
            self._go_on(tx, answered, approval_id)
        return answered

    def pause(self, scope: Scope, name: str, *, because: str) -> Switch:
        """Pause a worker, procedure, operation, channel or all; it holds before the next action."""
        house = self.premises.house
        switches = Switches(self.premises.ledger, self.premises.current())
        with house.database.write() as tx:
            return switches.pause(tx, scope, name=name, by=self.person, because=because, now=house.clock.now())

    def resume(self, scope: Scope, name: str, *, because: str) -> int:
        """Release a switch; the cases that it stopped go on. Returns how many."""
        house = self.premises.house
        switches = Switches(self.premises.ledger, self.premises.current())
        with house.database.write() as tx:
            switch = switches.resume(tx, scope, name=name, by=self.person, because=because, now=house.clock.now())
            return halting.release(house, tx, switch, actor=self.person.actor)

    def set_stage(self, procedure: str, stage: Stage, *, because: str, where: Where = "") -> StageSet:
        """Say how much the worker of a procedure may do alone; it holds from the next turn of every case."""
        house = self.premises.house
        setting = Setting(procedure, stage, because, where)
        production = self.premises.current()
        with house.database.read() as reader:
            placed = environments.placed(reader, "canary") if where == "canary" else None
            # Comparing releases takes seconds and is remembered: asked here first, nobody waits for it below.
            stage_gate.demand(self.premises, reader, production, procedure, stage, where=where)
        serving = production if placed is None else self.premises.operation_of(placed.release.digest)
        with house.database.write() as tx:
            stage_gate.demand(self.premises, tx, production, procedure, stage, where=where)
            return set_stage(tx, serving, setting, ledger=self.premises.ledger, by=self.person, now=house.clock.now())

    def take_over(self, case_id: str) -> Case:
        """The worker stays silent; what came before is given with the case, and that stands in the ledger."""
        taken = hand_over.take_over(self.premises.house, case_id, self.person)
        pack.note(self.premises, self.person, taken, given_to=self.person.actor)
        return taken

    def reply(self, case_id: str, text: str) -> str:
        return hand_over.reply(self.premises.house, case_id, self.person, text)

    def hand_back(self, case_id: str, note: str = "") -> Case:
        """The worker goes on; what the person did is given with the case, and that stands in the ledger."""
        returned = hand_over.hand_back(self.premises.house, case_id, self.person, note)
        pack.note(self.premises, self.person, returned, given_to=f"worker:{returned.procedure or 'reception'}")
        return returned

    def finish(self, case_id: str, outcome: str) -> Case:
        return hand_over.finish(self.premises.house, case_id, self.person, outcome=outcome)

    def approval(self, reader: Reader, approval_id: str) -> Approval:
        """Raises ApprovalNotFound."""
        return Approvals(self.premises.ledger, timedelta(0)).find(reader, approval_id)

    def must(self, what: Right) -> None:
        people.may(self.person, what).demand()

    def _reasoned(self, because: str, reason: str) -> str:
        """The reason in words: that of the list first. Raises WrongUsage for one that is not on it."""
        if not reason:
            return because
        known = self.premises.current().about.approvals.denial_reasons
        if reason not in known:
            raise WrongUsage(f"There is no reason {reason!r} to deny. Say one of: {', '.join(known)}.")
        return f"{known[reason]}: {because.strip()}" if because.strip() else f"{known[reason]}."

    def _approvals_for(self, reader: Reader, approval_id: str) -> Approvals:
        """Approvals as the operation of that very case sets them."""
        found = Approvals(self.premises.ledger, timedelta(0)).find(reader, approval_id)
        case = cases.get(reader, found.action.case_id)
        return approvals_of(self.premises.house, self.premises.operation_of(case.release))

    def _go_on(self, tx: Transaction, answered: Approval, approval_id: str) -> None:
        if answered.state is State.WAITING or repairs.answered(self.premises.house, tx, answered):
            return
        self.premises.house.turns.submit(tx, lane=answered.action.case_id, stimulus=f"approval:{approval_id}")

    def _approve_edited(self, approval_id: str, edits: Mapping[str, Any], because: str) -> Approval:
        """Decide the edited action on fresh facts; only then does anything change, all of it or nothing.

        Where the facts cannot be told now, the request waits as it did.
        """
        self.must("approve")
        house = self.premises.house
        with house.database.read() as reader:
            approvals = self._approvals_for(reader, approval_id)
            approval = approvals.find(reader, approval_id)
            asked = approval.action
            case = cases.get(reader, asked.case_id)
            repair = repairs.edited_judgement(house, reader, approval, {**asked.args, **edits})
        action = Action(asked.case_id, asked.operation, {**asked.args, **edits}, asked.by)
        now = house.clock.now()
        judgement, case = repair or (self._judged(case, action, now), case)
        review = Review(action, judgement.evidence, judgement.decision, case.customer_id, case.release)
        body, personal = told(judgement)
        with house.database.write() as tx:
            edited = approvals.approve(tx, approval_id, person=self.person, now=now, because=because, args=action.args)
            house.ledger.append(
                tx,
                case_id=case.id,
                kind="EditDecided",
                at=now,
                actor=self.person.actor,
                body={"approval": edited.id, **body},
                personal=personal,
                customer_id=case.customer_id,
                release=case.release,
            )
            answered = approvals.judge(tx, edited.id, review, person=self.person, now=now)
            self._go_on(tx, answered, approval_id)
        return answered

    def _judged(self, case: Case, action: Action, now: datetime) -> Judgement:
        operation = self.premises.operation_of(case.release)
        records = SystemRecords(self.premises.systems_of(operation))
        conversation = Conversation(case.verified_as or "")
        pack = self.premises.pack_of(operation)
        with self.premises.database.read() as reader:
            stage = stage_of(self.premises.house, reader, operation, action.by.id)
        database, customer = self.premises.database, case.customer_id
        earned = earned_by(database, pack, action, conversation, customer_id=customer, now=now)
        return act.judge(pack, action, records, conversation, now=now, stage=stage, earned=earned)
