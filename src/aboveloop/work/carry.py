"""Carry: take the moves of the procedure on top, one by one, until the case waits for somebody or ends."""

from dataclasses import replace

from aboveloop.govern.actions import Action
from aboveloop.govern.lanes import Need
from aboveloop.journey import cases, customers, store
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Transaction
from aboveloop.kit.ids import new_id
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.procedures import runner
from aboveloop.procedures.frames import Frame
from aboveloop.procedures.moves import Ask, Do, Finish, GiveToPerson, LookUp, Move, Pause, Propose, Tell
from aboveloop.work import act, halting, hand_over, later, naming, speak, waking
from aboveloop.work import doubt as doubts
from aboveloop.work.act import Outcome
from aboveloop.work.outcomes import checks as outcomes
from aboveloop.work.turn_state import Turn


def carry_on(turn: Turn) -> None:
    """Make moves while the case can go on by itself. A case at rest stays at rest."""
    while (
        turn.case.owner is not Owner.RESOLVED
        and turn.memory.frames
        and turn.memory.waiting is None
        and turn.over is None
    ):
        top = turn.memory.frames[-1]
        frame, move = runner.next_move(turn.steps(), top, turn.around)
        turn.memory.replace_top(frame)
        try:
            _make(turn, frame, move)
        except speak.CannotSay as error:
            hand_over.give(turn, str(error))


def settle(turn: Turn) -> None:
    """Commit the turn: who owns the case now follows from what it waits for."""
    if turn.over is not None:
        turn.commit(turn.over)
        return
    waiting = turn.memory.waiting
    owner, because = {
        "answer": (Owner.WAITING_ON_CUSTOMER, "asked the customer"),
        "confirmation": (Owner.WAITING_ON_CUSTOMER, "asked the customer to confirm"),
        "approval": (Owner.WAITING_ON_PERSON, "asked for approval"),
        "time": (Owner.WAITING_ON_TIME, "waits for a time"),
        None: (Owner.WAITING_ON_CUSTOMER, "nothing is under way"),
    }[waiting]

    if owner is Owner.WAITING_ON_CUSTOMER:
        waking.watch_silence(turn)

    phase = _phase(turn) if _phase(turn) != turn.memory.phase else None
    turn.memory.phase = phase or turn.memory.phase

    def change(tx: Transaction, case: Case) -> Case:
        if phase is not None:
            store.update_journey(tx, case.journey_id, {"phase": phase})
        return cases.change_owner(
            tx, turn.house.ledger, case, owner, actor=f"worker:{turn.worker.id}", because=because, now=turn.now
        )

    turn.commit(None if turn.case.owner is Owner.RESOLVED else change)


def _phase(turn: Turn) -> str:
    """Where the customer stands on the way from a need to its end."""
    if turn.memory.waiting == "confirmation":
        return "decision"
    return "action" if turn.memory.waiting in ("approval", "time") else "consideration"


def _make(turn: Turn, frame: Frame, move: Move) -> None:
    match move:
        case Tell():
            speak.say(turn, move.message)
            turn.memory.replace_top(runner.told(turn.steps(), frame))
        case Ask() if not frame.asked and (value := naming.named(turn, move.entity, frame)) is not None:
            turn.record("RecordNamed", {"entity": move.entity}, personal={"value": value})
            turn.memory.replace_top(runner.hear(frame, {move.entity: [value]}))
        case Ask():
            speak.say(turn, move.message)
            turn.memory.waiting, turn.memory.asking = "answer", move.entity
        case Propose():
            propose(turn, move)
        case Pause():
            _pause(turn, frame, move)
        case LookUp():
            _after_look_up(turn, frame, move, act.look_up(turn, move.operation, move.args))
        case Do():
            _after_write(turn, frame, move, act.perform(turn, move.operation, move.args, move.key))
        case GiveToPerson():
            hand_over.give(turn, move.because)
        case Finish():
            _finish(turn, move)


def propose(turn: Turn, move: Propose) -> None:
    """Show the customer exactly what will be done. Only a yes to this very proposal confirms it."""
    digest = Action(turn.case.id, move.operation, move.args, turn.worker).digest
    said = speak.say(turn, move.message, {"args": dict(move.args)})
    turn.memory.proposal = {
        "digest": digest,
        "operation": move.operation,
        "message": move.message,
        "said": said,
        "at": iso(turn.now),
    }
    turn.memory.confirmed.clear()
    turn.memory.waiting = "confirmation"
    turn.record("ActionProposed", {"operation": move.operation, "action": digest}, personal={"args": dict(move.args)})


def _pause(turn: Turn, frame: Frame, move: Pause) -> None:
    if move.message is not None:
        speak.say(turn, move.message)
    turn.memory.waiting, turn.memory.resting = "time", move.message
    turn.memory.due = new_id("timer")
    seconds = max((move.until - turn.now).total_seconds(), 0) / turn.house.patience.waits_shortened
    lane, stimulus, turns = turn.case.id, f"timer:{turn.memory.due}", turn.house.turns
    turn.pending.append(lambda tx: turns.submit(tx, lane=lane, stimulus=stimulus, delay_seconds=seconds))
    turn.memory.replace_top(runner.told(turn.steps(), frame))


