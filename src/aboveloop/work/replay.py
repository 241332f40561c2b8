"""Replay: recorded runs go through the same gate as live work, with one verdict for every write that was proposed.

A write is judged with what stood in its run before it, never with what came later. The recording then says what the
system of record did, whatever this gate thought of it: the next write is judged in the world as it was.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from aboveloop.connect.recorded import RecordedSystems, load_records
from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.lanes import Decision, Lane, Need
from aboveloop.govern.policy import PolicyPack
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.loading import load
from aboveloop.operation.models import Operation
from aboveloop.work.act import judge
from aboveloop.work.confirmation import earned
from aboveloop.work.recorded import Call, Run, count_lines, event_of, runs_in, steps_of
from aboveloop.work.scoring import Labels, Summary, Tally, fate
from aboveloop.work.transcript import Said, Transcript

# Which source of the conversation says why a need is still open.
EARNED_BY = {Need.VERIFICATION: "customer", Need.CONFIRMATION: "confirmed"}
# Operations without a time of their own are replayed at a moment at which nothing has happened yet.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class ReplayImpossible(WrongUsage):
    """The operation cannot be loaded, or the verdicts cannot be written."""


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one recorded write, and how long it took to say so."""

    run_id: str
    call: Call
    decision: Decision
    microseconds: int

    def as_line(self) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "msg_index": self.call.msg_index,
            "tool": self.call.tool,
            "args": self.call.args,
            "lane": str(self.decision.lane),
            "needs": [str(need) for need in self.decision.needs],
            "rules": list(self.decision.rules),
            "reason": self.decision.reason,
            "microseconds": self.microseconds,
        }


class Replay:
    """The gate of one operation, fed with recorded runs. `records` are what the systems held before each run."""

    def __init__(self, operation: Operation, records: Mapping[str, Any]) -> None:
        self._operation = operation
        self._records = records
        self._now = operation.about.time or NO_TIME
        self._pack = PolicyPack.compile(operation)
        self._names = _names_of_tools(operation)

    def verdicts(self, run: Run) -> Iterator[Verdict]:
        """One verdict for each write of the run, in order. Calls of tools that the operation does not know are none."""
        systems = RecordedSystems(self._operation, self._records)
        transcript = Transcript(self._operation)
        for step in steps_of(run):
            if isinstance(step, Said):
                transcript.add(step)
                continue
            name = self._names.get(step.tool)
            spec = self._operation.system_operation(name) if name else None
            if name is None or spec is None:
                continue
            if spec.kind == "write":
                yield self.judge(run, step, name, systems, transcript)
            event = event_of(step, name)
            transcript.add(event)
            if not event.failed:
                systems.learn(name, event.args, event.answer)

    def judge(self, run: Run, call: Call, name: str, systems: RecordedSystems, transcript: Transcript) -> Verdict:
        """The gate's decision on one proposal, with the facts and the conversation as they stand now."""
        started = monotonic_seconds()
        if call.arguments is None:
            decision = Decision(Lane.PROHIBITED, reason=f"The arguments of {name} are no JSON object.")
        else:
            action = Action(run.run_id, name, call.arguments, Principal("worker", run.agent))
            decision = self._decide(action, systems, transcript)
        return Verdict(run.run_id, call, decision, round((monotonic_seconds() - started) * 1_000_000))

    def _decide(self, action: Action, systems: RecordedSystems, transcript: Transcript) -> Decision:
        """By the very gate of live work; what was confirmed is read from the transcript."""
        judgement = judge(
            self._pack,
            action,
            systems,
            transcript.proved(),
            now=self._now,
            earned=lambda evidence: earned(transcript, action, evidence.amount),
        )
        decision, sources = judgement.decision, judgement.conversation.sources
        owed = [f"{need}: {sources[EARNED_BY[need]]}" for need in decision.needs]
        if judgement.conversation.misinformed and decision.lane is Lane.REVIEWED:
            return replace(decision, reason=f"{decision.reason} Here {sources['confirmed']}.")
        return replace(decision, reason=f"{decision.reason} Still needed: {'; '.join(owed)}.") if owed else decision


def replay(
    runs: Path,
    operation_folder: Path,
    db: Path,
    out: Path,
    labels: Path | None = None,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Summary:
    """Replay the file `runs` through the gate of the operation and write one verdict a line to `out`, in order.

    `db` holds the records before each run. `progress` is told how many of how many runs are done. With `labels` the
    summary has scores. A failure (a WrongUsage in words) leaves `out` as it was.
    """
    gate = Replay(loaded(operation_folder), load_records(db))
    tally = Tally(Labels.load(labels) if labels else None)
    total = count_lines(runs)
    with _written(out) as file:
        for run in runs_in(runs):
            for verdict in gate.verdicts(run):
                file.write(json.dumps(verdict.as_line(), ensure_ascii=False) + "\n")
                _count(tally, verdict)
            tally.runs += 1
            progress(tally.runs, total)
    return tally.summary()


def _count(tally: Tally, verdict: Verdict) -> None:
    became = fate(verdict.decision)
    tally.fates[became] += 1
    tally.microseconds.append(verdict.microseconds)
    if tally.labels:
        call = verdict.call
        tally.labels.add(verdict.run_id, call.msg_index, call.tool, call.args, became)


def loaded(folder: Path) -> Operation:
    """The operation in `folder`. Raises ReplayImpossible with its first fault."""
    if not folder.is_dir():
        raise ReplayImpossible(f"{folder} is no folder. Name the operation's folder with --operation.")
    found = load(folder)
    if found.operation is None:
        first = found.faults[0]
        raise ReplayImpossible(f"The operation in {folder} cannot be loaded: {first}. Run `aboveloop check {folder}`.")
    return found.operation


def _names_of_tools(operation: Operation) -> dict[str, str]:
    """Recordings name a tool without its system, so the operations of all systems need names of their own."""
    names: dict[str, str] = {}
    for system in operation.systems.values():
        for tool in system.operations:
            if tool in names:
                raise ReplayImpossible(
                    f"{tool} stands in two systems of {operation.about.name}: recorded calls name no system."
                )
            names[tool] = f"{system.system}.{tool}"
    return names


@contextmanager
def _written(out: Path) -> Iterator[IO[str]]:
    """A file that takes the place of `out` when all went well."""
    draft = out.with_name(f".{out.name}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:
            yield file
        draft.replace(out)
    except OSError as error:
        raise ReplayImpossible(f"The verdicts cannot be written to {out}: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)
