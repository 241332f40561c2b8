"""The policy desk: questions about rules, answered for the command line and the console alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aboveloop.app.inspection import loadable
from aboveloop.app.premises import Premises
from aboveloop.govern.explaining import Explanation, explain
from aboveloop.journey.cases import Case
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import NotFound, WrongUsage
from aboveloop.ledger.entries import Entry
from aboveloop.operation import releases
from aboveloop.operation.models import Operation
from aboveloop.work.judgement import TOLD, holds_decision, recorded


class DecisionNotFound(NotFound):
    """The case has no such decision."""


@dataclass(frozen=True)
class ExplainedDecision:
    """A past decision, explained by the release that made it."""

    entry: Entry
    operation: Operation
    explanation: Explanation


def operation_named(named: str, premises: Premises | None) -> Operation:
    """The operation of a folder, or of a release of this house. Raises WrongUsage, FolderFaulty, ReleaseNotFound."""
    folder = Path(named)
    if folder.is_dir():
        operation = loadable(folder).operation
        assert operation is not None, "a folder that is loadable has one"
        return operation
    if premises is None:
        raise WrongUsage(f"{named} is no folder. Name an operation folder, or a release together with its --home.")
    with premises.database.read() as reader:
        return releases.load_release(reader, named)


def is_folder(named: str) -> bool:
    """True for what names a folder; what does not must be a release."""
    return Path(named).is_dir()


def decisions_of(premises: Premises, reader: Reader, case: Case) -> list[Entry]:
    """The entries of a case that hold a decision of something else than a message, oldest first."""
    entries = premises.ledger.entries(reader, case.id)
    return [entry for entry in entries if holds_decision(entry) and entry.kind != TOLD]


def explained(premises: Premises, reader: Reader, case: Case, action: str = "") -> ExplainedDecision:
    """The last decision of a case, or of the action whose digest begins so. Writes before reads, where none is named.

    Raises DecisionNotFound, and NotRecordedWhole where the customer was erased.
    """
    found = decisions_of(premises, reader, case)
    chosen = [entry for entry in found if str(entry.body.get("action", "")).startswith(action.lower())]
    if not chosen:
        which = f"no action {action}" if action else "no decision yet"
        raise DecisionNotFound(f"Case {case.id} has {which}. `aboveloop audit show {case.id}` shows all.")
    entry = _latest(chosen)
    operation = premises.operation_of(entry.release or case.release)
    question = recorded(entry, operation).question
    return ExplainedDecision(entry, operation, explain(premises.pack_of(operation), question))


def _latest(entries: Sequence[Entry]) -> Entry:
    acted = [entry for entry in entries if entry.kind != "RecordRead"]
    return (acted or list(entries))[-1]
