"""Fuzzing the policies: any action, facts and approvals. Nothing fails, and knowing less never opens a lane.

The numbers tried are those that the rules compare with, and their neighbours: between them nothing can change.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.facts import Conversation, Evidence, Fact
from aboveloop.govern.lanes import Decision, Lane, Stage
from aboveloop.govern.people import people_of
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.schema import operations_of
from aboveloop.operation.models import Operation
from aboveloop.operation.system_models import SystemOperation

OPENNESS = {Lane.PROHIBITED: 0, Lane.REVIEWED: 1, Lane.ALLOWED: 2}
# What no schema foresees, yet a system or a person may hand in.
ODD: tuple[Any, ...] = (None, "", "\x00", "a" * 9_000, -1, 2**63, -(2**70), 1.5, float("nan"), True, [], {}, ["x", 1])


@dataclass(frozen=True)
class Try:
    """One question to the pack."""

    action: Action
    evidence: Evidence
    conversation: Conversation
    held: frozenset[str]
    stage: Stage

    def decided(self, pack: PolicyPack) -> Decision:
        return pack.decide(self.action, self.evidence, self.conversation, approved_by=self.held, stage=self.stage)


@dataclass
class PolicyFuzz:
    """`faults` tells each fault with the question that shows it; `gaps` counts optional facts without which a lane
    opens, by rule: those are the policies' own words, and people should know them."""

    operation: Operation
    faults: list[str] = field(default_factory=list)
    lanes: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)

    def play(self, count: int, number: int) -> None:
        """`count` questions out of the seed `number`."""
        pack, chance = PolicyPack.compile(self.operation), random.Random(number)
        for asked in tries(self.operation, count, chance):
            decision = asked.decided(pack)
            self.lanes[decision.lane.value] += 1
            if not decision.reason and decision.lane is not Lane.ALLOWED:
                self.faults.append(f"no reason was given for {decision.lane} ({number}): {asked}")
            self._with_less(pack, asked, decision, chance)

    def _with_less(self, pack: PolicyPack, asked: Try, whole: Decision, chance: random.Random) -> None:
        """Take one fact away, as if nobody had ever known it, and as if it could not be read now."""
        if not asked.evidence.facts:
            return
        gone = chance.choice(sorted(asked.evidence.facts))
        left = {name: fact for name, fact in asked.evidence.facts.items() if name != gone}
        spec = self.operation.system_operation(asked.action.operation)
        source = spec.facts.get(gone) if spec is not None else None
        unread = replace(asked, evidence=replace(asked.evidence, facts=left, missing={gone: "the system was away"}))
        unknown = replace(asked, evidence=replace(asked.evidence, facts=left))
        for poorer in (unread, unknown):
            decision = poorer.decided(pack)
            if OPENNESS[decision.lane] <= OPENNESS[whole.lane]:
                continue
            if poorer is unknown and source is not None and source.optional:
                self.gaps[
                    f"{asked.action.operation} without {gone}, against {', '.join(whole.rules) or 'a doubt'}"
                ] += 1
            else:
                self.faults.append(f"without {gone} it is {decision.lane} instead of {whole.lane}: {asked}")


def tries(operation: Operation, count: int, chance: random.Random) -> Iterator[Try]:
    """Questions about every operation of every system, and now and then about one that does not exist."""
    specs = dict(operations_of(operation))
    numbers = _numbers(operation)
    roles = sorted(operation.about.roles)
    people = sorted(people_of(operation))
    for place in range(count):
        name = list(specs)[place % len(specs)] if chance.random() < 0.98 else "shop.never_heard_of"
        spec = specs.get(name, SystemOperation(kind="write"))
        args = {
            each: _value(chance, numbers, str(_type(spec, each))) for each in spec.arguments if chance.random() < 0.9
        }
        owner = chance.choice(("c_1", "c_1", "c_1", "c_2", ""))
        facts = {
            each: Fact(each, _value(chance, numbers, source.type), "a test")
            for each, source in spec.facts.items()
            if chance.random() < 0.9
        }
        by = (
            Principal("person", chance.choice(people)) if chance.random() < 0.2 and people else Principal("worker", "w")
        )
        yield Try(
            Action(f"case_{place}", name, args, by),
            Evidence(facts, resource=chance.choice(("LK-100007", "")), owner=owner),
            Conversation(chance.choice(("c_1", "c_1", "")), confirmed=chance.random() < 0.6),
            frozenset(chance.sample(roles, chance.choice((0, 0, 0, 1, 2)))) if len(roles) > 1 else frozenset(),
            chance.choice(list(Stage)),
        )


def _numbers(operation: Operation) -> list[int]:
    """Every number of the policies, with its neighbours."""
    found = {int(number) for text in operation.policies.values() for number in re.findall(r"\b\d{1,9}\b", text)}
    return sorted({near for number in found for near in (number - 1, number, number + 1)} | {0, 1})


def _type(spec: SystemOperation, argument: str) -> Any:
    return {"integer": "long", "boolean": "bool", "array": "strings"}.get(
        str(spec.arguments[argument].get("type", "string")), "string"
    )


def _value(chance: random.Random, numbers: list[int], kind: str) -> Any:
    """A value of the type, mostly; else something odd."""
    if chance.random() < 0.03:
        return chance.choice(ODD)
    match kind:
        case "long":
            return chance.choice(numbers)
        case "bool":
            return chance.random() < 0.5
        case "strings":
            return chance.sample(["shoes", "tents", "placed", "shipped", "x"], chance.randint(0, 3))
        case _:
            return chance.choice(["placed", "shipped", "delivered", "returned", "cancelled", "LK-100007", "EUR", ""])
