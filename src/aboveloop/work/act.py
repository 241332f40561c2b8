"""Act: the only place where an action is decided, performed and recorded, in that order.

Whoever proposes (a procedure, a model, a recording, a person) comes through `judge`; whatever touches a
system of record comes through `look_up` or `perform`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.connect.errors import RecordMissing, SystemRefused, SystemUnavailable
from aboveloop.govern.actions import Action
from aboveloop.govern.approval import Review
from aboveloop.govern.facts import Conversation, RecordReader, gather
from aboveloop.govern.lanes import Lane, Need, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.switches import Switch
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Transaction
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.system_models import SystemOperation
from aboveloop.work import store
from aboveloop.work.doubt import Doubt, doubt_of, verified
from aboveloop.work.earned import Earned, earned_by
from aboveloop.work.judgement import Judgement, told
from aboveloop.work.shadowing import shadow
from aboveloop.work.turn_state import Turn, Write


@dataclass(frozen=True)
class RecordFound:
    value: Any


@dataclass(frozen=True)
class Performed:
    result: Any
    proved: bool


@dataclass(frozen=True)
class NoRecord:
    because: str


@dataclass(frozen=True)
class AwaitsApproval:
    approval_id: str


@dataclass(frozen=True)
class NeedsCustomer:
    needs: tuple[Need, ...]
    judgement: Judgement


@dataclass(frozen=True)
class Denied:
    """Policy prohibits it, or the system of record said no."""

    because: str


@dataclass(frozen=True)
class Halted:
    """A person paused this; nothing happens until they resume it."""

    switch: Switch


@dataclass(frozen=True)
class Unavailable:
    because: str
    retry_after_seconds: float


@dataclass(frozen=True)
class Uncertain:
    """A write whose outcome nobody can tell, and that must not be repeated blindly: for a person."""

    because: str


@dataclass(frozen=True)
class InDoubt:
    """Two sources of a fact that matters say different things, also when asked again: for a person."""

    doubt: Doubt


@dataclass(frozen=True)
class OnlyShadowed:
    """In stage shadow the action was decided and not performed."""

    judgement: Judgement


Outcome = (
    RecordFound
    | Performed
    | NoRecord
    | AwaitsApproval
    | NeedsCustomer
    | Denied
    | Halted
    | Unavailable
    | Uncertain
    | InDoubt
    | OnlyShadowed
)


def judge(
    pack: PolicyPack,
    action: Action,
    records: RecordReader,
    conversation: Conversation,
    *,
    now: datetime,
    approved_by: frozenset[str] = frozenset(),
    stage: Stage = Stage.SUPERVISED,
    earned: Earned | None = None,
) -> Judgement:
    """Gather the facts of an action and decide it. Raises TemporaryError when facts cannot be told now.

    `earned` says what the conversation has earned for this very action where that shows only beside its facts, as
    in a recorded run, or has to be looked up.
    """
    evidence = gather(pack.operation, action, records, conversation, now)
    if earned is not None and not evidence.fault:
        conversation = earned(evidence)
        evidence = replace(evidence, about=(*evidence.about, *conversation.looked_up()))
    decision = pack.decide(action, evidence, conversation, approved_by=approved_by, stage=stage)
    return Judgement(action, evidence, conversation, decision, approved_by, stage)


def look_up(turn: Turn, name: str, args: Mapping[str, Any]) -> Outcome:
    """Read from a system of record, if policy allows this worker to."""
    action = Action(turn.case.id, name, args, turn.worker)
    halted = _halted(turn, name)
    if halted is not None:
        return halted
    try:
        judgement, doubt = _judge_sure(turn, action)
        if doubt is not None:
            return _in_doubt(turn, judgement, doubt)
        if judgement.decision.lane is Lane.PROHIBITED:
            turn.record("ActionRefused", *told(judgement))
            return Denied(judgement.decision.reason)
        if judgement.decision.lane is Lane.REVIEWED:
            return _ask_approval(turn, judgement)
        if judgement.decision.needs:
            return NeedsCustomer(judgement.decision.needs, judgement)
        value = turn.records.read(name, args)
    except SystemUnavailable as error:
        return Unavailable(str(error), error.retry_after_seconds)
    except SystemRefused as error:
        return Denied(str(error))
    body, personal = told(judgement)
    turn.record("RecordRead", {**body, "found": value is not None}, personal=personal)
    return NoRecord(f"{name} has no such record.") if value is None else RecordFound(value)


def perform(turn: Turn, name: str, args: Mapping[str, Any], key: str) -> Outcome:
    """Write to a system of record: decide, commit the intent, write under its key, record what happened."""
    action = Action(turn.case.id, name, args, turn.worker)
    halted = _halted(turn, name)
    if halted is not None:
        return halted
    with turn.house.database.glance() as reader:
        begun = store.effect(reader, key)
    if begun is not None:
        return _finish_begun(turn, begun, key)
    turn.records.forget()
    try:
        judgement, doubt = _judge_sure(turn, action)
    except SystemUnavailable as error:
        return Unavailable(str(error), error.retry_after_seconds)
    shadow(turn, judgement)
    if doubt is not None:
        return _in_doubt(turn, judgement, doubt)
    decision = judgement.decision
    if decision.lane is Lane.PROHIBITED:
        turn.record("ActionRefused", *told(judgement))
        return Denied(decision.reason)
    if decision.needs:
        return NeedsCustomer(decision.needs, judgement)
    if decision.lane is Lane.REVIEWED:
        return _ask_approval(turn, judgement)
    if judgement.stage is Stage.SHADOW:
        turn.record("ActionShadowed", *told(judgement))
        return OnlyShadowed(judgement)
    _intend(turn, judgement, key)
    return _finish(turn, name, args, key)


def say_reviewed(turn: Turn, name: str, args: Mapping[str, Any], key: str, say: Write) -> Outcome:
    """Words that are an action of their own: judged like every other, and said once for each key.

    `say` writes the message; that happens in the transaction that uses up the approval and tells the ledger.
    """
    action = Action(turn.case.id, name, args, turn.worker)
    halted = _halted(turn, name)
    if halted is not None:
        return halted
    with turn.house.database.read() as reader:
        if store.effect(reader, key) is not None:
            return Performed(None, proved=True)
    judgement = _judge_here(turn, action)
    decision = judgement.decision
    if decision.lane is Lane.PROHIBITED:
        turn.record("ActionRefused", *told(judgement))
        turn.commit()
        return Denied(decision.reason)
    if decision.needs:
        return NeedsCustomer(decision.needs, judgement)
    if decision.lane is Lane.REVIEWED:
        return _ask_approval(turn, judgement)
    # Nothing can come between the intent and the saying of it, so both are written at once.
    _plan(turn, judgement, key)
    turn.pending.append(say)
    _settle(turn, name, key, state="performed", result=None, proved=None)
    turn.pending, turn.happened = [*turn.pending, *turn.happened], []
    turn.commit()
    return Performed(None, proved=True)


def judged(turn: Turn, action: Action) -> Judgement:
    """What policy says of an action on this case, with no approval held."""
    return _judge_with(turn, action, frozenset())


def may_say(turn: Turn, template: str) -> Judgement:
    """A reply in the company's own words is an action too."""
    return _judge_with(turn, Action(turn.case.id, "house.reply", {"template": template}, turn.worker), frozenset())


