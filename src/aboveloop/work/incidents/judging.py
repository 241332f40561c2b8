"""Judging anew: what another release's policy says of an action that was done, on the facts of that moment."""

from dataclasses import dataclass, replace

from aboveloop.govern.incidents.incident import Verdict
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import Question

ARGS = "args."


@dataclass(frozen=True)
class Judged:
    """What policy says of it. `lawful_amount`: the most that it would allow with what was held then."""

    verdict: Verdict
    because: str
    lawful_amount: int | None = None


def judge_anew(pack: PolicyPack, done: Question | None) -> Judged:
    """Whether the policy of `pack` would let it be done again, and if not, how much of it; None was erased."""
    if done is None:
        return Judged(Verdict.UNKNOWN, "Its facts were erased with the customer, so a person decides.")
    decision = done.answered_by(pack)
    if decision.may_perform:
        return Judged(Verdict.LAWFUL, decision.reason, done.evidence.amount)
    return Judged(Verdict.WRONG, _why(decision), _most(pack, done))


def _why(decision: Decision) -> str:
    if decision.lane is Lane.REVIEWED:
        asked = " and ".join(decision.approvers).replace("_", " ")
        return f"{decision.reason} It was done without asking {asked}."
    if decision.needs:
        return f"It needed {' and '.join(need.value for need in decision.needs)} of the customer. {decision.reason}"
    return decision.reason


def _most(pack: PolicyPack, done: Question) -> int | None:
    """The largest amount up to what was done that policy allows; 0 for none, None where no argument is the amount.

    Found by halving, so it relies on policies that allow less wherever they allow more. Where one does not, the amount
    found is still allowed, and the next greater one that was tried is not.
    """
    spec = pack.operation.system_operation(done.action.operation)
    amount = done.evidence.amount
    if spec is None or spec.amount is None or not spec.amount.startswith(ARGS) or amount is None:
        return None
    argument = spec.amount.removeprefix(ARGS)
    allowed, denied = 0, amount
    while denied - allowed > 1:
        middle = (allowed + denied) // 2
        if _with_amount(done, argument, middle).answered_by(pack).may_perform:
            allowed = middle
        else:
            denied = middle
    return allowed


def _with_amount(done: Question, argument: str, amount: int) -> Question:
    action = replace(done.action, args={**done.action.args, argument: amount})
    return replace(done, action=action, evidence=replace(done.evidence, amount=amount))
