"""Runs beside people: past cases worked by the operation, kept with what people did, judged by people afterwards."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.inspection import sound
from aboveloop.app.premises import Premises
from aboveloop.app.shadowing import store
from aboveloop.app.shadowing.beside import Worked, Would, beside
from aboveloop.app.shadowing.comparing import Compared, compare
from aboveloop.app.shadowing.live import live_cases
from aboveloop.app.shadowing.past import Names, Past, Said, past_cases
from aboveloop.connect.systems.systems import Systems
from aboveloop.govern.people import Person
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.events import LEDGER
from aboveloop.improve import verdicts
from aboveloop.improve.verdicts import RIGHTS, Verdict
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import NotFound, WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.models import Operation
from aboveloop.understand.masking.examples import as_example
from aboveloop.work.privacy.surroundings import of_operation


class RunNotFound(NotFound):
    """There is no run beside people of this name, or none at all."""


@dataclass(frozen=True)
class Wish:
    """Which past cases are worked. `folder` is the operation that works them, the one at work where it is None.

    `procedure` keeps those that the worker takes up with it, `limit` the newest so many.
    """

    history: str
    folder: Path | None = None
    procedure: str = ""
    limit: int | None = None
    names: Names | None = None


@dataclass(frozen=True)
class Run:
    """A run with all its cases, and what was said of them."""

    id: str
    history: str
    operation: str
    by: str
    at: datetime
    compared: tuple[Compared, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def differing(self) -> list[Compared]:
        return [each for each in self.compared if each.differs]

    @property
    def unjudged(self) -> list[Compared]:
        judged = {verdict.case_id for verdict in self.verdicts}
        return [each for each in self.differing if each.past.case_id not in judged]


def run(premises: Premises, wish: Wish, *, by: str, progress: Callable[[int, int], None] | None = None) -> Run:
    """Work the past cases of a history and keep what came of it. Nothing else is written anywhere.

    Raises HistoryNotFound, WrongUsage, FolderFaulty, and NothingDeployed where no folder is named.
    """
    if wish.history == LEDGER:
        return _live(premises, by=by)
    past = past_cases(premises.settings.home, wish.history, wish.names)
    operation = premises.current() if wish.folder is None else sound(wish.folder)
    if wish.procedure and wish.procedure not in operation.procedures:
        raise WrongUsage(f"There is no procedure {wish.procedure!r} in {operation.about.title}.")
    chosen = past if wish.limit is None else past[-wish.limit :]
    done = _worked(premises, operation, chosen, progress)
    kept = [each for each in done if not wish.procedure or each[1].procedure == wish.procedure]
    if not kept:
        raise WrongUsage(f"The worker took up none of {len(done)} cases with the procedure {wish.procedure}.")
    return keep(premises, wish.history, operation.digest, kept, by=by)


def _live(premises: Premises, *, by: str) -> Run:
    with premises.database.read() as reader:
        done = live_cases(premises, reader)
    if not done:
        raise WrongUsage(
            "No case that a procedure in stage shadow took up has been ended by people. `aboveloop stage set PROCEDURE "
            "shadow` lets a worker decide beside people."
        )
    return keep(premises, LEDGER, premises.current().digest, done, by=by)


def keep(premises: Premises, history: str, operation: str, done: Sequence[tuple[Past, Worked]], *, by: str) -> Run:
    """Keep what both sides did, without the customers' words, and that it was done, in the ledger."""
    now, run_id = premises.house.clock.now(), new_id("shadow")
    values = {"id": run_id, "history": history, "operation": operation, "by": by, "at": now}
    with premises.database.write() as tx:
        store.add_run(tx, values, [(one.case_id, _body(one, worked)) for one, worked in done])
        body = {"run": run_id, "history": history, "operation": operation, "cases": len(done)}
        premises.ledger.append(tx, case_id=HOUSE, kind="WorkedBeside", at=now, actor=by, body=body)
    with premises.database.read() as reader:
        return find(reader, run_id)


