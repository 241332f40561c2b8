"""The crowd: every customer of a run, some at once, until each has got an answer or the time is over."""

import asyncio
import contextlib
import logging
import random
import select
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from larkspur.customers.chat import Door, DoorRefused
from larkspur.customers.mind import Line, Over, Say, Wait, next_move
from larkspur.customers.personas import Persona, deal
from larkspur.customers.staff import Colleague, attend_approvals
from larkspur.customers.store import Run, shop_orders

# A reply may come in several messages: it is complete when nothing follows for so long.
BREATH_SECONDS = 0.35
REPORT_SECONDS = 5.0
ALONE_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    url: str
    database: Path
    count: int
    seed: int
    at_once: int
    pace_seconds: float
    timeout_seconds: float
    state: Path | None
    staff: tuple[Colleague, ...]


class Crowd:
    """One run. `come` may be called again with the same state file by another process, and goes on."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._run = Run(plan.state)
        self._turn = asyncio.Semaphore(plan.at_once)
        self._arrival = asyncio.Lock()
        self._present = 0

    async def come(self) -> dict[str, Any]:
        """Let everybody write until all is said. Returns what became of them, by goal."""
        personas = self._personas()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=self._plan.at_once * 2)
        async with httpx.AsyncClient(limits=limits) as client:
            door = Door(client, self._plan.url)
            beside = [asyncio.create_task(self._report(len(personas)))]
            unheard = asyncio.create_task(_nobody_reads())
            beside += [asyncio.create_task(attend_approvals(door, one, self._plan.seed)) for one in self._plan.staff]
            ended = self._run.ends()
            tasks = [asyncio.create_task(self._visit(door, one)) for one in personas if one.number not in ended]
            try:
                everybody = asyncio.create_task(_all(tasks))
                await asyncio.wait(
                    [everybody, unheard],
                    timeout=self._plan.timeout_seconds,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if everybody.done():
                    everybody.result()
                everybody.cancel()
            finally:
                await _stop([*tasks, *beside, unheard])
        said = self._said(personas)
        self._run.close()
        return said

    def _personas(self) -> list[Persona]:
        """Those of the state file; dealt out anew where it has none."""
        known = self._run.personas()
        if not known:
            orders, products = shop_orders(self._plan.database)
            dealt = deal(orders, products, count=self._plan.count, seed=self._plan.seed)
            known = [persona.as_json() for persona in dealt]
            self._run.enter(known)
        return [Persona.from_json(persona) for persona in known]

    async def _visit(self, door: Door, persona: Persona) -> None:
        async with self._turn:
            async with self._arrival:
                await asyncio.sleep(self._plan.pace_seconds)
            self._present += 1
            try:
                ending = await self._talk(door, persona)
                self._run.end(persona.number, ending)
            except DoorRefused as refusal:
                logger.warning("Customer %d (%s) was turned away: %s", persona.number, persona.goal, refusal)
            finally:
                self._present -= 1

    async def _talk(self, door: Door, persona: Persona) -> str:
        session = self._run.session(persona.number)
        if session is None:
            session = await door.begin()
            self._run.keep_session(persona.number, session)
        lines = await door.read(session)
        async with _ear(door, session, lines[-1].number if lines else 0) as ear:
            while True:
                move = next_move(persona, lines)
                match move:
                    case Over(ending):
                        return ending
                    case Wait():
                        lines += await _heard(ear)
                    case Say(text, pause):
                        fresh = await _pause(ear, pause + self._slow(persona, len(lines)))
                        if fresh:
                            lines += fresh
                            continue
                        mine = sum(line.author == "customer" for line in lines)
                        name = f"{persona.seed}-{persona.number}-{mine}"
                        await door.write(session, name, text)
                        lines.append(Line(lines[-1].number if lines else 0, "customer", text))
                        self._run.keep_messages(persona.number, mine + 1)

    def _slow(self, persona: Persona, place: int) -> float:
        """People who come seldom also write slowly: it is watched by somebody."""
        return self._plan.pace_seconds * random.Random(f"{persona.seed}:{persona.number}:{place}:pace").uniform(
            0.3, 1.5
        )

    async def _report(self, total: int) -> None:
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            counted = Counter(self._run.ends().values())
            logger.info(
                "%d of %d customers are done (%s), %d are writing, %d messages so far",
                sum(counted.values()), total, ", ".join(f"{many} {how}" for how, many in sorted(counted.items())),
                self._present, self._run.messages(),
            )  # fmt: skip

    def _said(self, personas: list[Persona]) -> dict[str, Any]:
        ends = self._run.ends()
        goals: dict[str, Counter[str]] = {}
        for persona in personas:
            counted = goals.setdefault(persona.goal, Counter())
            counted["customers"] += 1
            counted[ends.get(persona.number, "waiting")] += 1
        return {
            "customers": len(personas),
            "messages": self._run.messages(),
            "ended": len(ends),
            "waiting": len(personas) - len(ends),
            "endings": dict(sorted(Counter(ends.values()).items())),
            "goals": {goal: dict(counted) for goal, counted in sorted(goals.items())},
        }


@contextlib.asynccontextmanager
async def _ear(door: Door, session: str, after: int) -> AsyncIterator["asyncio.Queue[Line | DoorRefused]"]:
    """A queue into which everything comes that is answered."""
    queue: asyncio.Queue[Line | DoorRefused] = asyncio.Queue()

    async def listen() -> None:
        try:
            async for line in door.listen(session, after):
                queue.put_nowait(line)
        except DoorRefused as refusal:
            queue.put_nowait(refusal)

    task = asyncio.create_task(listen())
    try:
        yield queue
    finally:
        await _stop([task])


async def _heard(ear: "asyncio.Queue[Line | DoorRefused]") -> list[Line]:
    """The next reply, all of it."""
    lines = [_told(await ear.get())]
    with contextlib.suppress(TimeoutError):
        while True:
            lines.append(_told(await asyncio.wait_for(ear.get(), BREATH_SECONDS)))
    return lines


async def _pause(ear: "asyncio.Queue[Line | DoorRefused]", seconds: float) -> list[Line]:
    """Wait before writing; empty, unless something is answered meanwhile."""
    began = time.monotonic()
    try:
        first = _told(await asyncio.wait_for(ear.get(), seconds))
    except TimeoutError:
        return []
    lines = [first]
    left = max(seconds - (time.monotonic() - began), BREATH_SECONDS)
    with contextlib.suppress(TimeoutError):
        while True:
            lines.append(_told(await asyncio.wait_for(ear.get(), min(left, BREATH_SECONDS))))
    return lines


def _told(heard: Line | DoorRefused) -> Line:
    if isinstance(heard, DoorRefused):
        raise heard
    return heard


async def _all(tasks: "list[asyncio.Task[None]]") -> None:
    await asyncio.gather(*tasks)


async def _nobody_reads() -> None:
    """Returns when standard output is a pipe whose reader is gone: whoever started this run was killed.

    Another run with the same state goes on in its place, and two must not write for one customer.
    """
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    while not any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0)):
        await asyncio.sleep(ALONE_SECONDS)


async def _stop(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
