"""The crowd: all customers of a run at once, each with a chat of their own, until every conversation is at an end."""

import asyncio
import contextlib
import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from larkspur.clock import present
from larkspur.customers.carrier import Carrier
from larkspur.customers.conversation import CUSTOMER, End, Line, Say, Wait, next_move
from larkspur.customers.door import Door, DoorClosed
from larkspur.customers.goals import goal_named
from larkspur.customers.personas import Persona, personas
from larkspur.customers.staff import Colleague, Staff
from larkspur.customers.store import Run, read_shop

logger = logging.getLogger(__name__)

# A reply often is several messages at once: so long after the last one a customer begins to write.
READING_SECONDS = 0.25
SETTLED_SECONDS = 1.0
# Typing, in seconds for each character, at `pace` 1.
TYPING_SECONDS = 0.02
LONGEST_TYPING_SECONDS = 4.0
# Whoever gets no reply for so long goes away, unless a colleague or a search is waited for.
PATIENCE_SECONDS = 300.0
PROGRESS_SECONDS = 10.0
UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Plan:
    """What a run shall be. `timeout_seconds`: when it ends anyhow."""

    url: str
    database: Path
    count: int
    seed: int
    at_once: int = 16
    pace_seconds: float = 0.0
    timeout_seconds: float = 3600.0
    state: Path | None = None
    staff: tuple[Colleague, ...] = ()


@dataclass
class Guest:
    """One customer while they are here. `lines`: the chat in the order in which they saw it."""

    persona: Persona
    session: str
    lines: list[Line]
    news: asyncio.Event = field(default_factory=asyncio.Event)
    last_news: float = 0.0
    # When they first meant to write the message of this number.
    meant: dict[int, float] = field(default_factory=dict)

    @property
    def written(self) -> int:
        return sum(line.author == CUSTOMER for line in self.lines)

    @property
    def last_number(self) -> int:
        return max((line.number for line in self.lines), default=0)

    def hears(self, line: Line, at: float) -> None:
        if all(line.number != known.number for known in self.lines):
            self.lines.append(line)
            self.last_news = at
            self.news.set()

    def wrote(self, text: str) -> None:
        """The shop numbers it; here it only has to stand behind what was seen before."""
        self.lines.append(Line(-1 - self.written, CUSTOMER, text))


