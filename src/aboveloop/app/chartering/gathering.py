"""Gathering: what a procedure has shown in the stage that it is in, counted from runs beside people or from live cases.

Only what was shown by the procedure as it stands counts (`carrying`). Of a case that was worked several times beside
people, the newest run counts that was worked by the procedure as it stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from aboveloop.app.chartering import store
from aboveloop.app.chartering.carrying import Carrying
from aboveloop.app.premises import Premises
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.beside import Worked
from aboveloop.app.shadowing.comparing import Compared
from aboveloop.app.shadowing.runs import Run
from aboveloop.govern import stages
from aboveloop.govern.lanes import Stage
from aboveloop.govern.stage_evidence import Evidence
from aboveloop.kit.clock import EPOCH, from_micros
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class _Counted:
    """A case beside people of a history, and who was right in it: "" where nobody judged."""

    case: Compared
    right: str
    history: str


def gather(premises: Premises, reader: Reader, operation: Operation, procedure: str, stage: Stage) -> Evidence:
    """What the procedure, as this release has it, has shown in the stage that it is in, since it is in it; nothing of
    guards, which are the charter's."""
    carrying = Carrying(premises, reader, operation, procedure)
    setting = stages.chosen(reader, operation, procedure)
    since = setting.set_at if setting is not None else EPOCH
    if stage is Stage.SHADOW:
        return _shadowed(reader, carrying, procedure, since)
    cases = [row for row in store.ended(reader, procedure, since) if _noted(carrying, row.release)]
    compared, agreed = len(cases), sum(row.handed_over_at is None for row in cases)
    if stage is Stage.ASSIST:
        answers = [row for row in store.answered(reader, procedure, since) if carrying.counts(row.release)]
        compared = len(answers)
        agreed = sum(row.state != "denied" and row.edited_by is None for row in answers)
    days = len({row.opened_at.date() for row in cases})
    harmed = sum(bool(row.is_touched) for row in cases)
    return Evidence(len(cases), compared, agreed, harmed, days, sources=carrying.sources)


def _noted(carrying: Carrying, release: str) -> bool:
    carrying.note(release)
    return carrying.counts(release)


def _shadowed(reader: Reader, carrying: Carrying, procedure: str, since: datetime) -> Evidence:
    """Who differs agrees only where a person judged for the worker; who would have written something by itself, and a
    person was right instead, would have done harm."""
    agreed = harmed = 0
    found = list(_newest(runs.every(reader), carrying, procedure, since))
    for each in found:
        compared, right = each.case, each.right
        agreed += right in ("worker", "both") or (not right and bool(compared.pairs) and not compared.differs)
        acts = any(would.lane == "allowed" for would in compared.worked.would)
        harmed += acts and right in ("person", "neither")
    days = len({from_micros(each.case.past.opened_at).date() for each in found})
    histories = tuple(sorted({each.history for each in found}))
    return Evidence(len(found), len(found), agreed, harmed, days, sources=carrying.sources, histories=histories)


def _newest(every: Sequence[Run], carrying: Carrying, procedure: str, since: datetime) -> Iterator[_Counted]:
    """Each past case once, by the newest run that counts, if the procedure took it up there. `every`: newest first."""
    seen, stale = set[tuple[str, str]](), dict[tuple[str, str], tuple[str, str]]()
    for run in every:
        if run.at < since:
            continue
        for case in run.compared:
            key, worked = (run.history, case.past.case_id), case.worked
            # Kept before evidence named its release: the run still does.
            release = worked.release or run.operation
            basis = worked.basis if worked.procedure == procedure else ""
            if key in seen:
                continue
            if not carrying.counts(release, basis):
                if worked.procedure == procedure:
                    stale.setdefault(key, (release, basis))
                continue
            seen.add(key)
            stale.pop(key, None)
            if worked.procedure == procedure:
                carrying.note(release, basis)
                yield _Counted(case, _right(every, run, case), run.history)
    for release, basis in stale.values():
        carrying.note(release, basis)


def _right(every: Sequence[Run], run: Run, case: Compared) -> str:
    """Who was right: as somebody said of this run, or of the latest other one in which the worker did the very same."""
    for each in (run, *every):
        if each.history != run.history:
            continue
        said = next((one.right for one in each.verdicts if one.case_id == case.past.case_id), None)
        if said is None:
            continue
        same = next(one for one in each.compared if one.past.case_id == case.past.case_id)
        if _did(same.worked) == _did(case.worked):
            return said
    return ""


def _did(worked: Worked) -> object:
    return worked.intent, worked.procedure, worked.would, worked.ended
