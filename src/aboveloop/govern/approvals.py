"""Approvals: a person's answer to exactly one action. Bound to its digest on its case, used once, expiring.

Every needed role is a person of its own (who holds two of the roles answers for one), and nobody agrees to what they
proposed themselves, by asking for it or by editing it (`four_eyes`). Each change stands in the ledger in the same
transaction; what is personal (arguments, facts, reasons given) only under the customer's key. All changes of one case
queue for the lock of its chain, so that two people never answer past each other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aboveloop.govern import four_eyes, store
from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.approval import OPEN, Approval, Review, State, closed, loaded, row_values, unusable
from aboveloop.govern.errors import (
    AnsweredOnce,
    ApprovalAlreadyAnswered,
    ApprovalHasExpired,
    ApprovalNotFound,
    ApprovalUnfit,
    NothingEdited,
    OverLimit,
    OwnRequest,
    ReasonMissing,
    RoleMissing,
)
from aboveloop.govern.facts import Evidence
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.people import Person, may, may_approve_amount
from aboveloop.govern.queue import delegation, places
from aboveloop.govern.queue import store as queue_store
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE, canonical_text
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.store import lock_chain

# Far longer than any edit takes: nobody is deciding it any more.
CUT_OFF_AFTER = timedelta(minutes=5)


class Stamp(NamedTuple):
    """Who did it, and when."""

    actor: str
    at: datetime


class Approvals:
    """Asks for approvals, takes answers, and says what is held."""

    def __init__(self, ledger: Ledger, expire_after: timedelta) -> None:
        self._ledger = ledger
        self._expire_after = expire_after

    def request(self, tx: Transaction, review: Review, *, now: datetime) -> Approval:
        """Ask for the approval that the decision needs; where exactly this is asked already, that approval.

        Raises ApprovalUnfit when the decision is not `reviewed`.
        """
        action, decision = review.action, review.decision
        if decision.lane is not Lane.REVIEWED or not decision.approvers:
            raise ApprovalUnfit(f"{action.operation} on {action.case_id} is {decision.lane}: there is nobody to ask.")
        lock_chain(tx, action.case_id)
        stamp = Stamp(_actor(action.by), now)
        earlier = loaded(tx, store.approvals_of_action(tx, action.case_id, action.digest))
        approval_id = new_id("approval")
        for waiting in (each for each in earlier if each.state is State.WAITING):
            if now >= waiting.expires_at:
                self._expire(tx, waiting, now)
            elif _asks(waiting) == (four_eyes.places_asked(decision), decision.any_approver, decision.four_eyes):
                return waiting
            else:
                self._supersede(tx, waiting, approval_id, stamp)
        denied = [each.id for each in earlier if each.state is State.DENIED]
        values = {
            "state": State.WAITING,
            "requested_at": now,
            "expires_at": now + self._expire_after,
            "denied_before": denied[-1] if denied else None,
        }
        store.insert_approval(tx, row_values(approval_id, review) | values)
        return self._asked(tx, approval_id, review, stamp)

    def approve(
        self,
        tx: Transaction,
        approval_id: str,
        *,
        person: Person,
        now: datetime,
        because: str = "",
        args: Mapping[str, Any] | None = None,
    ) -> Approval:
        """Approve for the first asked role that `person` holds; with `args`, approve these arguments instead.

        Edited arguments make a new approval in state `judging`, linked to this one, which is superseded: the caller
        gathers and decides its `action` anew and calls `judge`. Raises one of the refusals of `_answerable`, and
        OverLimit where more money is at stake than `person` may approve; of an edit, the new amount is what counts.
        """
        approval, role = self._answerable(tx, approval_id, person, now)
        if args is not None:
            return self._edited(tx, approval, args, person, now, because)
        permission = may_approve_amount(person, four_eyes.role_of(role), approval.evidence.amount)
        if not permission.granted:
            raise OverLimit(f"Approval {approval_id} was not given. {permission.reason}")
        return self._approved(tx, approval, role, person, now, because)

    def deny(
        self,
        tx: Transaction,
        approval_id: str,
        *,
        person: Person,
        now: datetime,
        because: str,
        reason: str | None = None,
    ) -> Approval:
        """Deny, for good. One denial is enough, whoever else approved. `reason` names one of the operation's list.

        Raises ReasonMissing and as `approve` does.
        """
        if not because.strip():
            raise ReasonMissing(f"Approval {approval_id} was not denied: say why, for those who read it later.")
        approval, role = self._answerable(tx, approval_id, person, now)
        store.answer(tx, approval.id, role, _answer(person, State.DENIED, because, now))
        self._move(tx, approval, State.DENIED, closed_at=now)
        told: dict[str, Any] = {"role": role}
        if reason is not None:
            places.put(tx, approval)
            places.note_denial(tx, approval.id, reason)
            told["reason"] = reason
        self._write(tx, approval, "ActionDenied", Stamp(person.actor, now), told, {"because": because})
        return self.find(tx, approval_id)

    def judge(self, tx: Transaction, approval_id: str, review: Review, *, person: Person, now: datetime) -> Approval:
        """Take the new decision on an edited action. Prohibited: it is denied. Reviewed: the roles it needs are asked;
        where the edit only tightens and four eyes are not asked for, `person`, who edited it, has approved for the
        first of them that they hold, if their limit allows the new amount; else it waits for somebody else. Allowed:
        it needs nobody else.

        Raises MayNot, ApprovalHasExpired, and ApprovalUnfit when `review` is of another action, `person` is not who
        edited it, or it was judged already.
        """
        may(person, "approve").demand()
        approval, decision = self._locked(tx, approval_id), review.decision
        if approval.state is not State.JUDGING:
            raise ApprovalUnfit(f"Approval {approval_id} is {approval.state}: there is no edit to judge.")
        if review.action.digest != approval.digest or approval.edited_by != person.id:
            raise ApprovalUnfit(f"Approval {approval_id} is of another action, or {person.name} did not edit it.")
        _refuse_expired(approval, now)
        columns = row_values(approval_id, review)
        seen = {name: columns[name] for name in ("evidence", "rules", "reason", "any_approver", "four_eyes")}
        if decision.lane is Lane.PROHIBITED:
            self._move(tx, approval, State.DENIED, closed_at=now, **seen)
            told = {"rules": list(decision.rules), "reason": decision.reason}
            shown = {"args": dict(approval.action.args), "evidence": review.evidence.as_body()}
            self._write(tx, approval, "ActionDenied", Stamp(HOUSE, now), told, shown)
            return self.find(tx, approval_id)
        stamp = Stamp(person.actor, now)
        for other in loaded(tx, store.approvals_of_action(tx, approval.action.case_id, approval.digest)):
            if other.state is State.WAITING:
                self._supersede(tx, other, approval_id, stamp)
        self._move(tx, approval, State.WAITING, **seen)
        asked = self._asked(tx, approval_id, review, stamp)
        if not asked.roles:
            return self._approved(tx, asked, None, person, now, "")
        role = self._place_of_editor(tx, asked, person)
        return asked if role is None else self._approved(tx, asked, role, person, now, "")

    def held(
        self,
        reader: Reader,
        action_digest: str,
        case_id: str,
        now: datetime,
        *,
        by: Principal | None = None,
        two_people: bool = False,
    ) -> frozenset[str]:
        """The roles whose approval of exactly this action is complete, unexpired and unused.

        Where a person proposes it (`by`), what they themselves approved when somebody else asked does not count. With
        `two_people`, an approval counts only where two people gave it who did not edit anything into this action.
        """
        found = loaded(reader, store.approvals_of_action(reader, case_id, action_digest))
        own = {by.id} if by is not None and by.kind == "person" else set[str]()
        if two_people:
            own |= _editors(found)
        counted: set[str] = set()
        for approval in found:
            if approval.state is not State.APPROVED or now >= approval.expires_at:
                continue
            given = [each for each in approval.answers if each.verdict == State.APPROVED and each.person_id not in own]
            if not two_people or len({each.person_id for each in given}) >= four_eyes.TWO_PEOPLE:
                counted |= {four_eyes.role_of(each.role) for each in given}
        return frozenset(counted)

    def use(self, tx: Transaction, action_digest: str, case_id: str, *, by: Principal, now: datetime) -> list[Approval]:
        """Use up the approvals of an action, in the transaction that records what is about to be done.

        Raises ApprovalAlreadyUsed, ApprovalHasExpired or ApprovalNotFound when there is none to use.
        """
        lock_chain(tx, case_id)
        used = store.use_approvals(tx, case_id, action_digest, now)
        found = loaded(tx, store.approvals_of_action(tx, case_id, action_digest))
        if not used:
            raise unusable(found, case_id)
        spent = [approval for approval in found if approval.id in used]
        for approval in spent:
            self._write(tx, approval, "ApprovalUsed", Stamp(_actor(by), now))
        return spent

    def expire_due(self, tx: Transaction, now: datetime) -> list[Approval]:
        """Close what nobody answered or used in time: no answer is a no. Returns what was closed."""
        closed_now = []
        for row in store.approvals_due(tx, OPEN, now):
            approval = self._locked(tx, row.id)
            if approval.state in OPEN:
                self._expire(tx, approval, now)
                closed_now.append(self.find(tx, approval.id))
        return closed_now

    def reopen_cut_off(self, tx: Transaction, now: datetime) -> list[Approval]:
        """Let what was edited and never decided anew be answered as it was asked. Returns what waits again.

        An edit and its decision are one transaction, so a home of this version holds none: these are of older ones.
        """
        reopened = []
        for row in queue_store.judged_too_late(tx, now - CUT_OFF_AFTER):
            edited = self._locked(tx, row.id)
            if edited.state is not State.JUDGING or edited.replaces is None:
                continue
            self._move(tx, edited, State.EXPIRED, closed_at=now)
            told = {"was": str(State.JUDGING), "because": "The edit was cut off before it was decided anew."}
            self._write(tx, edited, "ApprovalWithdrawn", Stamp(HOUSE, now), told)
            first = self.find(tx, edited.replaces)
            asked_anew = loaded(tx, store.approvals_of_action(tx, first.action.case_id, first.digest))
            if any(each.state is State.WAITING for each in asked_anew) or now >= first.expires_at:
                continue
            self._move(tx, first, State.WAITING, replaced_by=None, closed_at=None)
            self._write(tx, first, "ApprovalReopened", Stamp(HOUSE, now), {"withdrawn": edited.id})
            reopened.append(self.find(tx, first.id))
        return reopened

    def withdraw(self, tx: Transaction, approval_id: str, *, now: datetime, because: str) -> Approval:
        """Nobody needs to answer any more: what it was asked for is not wanted, or people do it themselves."""
        approval = self._locked(tx, approval_id)
        if approval.state in OPEN:
            self._move(tx, approval, State.EXPIRED, closed_at=now)
            told = {"was": str(approval.state), "because": because}
            self._write(tx, approval, "ApprovalWithdrawn", Stamp(HOUSE, now), told)
        return self.find(tx, approval_id)

    def forget(self, tx: Transaction, customer_id: str, *, now: datetime) -> None:
        """Close the open approvals of a customer and remove what is personal from all of them."""
        for row in store.approvals_of_customer(tx, customer_id):
            approval = self._locked(tx, row.id)
            if approval.state in OPEN:
                self._expire(tx, approval, now)
        store.blank_approvals(tx, customer_id)
        places.forget(tx, customer_id)

    def find(self, reader: Reader, approval_id: str) -> Approval:
        """Raises ApprovalNotFound."""
        row = store.approval(reader, approval_id)
        if row is None:
            raise ApprovalNotFound(f"There is no approval {approval_id}.")
        return loaded(reader, [row])[0]

    def denials(self, reader: Reader, action: Action) -> list[Approval]:
        """Every approval of exactly this action on its case that was denied, oldest first."""
        found = loaded(reader, store.approvals_of_action(reader, action.case_id, action.digest))
        return [approval for approval in found if approval.state is State.DENIED]

    def of_case(self, reader: Reader, case_id: str) -> list[Approval]:
        """Every approval of a case, oldest first."""
        return loaded(reader, store.approvals_of_case(reader, case_id))

    def waiting(
        self,
        reader: Reader,
        now: datetime,
        *,
        person: Person | None = None,
        role: str | None = None,
        case_id: str | None = None,
        operation: str | None = None,
    ) -> list[Approval]:
        """What waits for an answer, oldest first, at most `store.LISTED`. `person`: only what they may answer."""
        roles = None if role is None else frozenset({role})
        if person is not None:
            if not may(person, "approve").granted:
                return []
            roles = person.roles if roles is None else roles & person.roles
        wanted = store.Wanted(case_id, operation, roles, person.id if person else None)
        found = loaded(reader, store.approvals_waiting(reader, now, wanted))
        return found if person is None else [each for each in found if _is_within_limit(person, each)]

    def _locked(self, tx: Transaction, approval_id: str) -> Approval:
        """The approval as it stands once nobody else can change what belongs to its case."""
        lock_chain(tx, self.find(tx, approval_id).action.case_id)
        return self.find(tx, approval_id)

    def _answerable(self, tx: Transaction, approval_id: str, person: Person, now: datetime) -> tuple[Approval, str]:
        """The approval, locked, with the role that `person` answers for; or one of the refusals.

        MayNot, ApprovalNotFound, ApprovalAlreadyUsed, ApprovalReplaced, ApprovalHasExpired, ApprovalAlreadyAnswered,
        ApprovalNotJudged, ApprovalUnfit, OwnRequest, AnsweredOnce, RoleMissing.
        """
        may(person, "approve").demand()
        approval = self._locked(tx, approval_id)
        if approval.state is not State.WAITING:
            raise closed(approval)
        _refuse_expired(approval, now)
        if approval.action.digest != approval.digest:
            raise ApprovalUnfit(f"The stored arguments of {approval_id} are not those it was asked for. Run the audit.")
        if approval.action.by == Principal("person", person.id):
            raise OwnRequest(f"{person.name} asked for approval {approval_id}. Somebody else answers it.")
        self._refuse_editor(tx, approval, person)
        _refuse_deputy(tx, approval, person, now)
        if any(answer.person_id == person.id for answer in approval.answers):
            raise AnsweredOnce(f"{person.name} has answered {approval_id} already. The other role is another person.")
        asked = [answer for answer in approval.answers if four_eyes.role_of(answer.role) in person.roles]
        if not asked:
            roles = ", ".join(approval.roles)
            raise RoleMissing(f"Approval {approval_id} waits for {roles}, which {person.name} does not hold.")
        unanswered = [answer.role for answer in asked if answer.person_id is None]
        if not unanswered:
            raise ApprovalAlreadyAnswered(f"Somebody has answered {approval_id} for the role that {person.name} holds.")
        return approval, unanswered[0]

    def _refuse_editor(self, tx: Transaction, approval: Approval, person: Person) -> None:
        """Whoever edited it proposed it. Under four eyes that holds for every edit that ever led to this action."""
        editors = {approval.edited_by}
        if approval.four_eyes:
            same = store.approvals_of_action(tx, approval.action.case_id, approval.digest)
            editors |= {row.edited_by for row in same}
        if person.id in editors:
            raise OwnRequest(
                f"{person.name} edited approval {approval.id} to what it asks for. Somebody else answers it."
            )

    def _place_of_editor(self, tx: Transaction, edited: Approval, person: Person) -> str | None:
        """The place for which the editor's own yes counts; None where somebody else must say it."""
        assert edited.replaces is not None, "what is judged was edited from another approval"
        first = self.find(tx, edited.replaces)
        before, after = (first.action.args, first.evidence), (edited.action.args, edited.evidence)
        if edited.four_eyes or not four_eyes.tightens(before, after):
            return None
        amount = edited.evidence.amount
        held = (role for role in edited.roles if role in person.roles)
        return next((role for role in held if may_approve_amount(person, role, amount).granted), None)

    def _approved(
        self, tx: Transaction, approval: Approval, role: str | None, person: Person, now: datetime, because: str
    ) -> Approval:
        """`role` is None where an edited action turned out to need nobody."""
        if role is not None:
            store.answer(tx, approval.id, role, _answer(person, State.APPROVED, because, now))
        complete = self.find(tx, approval.id).is_complete
        if complete:
            self._move(tx, approval, State.APPROVED)
        personal = {"because": because} if because else {}
        body = {"role": role, "complete": complete}
        self._write(tx, approval, "ActionApproved", Stamp(person.actor, now), body, personal)
        return self.find(tx, approval.id)

    def _edited(
        self, tx: Transaction, approval: Approval, args: Mapping[str, Any], person: Person, now: datetime, because: str
    ) -> Approval:
        canonical_text(args, "args")
        old = approval.action
        action = Action(case_id=old.case_id, operation=old.operation, args=dict(args), by=old.by)
        if action.digest == approval.digest:
            raise NothingEdited(f"The arguments of approval {approval.id} are the same as before. Approve it as it is.")
        edited_id = new_id("approval")
        told = {"args": dict(args), "because": because}
        self._supersede(tx, approval, edited_id, Stamp(person.actor, now), told)
        unjudged = Review(action, Evidence(), Decision(Lane.REVIEWED), approval.customer_id, approval.release)
        values = {
            "state": State.JUDGING,
            "requested_at": now,
            # The customer and the worker wait for the same deadline as before.
            "expires_at": approval.expires_at,
            "edited_by": person.id,
            "replaces": approval.id,
        }
        store.insert_approval(tx, row_values(edited_id, unjudged) | values)
        return self.find(tx, edited_id)

    def _asked(self, tx: Transaction, approval_id: str, review: Review, stamp: Stamp) -> Approval:
        store.insert_roles(tx, approval_id, four_eyes.places_asked(review.decision))
        approval = self.find(tx, approval_id)
        places.put(tx, approval)
        body = {
            "roles": list(approval.roles),
            "any_approver": approval.any_approver,
            **({"four_eyes": True} if approval.four_eyes else {}),
            "rules": list(approval.rules),
            "reason": approval.reason,
            "expires_at": iso(approval.expires_at),
            "replaces": approval.replaces,
            "denied_before": approval.denied_before,
        }
        personal = {"args": dict(approval.action.args), "evidence": review.evidence.as_body()}
        self._write(tx, approval, "ApprovalRequested", stamp, body, personal)
        return approval

    def _supersede(
        self,
        tx: Transaction,
        approval: Approval,
        by_id: str,
        stamp: Stamp,
        personal: Mapping[str, Any] | None = None,
    ) -> None:
        self._move(tx, approval, State.SUPERSEDED, replaced_by=by_id, closed_at=stamp.at)
        self._write(tx, approval, "ApprovalSuperseded", stamp, {"replaced_by": by_id}, personal)

    def _expire(self, tx: Transaction, approval: Approval, now: datetime) -> None:
        self._move(tx, approval, State.EXPIRED, closed_at=now)
        self._write(tx, approval, "ApprovalExpired", Stamp(HOUSE, now), {"was": str(approval.state)})

    def _move(self, tx: Transaction, approval: Approval, after: State, **values: object) -> None:
        moved = store.move(tx, approval.id, (approval.state, after), values)
        assert moved, "under the lock of the chain nobody else has moved it"

    def _write(
        self,
        tx: Transaction,
        approval: Approval,
        kind: str,
        stamp: Stamp,
        body: Mapping[str, Any] | None = None,
        personal: Mapping[str, Any] | None = None,
    ) -> None:
        named = {"approval": approval.id, "operation": approval.action.operation, "digest": approval.digest}
        self._ledger.append(
            tx,
            case_id=approval.action.case_id,
            kind=kind,
            at=stamp.at,
            actor=stamp.actor,
            body={**named, **(body or {})},
            personal=personal or {},
            customer_id=approval.customer_id,
            release=approval.release,
        )