def _judge_here(turn: Turn, action: Action) -> Judgement:
    """Judge on this case. Approvals are looked for only where policy asks for one."""
    judgement = _judge_with(turn, action, frozenset())
    if judgement.decision.lane is not Lane.REVIEWED:
        return judgement
    with turn.house.database.read() as reader:
        two = judgement.decision.four_eyes
        held = turn.approvals.held(reader, action.digest, turn.case.id, turn.now, by=action.by, two_people=two)
    return _judge_with(turn, action, held) if held else judgement


def _judge_sure(turn: Turn, action: Action) -> tuple[Judgement, Doubt | None]:
    """Judge; where the facts are in doubt, ask every source again first, and say what is still in doubt."""
    judgement, spec = _judge_here(turn, action), turn.operation.system_operation(action.operation)
    doubt = doubt_of(spec, judgement, turn.memory.top)
    if doubt is None:
        return judgement, None
    turn.records.forget()
    judgement = _judge_here(turn, action)
    still = doubt_of(spec, judgement, turn.memory.top)
    verified(turn, doubt, still)
    return judgement, still


def _in_doubt(turn: Turn, judgement: Judgement, doubt: Doubt) -> InDoubt:
    if judgement.decision.lane is Lane.PROHIBITED:
        turn.record("ActionRefused", *told(judgement))
    return InDoubt(doubt)


