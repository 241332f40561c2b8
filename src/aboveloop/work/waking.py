"""Waking: what a case does when a timer runs out, an approval is answered or a system may answer again."""

from datetime import timedelta

from aboveloop.govern.approval import Approval, State
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Transaction
from aboveloop.operation.expressions import instant_of
from aboveloop.procedures import runner
from aboveloop.procedures.moves import GiveToPerson
from aboveloop.work import hand_over, speak
from aboveloop.work.turn_state import Turn

SILENCE = "silence"
EXPIRY = "expiry"


def catch_up(turn: Turn) -> None:
    """What came while the case was paused or being moved by another turn happens now."""
    missed, turn.memory.missed = turn.memory.missed, []
    for timer in missed:
        wake(turn, timer)
    if turn.memory.waiting == "approval" and turn.memory.approval is not None:
        answered(turn, turn.memory.approval)


def wake(turn: Turn, timer: str) -> None:
    """A timer ran out. One that no longer counts changes nothing."""
    if timer == SILENCE:
        _after_silence(turn)
    elif timer.startswith(EXPIRY):
        _expire(turn)
        answered(turn, timer.removeprefix(f"{EXPIRY}-"))
    elif timer == turn.memory.due and turn.memory.waiting == "time":
        _is_their_turn(turn)
        turn.memory.clear_waiting()
        turn.memory.due = None


def answered(turn: Turn, approval_id: str) -> None:
    """A person answered, or nobody did in time: the write at hand goes on, changes, or goes the refused way."""
    if turn.memory.waiting != "approval" or turn.memory.approval != approval_id or turn.memory.top is None:
        return
    with turn.house.database.read() as reader:
        approval = turn.approvals.find(reader, approval_id)
        # An edited action is an approval of its own, and may be edited again.
        while approval.replaced_by is not None:
            approval = turn.approvals.find(reader, approval.replaced_by)
    if approval.id != approval_id:
        turn.memory.approval = approval.id
        turn.memory.replace_top(runner.edited(turn.steps(), turn.memory.top, approval.action.args))
    _is_their_turn(turn)
    if approval.state is State.APPROVED:
        turn.memory.clear_waiting()
    elif approval.state in (State.DENIED, State.EXPIRED):
        turn.memory.clear_waiting()
        _declined(turn, approval)


def _is_their_turn(turn: Turn) -> None:
    """Whoever was kept waiting is not silent: their silence counts from the end of the wait."""
    turn.memory.heard_at = iso(turn.now)


def _declined(turn: Turn, approval: Approval) -> None:
    said = [answer.because for answer in approval.answers if answer.verdict == State.DENIED]
    because = said[0] if said else "Nobody approved it in time."
    top = turn.memory.top
    assert top is not None, "only a running procedure waits for an approval"
    onward = runner.refused(turn.steps(), top, because)
    if isinstance(onward, GiveToPerson):
        hand_over.give(turn, f"{approval.action.operation} was not approved: {because}")
    else:
        turn.memory.replace_top(onward)


def _expire(turn: Turn) -> None:
    with turn.house.database.write() as tx:
        turn.approvals.expire_due(tx, turn.now)


def watch_expiry(turn: Turn, approval_id: str) -> None:
    """Wake this case when its approval expires unanswered."""
    seconds = turn.operation.about.approvals.expire_after_hours * 3600 + 1
    _submit(turn, f"timer:{EXPIRY}-{approval_id}", seconds)


def watch_silence(turn: Turn) -> None:
    """See that a silent customer is reminded, and then not forgotten. One timer a case is enough."""
    if not turn.memory.silence_timer:
        turn.memory.silence_timer = True
        _submit(turn, f"timer:{SILENCE}", turn.house.patience.remind_after.total_seconds())


def try_later(turn: Turn, because: str) -> None:
    """A system does not answer: the case rests a moment and goes on by itself; in the end a person gets it."""
    patience = turn.house.patience
    turn.memory.tries += 1
    if turn.memory.tries > patience.retries:
        hand_over.give(turn, f"A system did not answer: {because}", message="system_trouble")
        return
    _submit(turn, "go_on", patience.retry_first.total_seconds() * 2 ** (turn.memory.tries - 1))

    def change(tx: Transaction, case: Case) -> Case:
        return cases.change_owner(
            tx, turn.house.ledger, case, Owner.WAITING_ON_TIME, actor="house", because=because, now=turn.now
        )

    turn.over = change


def _after_silence(turn: Turn) -> None:
    turn.memory.silence_timer = False
    if turn.case.owner is not Owner.WAITING_ON_CUSTOMER:
        return
    patience = turn.house.patience
    heard_at = turn.memory.heard_at or iso(turn.case.updated_at)
    quiet = turn.now - instant_of(heard_at)
    if quiet < patience.remind_after:
        _listen_on(turn, patience.remind_after - quiet)
    elif not turn.memory.reminded:
        turn.memory.reminded = True
        speak.say(turn, "still_there")
        _listen_on(turn, min(patience.remind_after, patience.give_up_after - quiet))
    elif quiet < patience.give_up_after:
        # Who writes again meanwhile is reminded as soon as anybody.
        _listen_on(turn, min(patience.remind_after, patience.give_up_after - quiet))
    else:
        hand_over.give(turn, "The customer fell silent before the case was done.", message=None)


def _listen_on(turn: Turn, pause: timedelta) -> None:
    turn.memory.silence_timer = True
    _submit(turn, f"timer:{SILENCE}", max(pause.total_seconds(), 1.0))


def _submit(turn: Turn, stimulus: str, delay_seconds: float) -> None:
    turns, lane = turn.house.turns, turn.case.id
    turn.pending.append(lambda tx: turns.submit(tx, lane=lane, stimulus=stimulus, delay_seconds=delay_seconds))