class Crowd:
    """One run."""

    def __init__(self, plan: Plan, door: Door | None = None) -> None:
        self._plan = plan
        self._run = Run(plan.state)
        # One connection that listens and one that writes for everybody, and the colleagues.
        self._door = door or Door(plan.url, most_open=2 * plan.count + 20)
        self._places = asyncio.Semaphore(plan.at_once)

    async def come(self) -> dict[str, Any]:
        """Let everybody come. Returns the counts of the run."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        everybody = self._everybody()
        carrier = Carrier(self._plan.database, self._plan.seed)
        helpers = [asyncio.create_task(self._tell_progress(began)), asyncio.create_task(carrier.work())]
        if self._plan.staff:
            staff = Staff(self._plan.staff, self._door, self._plan.seed)
            helpers.append(asyncio.create_task(staff.work()))
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._plan.timeout_seconds):
                    await self._let_in(everybody)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self._door.close()
        counted = self._counted(everybody, seconds=loop.time() - began)
        self._run.close()
        return counted

    def _everybody(self) -> list[Persona]:
        """Who they are is decided once; a run that goes on finds them in its state."""
        kept = self._run.personas()
        if not kept:
            records = read_shop(self._plan.database, present())
            kept = [persona.as_json() for persona in personas(records, self._plan.count, self._plan.seed)]
            self._run.enter(kept)
        return [Persona.from_json(one) for one in kept]

    async def _let_in(self, everybody: list[Persona]) -> None:
        gone = {row["number"] for row in self._run.standing() if row["outcome"] is not None}
        async with asyncio.TaskGroup() as group:
            for persona in everybody:
                if persona.number not in gone:
                    await self._places.acquire()
                    group.create_task(self._visit(persona))
                    await asyncio.sleep(self._plan.pace_seconds)

    async def _visit(self, persona: Persona) -> None:
        place = contextlib.ExitStack()
        place.callback(self._places.release)
        with place:
            try:
                guest = await self._arrive(persona)
                ear = asyncio.create_task(self._listen(guest))
                try:
                    await self._talk(guest, place)
                finally:
                    ear.cancel()
                    await asyncio.gather(ear, return_exceptions=True)
            except DoorClosed as error:
                logger.error("Customer %d (%s): %s", persona.number, persona.goal, error)

    async def _arrive(self, persona: Persona) -> Guest:
        session = self._run.session(persona.number)
        if session is not None:
            return Guest(persona, session, await self._door.read(session))
        session = await self._door.begin()
        self._run.keep_session(persona.number, session)
        return Guest(persona, session, [])

    async def _listen(self, guest: Guest) -> None:
        loop = asyncio.get_running_loop()
        async for line in self._door.listen(guest.session, guest.last_number):
            guest.hears(line, loop.time())

    async def _talk(self, guest: Guest, place: contextlib.ExitStack) -> None:
        loop = asyncio.get_running_loop()
        guest.last_news = loop.time()
        while True:
            guest.news.clear()
            move = next_move(guest.persona, guest.lines)
            match move:
                case End(outcome, last_heard):
                    # What ended may be followed at once by something else that is still open.
                    if await _within(guest.news, guest.last_news + SETTLED_SECONDS - loop.time()):
                        continue
                    self._keep(guest, last_heard, outcome)
                    return
                case Wait(long=True):
                    # Somebody else writes meanwhile.
                    place.close()
                    await guest.news.wait()
                case Wait():
                    if not await _within(guest.news, guest.last_news + PATIENCE_SECONDS - loop.time()):
                        self._keep(guest, "", UNANSWERED)
                        return
                case Say(text):
                    if not await _within(guest.news, self._due(guest, move, loop.time()) - loop.time()):
                        # First here, then there: the reply may be heard before the shop says that it has the message.
                        guest.wrote(text)
                        await self._door.write(guest.session, str(guest.written), text)
                        guest.last_news = max(guest.last_news, loop.time())
                        self._keep(guest, "", None)

    def _due(self, guest: Guest, move: Say, now: float) -> float:
        """When to write: after reading what came last, and after the pause that belongs to this message."""
        meant = guest.meant.setdefault(guest.written, now)
        typing = min(len(move.text) * TYPING_SECONDS, LONGEST_TYPING_SECONDS) * min(self._plan.pace_seconds, 1.0)
        return max(guest.last_news + READING_SECONDS + typing, meant + move.pause_seconds)

    def _keep(self, guest: Guest, last_heard: str, outcome: str | None) -> None:
        self._run.keep(guest.persona.number, messages=guest.written, last_heard=last_heard, outcome=outcome)

    async def _tell_progress(self, began: float) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            standing = self._run.standing()
            over = sum(row["outcome"] is not None for row in standing)
            begun = sum(row["messages"] > 0 for row in standing)
            logger.info(
                "%4.0f s: %d of %d have come, %d have finished", loop.time() - began, begun, len(standing), over
            )

    def _counted(self, everybody: list[Persona], *, seconds: float) -> dict[str, Any]:
        standing = {row["number"]: row for row in self._run.standing()}
        outcomes = Counter(row["outcome"] or "waiting" for row in standing.values())
        waiting = outcomes["waiting"] + outcomes[UNANSWERED]
        goals: dict[str, Counter[str]] = {}
        for persona in everybody:
            row = standing[persona.number]
            counts = goals.setdefault(persona.goal, Counter())
            counts["customers"] += 1
            counts[row["outcome"] or "waiting"] += 1
            dropped = persona.declines and row["last_heard"] == "fine_kept_as_is"
            counts["as_wished"] += dropped or row["last_heard"] in goal_named(persona.goal).ends
        return {
            "customers": len(standing),
            "messages": sum(row["messages"] for row in standing.values()),
            "ended": len(standing) - waiting,
            "waiting": waiting,
            "resolved": outcomes["resolved"],
            "refused": outcomes["refused"],
            "handed_over": outcomes["handed_over"],
            "unanswered": outcomes[UNANSWERED],
            "as_wished": sum(counts["as_wished"] for counts in goals.values()),
            "goals": {name: dict(counts) for name, counts in sorted(goals.items())},
            "seconds": round(seconds, 1),
        }


async def _within(event: asyncio.Event, seconds: float) -> bool:
    """Whether it happened within so many seconds."""
    try:
        await asyncio.wait_for(event.wait(), max(seconds, 0.0))
    except TimeoutError:
        return event.is_set()
    return True