def find(reader: Reader, run_id: str | None = None) -> Run:
    """The run of this name, the latest where none is named. Raises RunNotFound."""
    row = store.run(reader, run_id) if run_id else next(iter(store.every_run(reader)), None)
    if row is None:
        named = f"There is no run {run_id}." if run_id else "Nothing was worked beside people yet."
        raise RunNotFound(f"{named} `aboveloop shadow run HISTORY` makes one.")
    return _run(reader, row)


def every(reader: Reader) -> list[Run]:
    """All runs with their cases, the newest first."""
    return [_run(reader, row) for row in store.every_run(reader)]


def _run(reader: Reader, row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        history=row.history,
        operation=row.operation,
        by=row.by,
        at=row.at,
        compared=tuple(compare([_pair(case) for case in store.cases_of(reader, row.id)])),
        verdicts=tuple(_verdict(each) for each in store.verdicts_of(reader, row.id)),
    )


def judge(premises: Premises, run_id: str | None, case_id: str, right: str, *, by: Person, because: str) -> Verdict:
    """Somebody says who was right in a case of a run. Raises RunNotFound, MayNot, VerdictFaulty."""
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        found = find(tx, run_id)
        if all(each.past.case_id != case_id for each in found.compared):
            raise RunNotFound(f"There is no case {case_id} in the run {found.id}.")
        said = verdicts.judge(found.id, case_id, right, by=by, because=because, now=now)
        store.keep_verdict(tx, asdict(said))
        body = {"run": found.id, "case": case_id, "right": said.right, "because": said.because}
        premises.ledger.append(tx, case_id=HOUSE, kind="ShadowJudged", at=now, actor=by.actor, body=body)
    return said


def examples_of(premises: Premises, found: Run) -> list[tuple[str, str]]:
    """First messages with what they were about, where a person has judged: masked, and only intents that exist."""
    known, around = premises.current().intents, of_operation(premises.current())
    by_case = {each.past.case_id: each for each in found.compared}
    examples = []
    for verdict in found.verdicts:
        pair = by_case[verdict.case_id].pairs.get("intent")
        intent = None if pair is None else {"person": pair.person, "worker": pair.worker}.get(verdict.right)
        if intent in known:
            opening = words_of(premises, found, verdict.case_id)[:1]
            examples += [(as_example(text, around).text, str(intent)) for text in opening]
    return examples


def words_of(premises: Premises, found: Run, case_id: str) -> tuple[str, ...]:
    """What the customer wrote, as the history keeps it; nothing where it is no longer there."""
    try:
        past = past_cases(premises.settings.home, found.history)
    except HistoryNotFound:
        return ()
    return next((tuple(said.text for said in each.said) for each in past if each.case_id == case_id), ())


def _worked(
    premises: Premises, operation: Operation, past: Sequence[Past], progress: Callable[[int, int], None] | None
) -> list[tuple[Past, Worked]]:
    systems = Systems(operation, premises.settings.home)
    found = []
    try:
        with beside(operation, systems, premises.reader_of(operation)) as worker:
            for number, one in enumerate(past, 1):
                found.append((one, worker.work(one)))
                if progress is not None:
                    progress(number, len(past))
    finally:
        systems.close()
    return found


def _body(past: Past, worked: Worked) -> dict[str, Any]:
    """Both sides, without the customer's words."""
    told = asdict(past)
    del told["said"]
    return {"past": told, "worked": asdict(worked)}


def _pair(row: Row[Any]) -> tuple[Past, Worked]:
    past, worked = row.body["past"], row.body["worked"]
    nothing: tuple[Said, ...] = ()
    would = tuple(Would(**each) for each in worked["would"])
    return Past(**{**past, "said": nothing}), Worked(**{**worked, "would": would})


def _verdict(row: Row[Any]) -> Verdict:
    right = next(each for each in RIGHTS if each == row.right)
    return Verdict(row.run, row.case_id, right, row.by, row.because, row.at)