def _after_look_up(turn: Turn, frame: Frame, move: LookUp, outcome: Outcome) -> None:
    match outcome:
        case act.RecordFound(value):
            turn.memory.tries = 0
            _note_verified(turn, move, value)
            turn.memory.replace_top(runner.found(turn.steps(), frame, value))
        case act.NoRecord():
            turn.memory.tries = 0
            _go(turn, runner.missing(turn.steps(), frame))
        case act.Denied() if _is_personalised(turn, move.operation):
            # Whoever has not agreed to it is served as if nothing were known of them.
            _go(turn, runner.missing(turn.steps(), frame))
        case act.NeedsCustomer(needs):
            hand_over.give(turn, f"{move.operation} needs {_named(needs)}, and the procedure does not ask for it.")
        case _:
            _after_trouble(turn, frame, outcome)


def _is_personalised(turn: Turn, operation: str) -> bool:
    spec = turn.operation.system_operation(operation)
    return spec is not None and spec.personalised


def _note_verified(turn: Turn, move: LookUp, value: object) -> None:
    """A read that proves who is writing: remember it for this case and this contact point."""
    spec = turn.operation.system_operation(move.operation)
    if spec is None or spec.verifies is None:
        return
    try:
        known_as = parse(spec.verifies).value({"result": value, "args": dict(move.args)})
    except ExpressionFailed:
        return
    if not isinstance(known_as, str | int) or turn.customer == str(known_as):
        return
    case, contact_id, now, house = turn.case, turn.contact.id, turn.now, turn.house

    def write(tx: Transaction) -> None:
        customers.verify(
            tx, house.ledger, case, contact_id=contact_id, known_as=str(known_as), evidence=move.operation, now=now
        )

    turn.pending.append(write)
    turn.stale = True
    turn.case = replace(turn.case, verified_contact=contact_id, verified_as=str(known_as))


def _after_write(turn: Turn, frame: Frame, move: Do, outcome: Outcome) -> None:
    match outcome:
        case act.Performed(result, proved):
            turn.memory.tries = 0
            turn.memory.confirmed.clear()
            turn.memory.proposal = turn.memory.approval = None
            turn.memory.replace_top(runner.done(turn.steps(), frame, result))
            if not proved:
                hand_over.give(turn, f"{move.operation} was done, but the system of record does not show it.")
        case act.Unavailable(because):
            waking.try_later(turn, because)
            if turn.memory.tries > turn.house.patience.retries:
                act.leave(turn, move.operation, move.key, because)
        case act.NeedsCustomer(needs):
            again = runner.proposing_again(turn.steps(), frame)
            if Need.VERIFICATION in needs or again is None:
                hand_over.give(turn, f"{move.operation} needs {_named(needs)}, and the procedure does not ask for it.")
            else:
                turn.memory.replace_top(again)
        case _:
            _after_trouble(turn, frame, outcome)


def _after_trouble(turn: Turn, frame: Frame, outcome: Outcome) -> None:
    """Whatever kept an action from happening: wait, try later, go the refused way, or give it to a person."""
    match outcome:
        case act.AwaitsApproval(approval_id):
            turn.memory.waiting, turn.memory.resting, turn.memory.approval = "approval", None, approval_id
            speak.say(turn, "please_wait_for_approval")
            waking.watch_expiry(turn, approval_id)
        case act.Denied(because):
            turn.memory.confirmed.clear()
            _go(turn, runner.refused(turn.steps(), frame, because))
        case act.Halted(switch):
            turn.over = halting.change_for(turn, switch)
        case act.Unavailable(because):
            waking.try_later(turn, because)
        case act.Uncertain(because):
            hand_over.give(turn, because)
        case act.InDoubt(doubt):
            hand_over.give(turn, doubts.log(turn, doubt))
        case act.OnlyShadowed(judgement):
            hand_over.give(turn, f"Shadow: {judgement.action.operation} would have been performed.")
        case _:
            hand_over.give(turn, f"{type(outcome).__name__} is not expected here.")


def _finish(turn: Turn, move: Finish) -> None:
    """The procedure on top has ended: what it interrupted goes on, or the case is at its end."""
    later.remember(turn)
    finished = turn.memory.frames.pop()
    turn.memory.proposal = None
    turn.memory.confirmed.clear()
    turn.record("ProcedureEnded", {"procedure": finished.procedure, "run": finished.run_id, "outcome": move.outcome})
    if turn.memory.frames:
        return
    finish_case(turn, move.outcome)


def finish_case(turn: Turn, outcome: str) -> None:
    """End the case with the turn's commit."""
    turn.is_done = True
    ledger, actor, now, operation = turn.house.ledger, f"worker:{turn.worker.id}", turn.now, turn.operation
    turn.memory.clear_waiting()

    def change(tx: Transaction, case: Case) -> Case:
        ended = cases.end(tx, ledger, case, outcome=outcome, actor=actor, now=now)
        outcomes.schedule(tx, operation, ended, now=now)
        return _hear_the_rest(turn, tx, ended)

    turn.over = change


def stay_ended(turn: Turn) -> None:
    """Leave an ended case as it is with the turn's commit."""
    turn.over = lambda tx, case: _hear_the_rest(turn, tx, case)


def _hear_the_rest(turn: Turn, tx: Transaction, case: Case) -> Case:
    """What was written before the end and not heard yet, as after a pause, is heard by another turn."""
    if cases.messages_of(tx, case.id, unhandled=True):
        turn.house.turns.submit(tx, lane=case.id, stimulus="message")
    return case


def _go(turn: Turn, onward: Frame | GiveToPerson) -> None:
    if isinstance(onward, GiveToPerson):
        hand_over.give(turn, onward.because)
    else:
        turn.memory.replace_top(onward)


def _named(needs: tuple[Need, ...]) -> str:
    return " and ".join(need.value for need in needs)