def _judge_with(turn: Turn, action: Action, approved_by: frozenset[str]) -> Judgement:
    pack = turn.house.pack_of(turn.operation)
    conversation, customer = turn.conversation(action.digest), turn.case.customer_id
    judgement = judge(
        pack,
        action,
        turn.records,
        conversation,
        now=turn.now,
        approved_by=approved_by,
        stage=turn.stage,
        earned=earned_by(turn.house.database, pack, action, conversation, customer_id=customer, now=turn.now),
    )
    if not turn.seen_first:
        return judgement
    seen = replace(judgement, seen_first=turn.seen_first)
    return replace(seen, decision=seen.question.answered_by(pack))


def _halted(turn: Turn, name: str) -> Halted | None:
    switch = turn.standing(name)
    return Halted(switch) if switch is not None else None


def _ask_approval(turn: Turn, judgement: Judgement) -> AwaitsApproval | Denied:
    """Ask people. Asking the same again finds the request that waits already; what they denied on this case is not
    asked again and again."""
    case = turn.case
    with turn.house.database.read() as reader:
        denied = turn.approvals.denials(reader, judgement.action)
    if len(denied) > turn.operation.about.approvals.ask_again:
        body, personal = told(judgement)
        turn.record("ActionRefused", {**body, "denied_before": [each.id for each in denied]}, personal=personal)
        return Denied("A person has denied exactly this on this case already, so nobody is asked again.")
    review = Review(judgement.action, judgement.evidence, judgement.decision, case.customer_id, case.release)
    turn.record("ActionDecided", *told(judgement))
    asked: list[str] = []
    turn.pending.append(lambda tx: asked.append(turn.approvals.request(tx, review, now=turn.now).id))
    turn.commit()
    return AwaitsApproval(asked[0])


def _intend(turn: Turn, judgement: Judgement, key: str) -> None:
    """Commit that this will be done, before it is: after a crash it is finished under the same key."""
    _plan(turn, judgement, key)
    turn.commit()


def _plan(turn: Turn, judgement: Judgement, key: str) -> None:
    """With the next commit the approval is used up and the intent stands."""
    action, now = judgement.action, turn.now
    body, personal = told(judgement)
    turn.record("ActionDecided", {**body, "key": key}, personal=personal)

    def write(tx: Transaction) -> None:
        if judgement.approved_by:
            turn.approvals.use(tx, action.digest, action.case_id, by=action.by, now=now)
        store.intend(
            tx,
            {
                "key": key,
                "case_id": action.case_id,
                "operation": action.operation,
                "digest": action.digest,
                "args": dict(action.args),
                "state": "intended",
                "intended_at": now,
            },
        )

    turn.pending.append(write)


