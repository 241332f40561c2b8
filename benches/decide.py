"""What a decision costs with 200 policies, beside a plain call of Cedar on the same facts.

    .venv/bin/python benches/decide.py [--policies 200] [--rounds 200] [--json]

The sample company's own policies, filled up to the number with further `forbid` rules spread over its writes, as a
company of many exceptions would have them. Every test of its policies is decided over and over, facts in hand; the
whole lane is timed: allowed at once, what the customer still owes, who must approve, or prohibited and why. The
plain call asks Cedar once, with prepared handles and the schema, whether the action is permitted now: it knows no
lanes, needs, approvers or reasons. Time on the wall and time of the processor: where other programs want the same
cores, the first tells of them too.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import cedarpy

import larkspur
from aboveloop.app.folders import sound
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import Question, question_of
from aboveloop.govern.schema import cedar_schema, operations_of
from aboveloop.operation.models import Operation

T = TypeVar("T")
FURTHER = """
@id("further-{number}")
@lane("prohibited")
@reason("Customer {number} settles this with a colleague.")
forbid (principal is Worker, action == Action::"{action}", resource)
when {{ context.customer == "c_blocked_{number}" && context.verified }};
"""


class Spent(NamedTuple):
    """The time of one question, in milliseconds."""

    wall_ms: float
    cpu_ms: float


def operation_of(policies: int, folder: Path) -> Operation:
    """The sample company with so many policies."""
    copy = folder / "operation"
    shutil.copytree(Path(larkspur.__file__).parent / "operation", copy)
    own = sound(copy)
    writes = [name for name, spec in operations_of(own) if spec.kind == "write"]
    missing = policies - len(PolicyPack(own).rules)
    text = "".join(FURTHER.format(number=each, action=writes[each % len(writes)]) for each in range(missing))
    (copy / "policies" / "90-further.cedar").write_text(text)
    return sound(copy)


def share(values: list[float], part: float) -> float:
    """The value that this part of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(part * 1000) * len(ordered) // 1000) - 1))]


def timed(what: Callable[[], T]) -> tuple[T, "Spent"]:
    began, worked = time.perf_counter(), time.thread_time()
    answer = what()
    return answer, Spent((time.perf_counter() - began) * 1000, (time.thread_time() - worked) * 1000)


def figures_of(spent: list["Spent"]) -> dict[str, float]:
    wall, cpu = [each.wall_ms for each in spent], [each.cpu_ms for each in spent]
    return {
        "count": len(spent),
        "p50_ms": share(wall, 0.5),
        "p99_ms": share(wall, 0.99),
        "cpu_p50_ms": share(cpu, 0.5),
        "cpu_p99_ms": share(cpu, 0.99),
    }


def plain_call(pack: PolicyPack, operation: Operation) -> "PlainCall":
    policies = cedarpy.PolicySet.from_str("\n".join(rule.text for rule in pack.rules))
    schema = cedar_schema(operation)
    return PlainCall(policies, cedarpy.Entities.from_json_str("[]", schema), schema)


class PlainCall:
    """One question to Cedar, all policies, handles prepared."""

    def __init__(self, policies: cedarpy.PolicySet, entities: cedarpy.Entities, schema: cedarpy.Schema) -> None:
        self._handles = (policies, entities)
        self._schema = schema

    def ask(self, question: Question) -> bool:
        action, evidence, conversation = question.action, question.evidence, question.conversation
        request = {
            "principal": {"type": action.by.kind.capitalize(), "id": action.by.id},
            "action": {"type": "Action", "id": action.operation},
            "resource": {"type": "Record", "id": evidence.resource},
            "context": {
                "verified": conversation.customer != "" and conversation.customer == evidence.owner,
                "identified": conversation.customer != "",
                "confirmed": conversation.confirmed,
                "approved_by": sorted(question.approved_by),
                "stage": str(question.stage),
                "owner": evidence.owner,
                "customer": conversation.customer,
                "args": {name: value for name, value in action.args.items() if isinstance(value, str | int)},
                "facts": {name: fact.value for name, fact in evidence.facts.items()},
            },
        }
        return bool(cedarpy.is_authorized(request, *self._handles, schema=self._schema).allowed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        operation = operation_of(chosen.policies, Path(folder))
    pack = PolicyPack(operation)
    questions = [question_of(operation, test) for test in operation.policy_tests]
    plain = plain_call(pack, operation)
    lanes: dict[str, list[Spent]] = defaultdict(list)
    asked: list[Spent] = []
    for _ in range(chosen.rounds):
        for question in questions:
            decision, spent = timed(lambda question=question: question.answered_by(pack))
            kind = "allowed, needs" if decision.needs and decision.lane == "allowed" else str(decision.lane)
            lanes[kind].append(spent)
            asked.append(timed(lambda question=question: plain.ask(question))[1])
    everything = [each for spent in lanes.values() for each in spent]
    rows = {"whole lane": everything, **{f"  {kind}": spent for kind, spent in sorted(lanes.items())}}
    rows["plain cedarpy call"] = asked
    figures = {name.strip(): figures_of(spent) for name, spent in rows.items()}
    if chosen.json:
        print(json.dumps({"policies": len(pack.rules), "figures": figures}))
        return
    print(f"{len(pack.rules)} policies, {len(questions)} different actions, {len(everything)} decisions")
    for name, spent in rows.items():
        of = figures_of(spent)
        print(
            f"{name:22s} p50 {of['p50_ms']:6.3f} ms   p99 {of['p99_ms']:6.3f} ms   "
            f"processor p50 {of['cpu_p50_ms']:6.3f} ms   p99 {of['cpu_p99_ms']:6.3f} ms   ({len(spent)})"
        )


if __name__ == "__main__":
    main()
