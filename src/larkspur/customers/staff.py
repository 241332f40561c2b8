"""Simulated colleagues: people who look at what waits for approval, and answer it with sense, after a while."""

import asyncio
import json
import logging
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from larkspur.customers.chat import Door, DoorRefused

POLL_SECONDS = 1.0
REFUND = "shop.refund_order"
# Whoever asks for nearly everything back for a scratch gets less, now and then.
EDITED_SHARE = 0.12
HOSTILE = re.compile(
    r"\bSYSTEM\s*:|ignore (?:all |your |the )*(?:previous |prior )*(?:instructions|rules)|without approval", re.I
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Colleague:
    id: str
    token: str
    roles: frozenset[str]


def read_staff(path: Path) -> tuple[Colleague, ...]:
    """The people of a file: {"people": [{"id", "token", "roles"}]}."""
    people = json.loads(path.read_text(encoding="utf-8"))["people"]
    return tuple(Colleague(one["id"], one["token"], frozenset(one["roles"])) for one in people)


async def attend_approvals(door: Door, colleague: Colleague, seed: int) -> None:
    """Look, think, answer; for ever."""
    thinking: set[str] = set()
    answers: set[asyncio.Task[None]] = set()
    try:
        while True:
            try:
                found = await door.call("GET", "/api/v1/approvals", headers=_signed(colleague))
            except DoorRefused as refusal:
                logger.warning("%s could not see the approvals: %s", colleague.id, refusal)
                return
            for approval in found["approvals"]:
                if approval["may_answer"] and approval["id"] not in thinking:
                    thinking.add(approval["id"])
                    answers.add(asyncio.create_task(_answer(door, colleague, approval, seed)))
            answers = {task for task in answers if not task.done()}
            await asyncio.sleep(POLL_SECONDS)
    finally:
        for task in answers:
            task.cancel()


async def _answer(door: Door, colleague: Colleague, approval: dict[str, Any], seed: int) -> None:
    # By the customer's number nobody here knows the case, so chance hangs on what is asked.
    chance = random.Random(f"{seed}:{colleague.id}:{approval['operation']}:{sorted(approval['args'].items())!r}")
    await asyncio.sleep(chance.uniform(0.5, 4.0))
    try:
        account = await door.call("GET", f"/api/v1/cases/{approval['case_id']}/account", headers=_signed(colleague))
        verdict, body = judge(approval, json.dumps(account), chance)
        await door.call("POST", f"/api/v1/approvals/{approval['id']}/{verdict}", body, headers=_signed(colleague))
    except DoorRefused as refusal:
        # Somebody else was quicker, or the customer does not want it any more.
        logger.debug("%s could not answer %s: %s", colleague.id, approval["id"], refusal)


def judge(approval: dict[str, Any], account: str, chance: random.Random) -> tuple[str, dict[str, Any]]:
    """(approve or deny, what is sent with it)."""
    if HOSTILE.search(account):
        return "deny", {"because": "The conversation gives orders to the machine; nobody is paid for that."}
    amount = approval["args"].get("amount_cents")
    if approval["operation"] == REFUND and "return_id" not in approval["args"]:
        refundable = _fact(approval, "refundable_cents")
        if refundable is not None and amount is not None and amount > refundable:
            return "deny", {"because": "More than is left of what was paid."}
        is_for_damage = approval["args"].get("reason") == "arrived damaged"
        if is_for_damage and amount is not None and amount > 6000 and chance.random() < EDITED_SHARE:
            return "approve", {"because": "Most of it is fair.", "args": {"amount_cents": int(amount * 0.8)}}
    return "approve", {"because": "In order."}


def _fact(approval: dict[str, Any], name: str) -> int | None:
    found = [fact["value"] for fact in approval["facts"] if fact["name"] == name]
    return int(found[0]) if found and isinstance(found[0], int) else None


def _signed(colleague: Colleague) -> dict[str, str]:
    return {"Authorization": f"Bearer {colleague.token}"}