def _finish_begun(turn: Turn, begun: Row[Any], key: str) -> Outcome:
    """What an earlier turn intended: told as it went, or finished under its key."""
    spec = turn.operation.system_operation(begun.operation)
    match begun.state:
        case "performed":
            return Performed(begun.result, proved=True)
        case "refused":
            return Denied(str(begun.result))
        case "not_done":
            turn.pending.append(lambda tx: store.intend_again(tx, key))
            turn.commit()
        case _ if spec is None or spec.idempotency is None:
            # Without a key a second time would be a second write, and nobody can tell whether there was a first.
            because = f"{begun.operation} was cut off: whether it happened is unknown, and it is not repeated."
            leave(turn, begun.operation, key, because)
            return Uncertain(because)
        case _:
            pass
    return _finish(turn, begun.operation, begun.args, key)


def leave(turn: Turn, name: str, key: str, because: str) -> None:
    """Nobody tries any more, and whether it happened is unknown; nothing changes where that is known."""
    _settle(turn, name, key, state="unknown", result=because, proved=None)


def _finish(turn: Turn, name: str, args: Mapping[str, Any], key: str) -> Outcome:
    """Write under the key. The same key again gives the same answer, so this may be repeated after a crash."""
    spec = turn.operation.system_operation(name)
    assert spec is not None, "an effect is intended only for an operation that was decided"
    try:
        result = turn.systems.perform(name, args, key)
    except (SystemRefused, RecordMissing) as error:
        _settle(turn, name, key, state="refused", result=str(error), proved=None)
        return Denied(str(error))
    except SystemUnavailable as error:
        if error.may_have_happened and spec.idempotency is None:
            leave(turn, name, key, str(error))
            return Uncertain(str(error))
        fate = "unknown" if error.may_have_happened else "not_done"
        turn.happened.append(lambda tx: store.leave_at(tx, key, fate))
        return Unavailable(str(error), error.retry_after_seconds)
    finally:
        turn.records.forget()
    proved = None
    try:
        proved = _proof(turn, name, spec, args, result)
    finally:
        _settle(turn, name, key, state="performed", result=result, proved=proved)
    return Performed(result, proved=proved is not False)


def _settle(turn: Turn, name: str, key: str, *, state: str, result: Any, proved: bool | None) -> None:
    """Write down what happened, once, even when the case was taken away meanwhile."""
    kinds = {"performed": "ActionPerformed", "refused": "ActionRejected", "unknown": "ActionUncertain"}
    spec = turn.operation.system_operation(name)
    came_of_it = {"outcome": spec.outcome} if state == "performed" and spec is not None and spec.outcome else {}
    entry = turn.entry(
        kinds[state],
        {"operation": name, "key": key, "proved": proved, "at": iso(turn.house.clock.now()), **came_of_it},
        personal={"result": result},
        actor="house",
    )

    def write(tx: Transaction) -> None:
        if store.settle(tx, key, state=state, result=result, now=turn.now):
            entry(tx)

    turn.happened.append(write)


def _proof(turn: Turn, name: str, spec: SystemOperation, args: Mapping[str, Any], result: Any) -> bool | None:
    """Whether the system of record shows that it was done; None where no proof is declared or none can be had now."""
    if spec.proof is None:
        return None
    system = name.partition(".")[0]
    variables: dict[str, Any] = {
        "args": dict(args),
        "result": result,
        "now": iso(turn.now),
        "customer": turn.customer,
    }

    def value(source: str, names: Mapping[str, Any]) -> Any:
        return parse(source).value(names, currency=turn.operation.about.currency)

    try:
        wanted = {key: value(source, variables) for key, source in spec.proof.with_.items()}
        record = turn.systems.read(f"{system}.{spec.proof.read}", wanted)
        names = {**variables, **_proof_names(spec.proof.read, record)}
        return value(spec.proof.holds, names) is True
    except (ExpressionFailed, RecordMissing):
        return False
    except (SystemRefused, SystemUnavailable):
        return None


def _proof_names(read: str, record: Any) -> dict[str, Any]:
    """The record under `record` and under its own name: `get_order` gives `order`."""
    return {"record": record, read.removeprefix("get_"): record}
