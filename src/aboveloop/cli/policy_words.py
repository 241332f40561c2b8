"""How the answers of `policy` are said: lines for people, JSON for programs."""

import json
from collections.abc import Iterator
from typing import Any

from aboveloop.app.can import CanAnswer, shown_rules
from aboveloop.cli.output import counted
from aboveloop.govern.checks import PolicyTestResult
from aboveloop.govern.explaining import Explanation, Otherwise, decision_in_words, in_words
from aboveloop.govern.lanes import Decision
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.money import Money
from aboveloop.operation.faults import Place
from aboveloop.work.policy_diff import Comparison, Moved
from aboveloop.work.policy_use import PolicyUse

# More are in the JSON.
CHANGES_LISTED = 20


def json_object(text: str, option: str) -> dict[str, Any]:
    """The JSON object that was typed. Raises WrongUsage."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongUsage(
            f"{option} is not JSON ({error}). Write an object, such as '{{\"amount_cents\": 5000}}'."
        ) from error
    if not isinstance(value, dict):
        raise WrongUsage(f"{option} must be a JSON object, such as '{{\"amount_cents\": 5000}}'.")
    return value


def decision_as_json(decision: Decision) -> dict[str, Any]:
    return {
        "lane": decision.lane.value,
        "needs": [need.value for need in decision.needs],
        "approvers": list(decision.approvers),
        "any_approver": decision.any_approver,
        "four_eyes": decision.four_eyes,
        "rules": list(decision.rules),
        "reason": decision.reason,
    }


# --- policy test


def test_as_json(result: PolicyTestResult, place: Place) -> dict[str, Any]:
    return {
        "test": result.test,
        "action": result.action,
        "file": place.path,
        "line": place.line,
        "passed": result.passed,
        **decision_as_json(result.decision),
        "differences": [
            {"what": each.what, "expected": list(each.expected), "came": list(each.came)} for each in result.differences
        ],
    }


def failed_test(result: PolicyTestResult, place: Place) -> Iterator[str]:
    """A failed test, in lines."""
    yield f"{place.path}:{place.line}: {result.test} ({result.action})"
    for each in result.differences:
        yield f"    {each.sentence}"
    yield f"    decided by: {', '.join(result.decision.rules) or 'no rule'}"
    yield f"    reason: {result.decision.reason}"


# --- policy explain


def explanation_as_json(told: Explanation, currency: str) -> dict[str, Any]:
    action = told.question.action
    return {
        "case": action.case_id,
        "operation": action.operation,
        "action": action.digest,
        "by": f"{action.by.kind}:{action.by.id}",
        "args": dict(action.args),
        **decision_as_json(told.decision),
        "in_words": decision_in_words(told.decision),
        "deciding_rules": [
            {
                "rule": rule.id,
                "reason": rule.reason,
                "file": rule.place.path,
                "line": rule.place.line,
                "text": rule.text,
            }
            for rule in told.rules
        ],
        "looked_at": [
            {
                "part": each.name.part,
                "name": each.name.name,
                "value": each.value,
                "source": each.source,
                "rules": list(each.rules),
            }
            for each in told.looked_at
        ],
        "not_known": dict(told.unknown),
        "opens": [_otherwise(each, currency) for each in told.opens],
        "closes": [_otherwise(each, currency) for each in told.closes],
    }


def explanation_in_words(told: Explanation, currency: str) -> Iterator[str]:
    action = told.question.action
    args = ", ".join(f"{name}={in_words(name, value, currency)}" for name, value in action.args.items())
    yield f"{action.operation} ({args or 'no arguments'}) by {action.by.kind} {action.by.id}"
    yield f"  {decision_in_words(told.decision)}"
    for rule in told.rules:
        yield f"  rule  {rule.id} ({rule.place.path}:{rule.place.line}): {rule.reason}"
    if not told.rules:
        yield "  rule  none decided"
    for each in told.looked_at:
        value = in_words(each.name.name, each.value, currency)
        yield f"  fact  {each.name.name} = {value} (from {each.source}; {', '.join(each.rules)} looked at it)"
    for name, why in told.unknown.items():
        yield f"  fact  {name} is not known: {why}"
    yield "What would open it:" if told.opens else "No single change that was tried would open it further."
    yield from (f"  {each.sentence(currency)}" for each in told.opens)
    if told.closes:
        yield "What would close it:"
        yield from (f"  {each.sentence(currency)}" for each in told.closes)
    if any(change.kind == "argument" for each in (*told.opens, *told.closes) for change in each.changes):
        yield "With other arguments it is another action: the customer says yes, and people approve, anew."


def _otherwise(otherwise: Otherwise, currency: str) -> dict[str, Any]:
    return {
        "changes": [vars(change) for change in otherwise.changes],
        "sentence": otherwise.sentence(currency),
        **decision_as_json(otherwise.decision),
    }


# --- policy diff


def diff_in_words(tests: Comparison, ledger: Comparison | None, currency: str) -> Iterator[str]:
    yield from _comparison(tests, "policy test", currency)
    if ledger is None:
        yield "No ledger was looked at: name one with --home."
        return
    yield from _comparison(ledger, "past action", currency)
    if ledger.unreadable:
        yield f"{counted(ledger.unreadable, 'decision')} of erased customers or older versions could not be compared."


def _comparison(found: Comparison, what: str, currency: str) -> Iterator[str]:
    yield f"{counted(found.compared, what)} compared, {found.moved} would come to another lane."
    for (before, after), tally in sorted(found.lanes.items()):
        touched = (
            f", {counted(len(tally.cases), 'case')}, {counted(len(tally.customers), 'customer')},"
            f" {Money(tally.amount, currency)}"
            if tally.cases
            else ""
        )
        yield f"  {before} -> {after}: {tally.actions}{touched}"
    if found.otherwise:
        yield f"  in the same lane, but asking something else of the customer or of people: {found.otherwise}"
    for because, count in sorted(found.unclear.items()):
        yield f"  nobody can tell for {count}: {because}"
    for change in found.changes[:CHANGES_LISTED]:
        yield f"  {_moved(change)}"
    if len(found.changes) > CHANGES_LISTED:
        yield f"  ... and more: see --json, which lists the first {len(found.changes)}."


def _moved(change: Moved) -> str:
    which = change.test or f"{change.case} {change.action[:12]}"
    before, after = decision_in_words(change.before), decision_in_words(change.after)
    return f"{which} ({change.operation})\n      was {before}\n      now {after}"


# --- policy coverage


def use_in_words(use: PolicyUse) -> Iterator[str]:
    for each in use.rules:
        ledger = "" if each.ledger is None else f" {each.ledger:>8} in the ledger"
        never = (
            "" if each.tests else "  <- holds back what the tests ask" if each.holds_back else "  <- no test needs it"
        )
        yield f"{each.rule.id:34} {each.tests:>4} in the tests{ledger}{never}"
    for rule, count in use.gone.items():
        yield f"{rule:34} decided {count} in the ledger and is no rule here any more"
    total = len(use.rules)
    yield f"{total - len(use.untested)} of {counted(total, 'rule')} decided or held back at least one policy test."
    if any(each.ledger is not None for each in use.rules):
        yield f"{total - len(use.unused)} of {counted(total, 'rule')} decided at least once in the ledger."


# --- policy can


def can_as_json(found: CanAnswer, currency: str) -> dict[str, Any]:
    return {
        "question": found.asked,
        "lane": found.lane,
        "operation": found.operation.operation if found.operation else None,
        "description": found.operation.description if found.operation else None,
        "matched": list(found.operation.words) if found.operation else [],
        "parts": [
            {
                "when": part.when,
                **decision_as_json(part.decision),
                "in_words": decision_in_words(part.decision),
                "unless": [_otherwise(each, currency) for each in part.unless],
            }
            for part in found.parts
        ],
        "never": shown_rules(found.never),
        "nearest": [
            {"operation": each.operation, "description": each.description, "score": round(each.score, 2)}
            for each in found.nearest
        ],
        "note": found.note,
    }


def can_in_words(found: CanAnswer, currency: str) -> Iterator[str]:
    if found.operation is None:
        yield f"Nobody can tell from these words which operation is meant by “{found.asked}”."
        if found.nearest:
            yield "The nearest are:"
            yield from (f"  {each.operation}: {each.description}" for each in found.nearest)
        else:
            yield "Nothing in this operation is near to it. What no rule permits is prohibited."
        return
    yield f"{found.lane.upper()}: {found.operation.operation}. {found.operation.description}"
    for part in found.parts:
        when = f"{part.when}: " if part.when else ""
        yield f"  {when}{decision_in_words(part.decision)}"
    unless = dict.fromkeys(each.decision.reason for part in found.parts for each in part.unless)
    if unless:
        yield "  Otherwise where one of these holds:"
        yield from (f"    {reason}" for reason in unless)
    if found.note:
        yield f"  {found.note}"