def _asks(approval: Approval) -> tuple[tuple[str, ...], bool, bool]:
    return approval.roles, approval.any_approver, approval.four_eyes


def _editors(found: list[Approval]) -> set[str]:
    return {approval.edited_by for approval in found if approval.edited_by is not None}


def _is_within_limit(person: Person, approval: Approval) -> bool:
    """Whether their limit allows `person` to approve for the first role that they hold and nobody has answered for."""
    asked = [four_eyes.role_of(answer.role) for answer in approval.answers if answer.person_id is None]
    held = [role for role in asked if role in person.roles]
    return bool(held) and may_approve_amount(person, held[0], approval.evidence.amount).granted


def _refuse_expired(approval: Approval, now: datetime) -> None:
    if now >= approval.expires_at:
        raise ApprovalHasExpired(
            f"Approval {approval.id} expired at {iso(approval.expires_at)}. Nothing is done; it can be asked for anew."
        )


def _refuse_deputy(tx: Transaction, approval: Approval, person: Person, now: datetime) -> None:
    """Whoever stands in for the person who asked would answer in their place: four eyes would be two."""
    by = approval.action.by
    if by.kind == "person" and any(
        absence.person_id == by.id and absence.deputy_id == person.id for absence in delegation.standing(tx, now)
    ):
        raise OwnRequest(f"{person.name} stands in for {by.id}, who asked for {approval.id}. Somebody else answers it.")


def _answer(person: Person, verdict: State, because: str, now: datetime) -> dict[str, object]:
    return {"person_id": person.id, "verdict": verdict, "because": because, "at": now}


def _actor(principal: Principal) -> str:
    return f"{principal.kind}:{principal.id}"
