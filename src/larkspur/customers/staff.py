"""Simulated colleagues: they look at what waits for approval and answer it, each by their own roles and sense."""

import asyncio
import json
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from larkspur.customers.door import Door, DoorClosed

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
SHORTEST_THOUGHT, LONGEST_THOUGHT = 0.5, 6.0
EDITED_SHARE = 0.08
REFUND = "shop.refund_order"
# Where two people must agree, the shop asks a role a second time by this name.
SECOND = "second "
# Of a price, for an article that the customer keeps: more than this is too much for a colleague.
FAIR_SHARE = 0.8


@dataclass(frozen=True)
class Colleague:
    """Somebody with a token of their own."""

    id: str
    token: str
    roles: frozenset[str]
    limits: Mapping[str, int] = field(default_factory=dict)

    def may_answer(self, role: str, cents: int) -> bool:
        """Whether they hold the role, also as its second holder, for as much money as is at stake."""
        held = role.removeprefix(SECOND)
        return held in self.roles and cents <= self.limits.get(held, cents)


@dataclass(frozen=True)
class Verdict:
    """What a colleague answers: `deny` or `approve`, perhaps with changed arguments, and why."""

    approve: bool
    because: str
    args: Mapping[str, Any] | None = None


def read_staff(path: Path) -> tuple[Colleague, ...]:
    """The people of a file {"people": [{"id", "token", "roles"}]}."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Colleague(one["id"], one["token"], frozenset(one["roles"]), one.get("limits", {})) for one in told["people"]
    )


def verdict(approval: Mapping[str, Any], *, hostile: bool, chance: random.Random) -> Verdict:
    """What somebody sensible answers. `hostile`: the customer's words give orders to the machine."""
    if hostile:
        return Verdict(False, "The message gives orders to the machine.")
    args = approval["args"]
    if approval["operation"] == REFUND and args.get("reason") == "arrived damaged":
        return _damage(int(args["amount_cents"]), _facts(approval), chance)
    return Verdict(True, "Looked at and fine.")


def _damage(cents: int, facts: Mapping[str, Any], chance: random.Random) -> Verdict:
    refundable = int(facts.get("refundable_cents", cents))
    if cents > FAIR_SHARE * refundable and chance.random() < 0.5:
        return Verdict(False, "Almost the whole price for something that the customer keeps.")
    if cents > FAIR_SHARE * refundable or chance.random() < EDITED_SHARE:
        fair = max(100, cents // 200 * 100)
        return Verdict(True, "Half of it is fair.", {"amount_cents": fair})
    return Verdict(True, "Looked at and fine.")


def _facts(approval: Mapping[str, Any]) -> dict[str, Any]:
    return {fact["name"]: fact["value"] for fact in approval["facts"]}


@dataclass
class Staff:
    """All colleagues of one shop. Whatever two of them do at once, the shop sorts out."""

    people: tuple[Colleague, ...]
    door: Door
    seed: int
    given: set[tuple[str, str]] = field(default_factory=set)
    thinking: set[asyncio.Task[None]] = field(default_factory=set)

    async def work(self) -> None:
        """Look, think and answer, until cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in self.thinking:
                task.cancel()

    async def _look(self) -> None:
        try:
            waiting = await self.door.ask("GET", "/api/v1/approvals", token=self.people[0].token)
        except DoorClosed as error:
            logger.error("The approvals could not be read: %s", error)
            return
        for approval in waiting["approvals"]:
            for person, role in self._asked(approval):
                self.given.add((approval["id"], role))
                task = asyncio.create_task(self._answer(person, role, approval))
                self.thinking.add(task)
                task.add_done_callback(self.thinking.discard)

    def _asked(self, approval: Mapping[str, Any]) -> list[tuple[Colleague, str]]:
        """Who answers for each role that nobody answers for yet: never the same person for two."""
        found: list[tuple[Colleague, str]] = []
        busy = {answer["person_id"] for answer in approval["answers"]}
        for answer in approval["answers"]:
            if answer["person_id"] is not None or (approval["id"], answer["role"]) in self.given:
                continue
            cents = approval.get("amount_minor") or 0
            fit = [one for one in self.people if one.may_answer(answer["role"], cents) and one.id not in busy]
            if fit:
                person = self._chance(approval, answer["role"]).choice(fit)
                busy.add(person.id)
                found.append((person, answer["role"]))
        return found

    async def _answer(self, person: Colleague, role: str, approval: Mapping[str, Any]) -> None:
        chance = self._chance(approval, role)
        await asyncio.sleep(chance.uniform(SHORTEST_THOUGHT, LONGEST_THOUGHT))
        path = f"/api/v1/approvals/{approval['id']}"
        try:
            hostile = await self._is_hostile(approval["case_id"], person)
            answer = verdict(approval, hostile=hostile, chance=chance)
            if answer.approve:
                body = {"because": answer.because, "args": answer.args}
                await self.door.ask("POST", f"{path}/approve", body, token=person.token)
            else:
                await self.door.ask("POST", f"{path}/deny", {"because": answer.because}, token=person.token)
        except DoorClosed as error:
            # Withdrawn, answered or expired meanwhile; what still waits is looked at again.
            logger.debug("%s: %s", person.id, error)
            self.given.discard((approval["id"], role))

    async def _is_hostile(self, case: str, person: Colleague) -> bool:
        account = await self.door.ask("GET", f"/api/v1/cases/{case}/account", token=person.token)
        return any("injection" in (reading.get("flags") or ()) for reading in account.get("readings", ()))

    def _chance(self, approval: Mapping[str, Any], role: str) -> random.Random:
        """The same thing is decided alike in every run: by what it is, not by its id."""
        return random.Random(
            f"{self.seed}-{role}-{approval['operation']}-{json.dumps(approval['args'], sort_keys=True)}"
        )
