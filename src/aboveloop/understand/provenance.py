"""The gate that every training and evaluation set passes: nothing personal in it, and each row says where it is from.

A row is {"text", "label"?, "provenance": {"source", "basis", "recorded_at", "consent"?}}. `basis` is why it may be
used: written (by people of the company for this), generated, licensed, consented (a customer agreed to model training;
the consent is named), or masked (a customer said it, everything personal is taken out, and the operation says that this
suffices). What does not pass is not trained on; there is no way around.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.kit.canonical import canonical
from aboveloop.kit.errors import PermanentError
from aboveloop.understand.masking.finder import Surroundings, find_personal, readable

BASES = ("written", "generated", "licensed", "consented", "masked")
# As for what is sent outside: a name that nobody knows inside a sentence weighs more.
MOST_UNCERTAINTY = 0.5
# More faults than this tell nobody anything new.
FAULTS_TOLD = 100


class SetRefused(PermanentError):
    """A set for training or evaluation holds what it may not."""


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one row, counted from 1; never what stands in it."""

    row: int
    because: str


@dataclass(frozen=True)
class GateReport:
    """`digest` names exactly the rows that were looked through; `bases` counts them by why they may be used."""

    rows: int
    faults: tuple[RowFault, ...]
    digest: str
    bases: Mapping[str, int]

    @property
    def passed(self) -> bool:
        return self.rows > 0 and not self.faults

    def demand(self) -> None:
        """Raise SetRefused where the set did not pass."""
        if self.rows == 0:
            raise SetRefused("The set is empty: there is nothing to train or to evaluate on.")
        if self.faults:
            first = self.faults[0]
            raise SetRefused(
                f"The set may not be used: {len(self.faults)} of {self.rows} rows have faults; "
                f"row {first.row}: {first.because}"
            )


def look_through(rows: Iterable[Mapping[str, Any]], around: Surroundings = Surroundings()) -> GateReport:
    """Look through a whole set. `around` may name values known to be personal, and the company's own words."""
    digest, count = hashlib.sha256(), 0
    faults: list[RowFault] = []
    bases: dict[str, int] = dict.fromkeys(BASES, 0)
    for count, row in enumerate(rows, 1):
        digest.update(canonical(dict(row)) + b"\n")
        because = _fault(row, around)
        if because:
            faults.append(RowFault(count, because))
        else:
            bases[row["provenance"]["basis"]] += 1
    return GateReport(
        count, tuple(faults), digest.hexdigest(), {name: number for name, number in bases.items() if number}
    )


def _fault(row: Mapping[str, Any], around: Surroundings) -> str:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        return "it has no text."
    fault = _provenance_fault(row.get("provenance"))
    if fault:
        return fault
    for name, value in row.items():
        if name == "provenance" or not isinstance(value, str):
            continue
        found = find_personal(readable(value), around)
        if found.finds:
            kinds = ", ".join(sorted({find.kind for find in found.finds}))
            return f"its {name} holds something personal ({kinds})."
        if found.uncertainty > MOST_UNCERTAINTY:
            return f"its {name} may hold something personal: {found.doubts[0].because}."
    return ""


def _provenance_fault(provenance: object) -> str:
    if not isinstance(provenance, Mapping):
        return "it does not say where it is from (provenance)."
    for name in ("source", "basis", "recorded_at"):
        if not isinstance(provenance.get(name), str) or not provenance[name].strip():
            return f"its provenance has no {name}."
    if provenance["basis"] not in BASES:
        return f"its basis is none of {', '.join(BASES)}."
    if provenance["basis"] == "consented" and not provenance.get("consent"):
        return "it rests on a consent and does not name it."
    try:
        datetime.fromisoformat(provenance["recorded_at"])
    except ValueError:
        return "its recorded_at is no date."
    return ""
