"""Whether a charter stands: all that it lacks before something is built on it."""

from collections.abc import Iterable, Iterator

from aboveloop.app.chartering.freezing import Frozen, find
from aboveloop.app.importing.footing import footing
from aboveloop.app.premises import Premises
from aboveloop.history import store as histories
from aboveloop.history.events import LEDGER
from aboveloop.kit.database import Reader
from aboveloop.operation.charter_faults import missing
from aboveloop.operation.charters import Charter
from aboveloop.operation.models import Operation


def lacks(premises: Premises, reader: Reader, operation: Operation, charter: Charter) -> list[str]:
    """What it lacks, a sentence each; nothing where it stands. What stays with people needs nothing."""
    said = missing(operation, charter)
    if charter.state == "kept_human":
        return said
    frozen = find(premises, reader, charter)
    if frozen is None:
        said.append(f"The baseline of {charter.charter} is not frozen: `aboveloop charter freeze {charter.charter}`.")
        said += _without_history(premises, charter)
    else:
        said += [f"{charter.charter}: {problem}" for problem in frozen.problems]
    said += _loose(premises, reader, operation, charter, frozen)
    return said


def unchartered(premises: Premises, reader: Reader, operation: Operation, procedures: Iterable[str]) -> list[str]:
    """Why these procedures may not be built yet, a sentence each. Asked only where the operation has charters."""
    said = []
    for procedure in procedures:
        of = [each for each in operation.charters.values() if procedure in each.procedures]
        if not of:
            said.append(f"No charter is about the procedure {procedure}: map its value before it is built.")
        for charter in of:
            if charter.state == "kept_human":
                said.append(f"The charter {charter.charter} leaves {procedure} with people.")
            said += lacks(premises, reader, operation, charter)
    return said


def _loose(
    premises: Premises, reader: Reader, operation: Operation, charter: Charter, frozen: Frozen | None
) -> Iterator[str]:
    """Where the before stands on a history that is for exploration alone, or did when it was frozen."""
    name, baseline = charter.charter, charter.baseline
    found = footing(premises, reader, operation, baseline.history) if baseline is not None else None
    if found is None:
        return
    if not found.is_firm:
        yield (
            f"The baseline of {name} is counted from the history {found.history}, which is for {found.title}:"
            f" {found.because} {found.remedy}"
        )
    elif frozen is not None and frozen.said.get("lane") == "exploration":
        yield (
            f"The baseline of {name} was frozen while {found.history} was for exploration alone, and it is fit for"
            f" production now: freeze it anew with `aboveloop charter freeze {name} --because WHY`."
        )


def _without_history(premises: Premises, charter: Charter) -> list[str]:
    """Where the history is missing that a baseline is to be counted from."""
    named = charter.baseline.history if charter.baseline is not None else LEDGER
    known = {each.about.name for each in histories.all_of(premises.settings.home)}
    if named == LEDGER or named in known:
        return []
    return [
        f"The baseline of {charter.charter} is counted from the history {named}, which is not in this home:"
        f" `aboveloop import EXPORT --as {named}`."
    ]
