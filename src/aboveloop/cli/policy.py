"""policy: test the rules of an operation folder, and ask them. What needs a house opens one; the rest does not."""

from typing import Any

import typer

from aboveloop.app import inspection
from aboveloop.cli.checking import Folder, existing
from aboveloop.cli.output import Json, answer, counted, line, several
from aboveloop.govern.checks import PolicyTestResult
from aboveloop.operation.faults import Place

policy_app = several("""Test the rules of an operation, and ask what they allow, why, and what would change it.

    Example: aboveloop policy test my-company/
    """)


@policy_app.command("test")
def test(folder: Folder = None, as_json: Json = False) -> None:
    """Decide every test of policies/tests.yaml; each that fails is told with what came and which rules decided.

    Example: aboveloop policy test my-company/
    """
    chosen = existing(folder)
    run = inspection.policy_tests(chosen)
    failed = [result for result in run.results if not result.passed]
    value = {
        "folder": str(chosen),
        "ok": run.ok,
        "tests": len(run.results),
        "failed": len(failed),
        "results": [_shown(result, run.places[result.number]) for result in run.results],
    }

    def human() -> None:
        for result in failed:
            for text in _told(result, run.places[result.number]):
                line(text)
        if not run.results:
            line(f"There is no test in {chosen / inspection.POLICY_TESTS}, so nothing is shown to hold.")
            return
        held = len(run.results) - len(failed)
        line(f"{counted(held, 'policy test')} of {len(run.results)} held in {chosen}.")

    answer(value, as_json, human)
    if not run.ok:
        raise typer.Exit(1)


def _shown(result: PolicyTestResult, place: Place) -> dict[str, Any]:
    decision = result.decision
    return {
        "test": result.test,
        "action": result.action,
        "file": place.path,
        "line": place.line,
        "passed": result.passed,
        "lane": decision.lane.value,
        "needs": [need.value for need in decision.needs],
        "approvers": list(decision.approvers),
        "rules": list(decision.rules),
        "reason": decision.reason,
        "differences": [
            {"what": each.what, "expected": list(each.expected), "came": list(each.came)} for each in result.differences
        ],
    }


def _told(result: PolicyTestResult, place: Place) -> list[str]:
    """A failed test, in lines."""
    rules = ", ".join(result.decision.rules) or "none: nothing permits it"
    return [
        f"{place.path}:{place.line}: {result.test} ({result.action})",
        *(f"    {each.sentence}" for each in result.differences),
        f"    decided by: {rules}",
        f"    reason: {result.decision.reason}",
    ]
