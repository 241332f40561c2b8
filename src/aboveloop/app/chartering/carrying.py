"""Carrying over: whether what was gathered on one release counts for a procedure as another release has it.

It counts where the procedure and all that it rests on are the same, or where what changed since alters no risk. What
alters risk and reaches the procedure makes it begin anew.
"""

from collections import Counter
from dataclasses import dataclass

from aboveloop.app.premises import Premises
from aboveloop.app.releasing.diff import reached, risk_diff
from aboveloop.kit.database import Reader
from aboveloop.operation import releases
from aboveloop.operation.changes.basis import basis_of, holds
from aboveloop.operation.errors import ReleaseNotFound, ReleaseUnreadable
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Standing:
    """Whether evidence of a release counts, and why, in words that go on after "gathered on r3"."""

    counts: bool
    because: str


class Carrying:
    """Judges evidence for one procedure of one operation, each release once, and tells what it judged."""

    def __init__(self, premises: Premises, reader: Reader, operation: Operation, procedure: str) -> None:
        self._premises, self._reader = premises, reader
        self._operation, self._procedure = operation, procedure
        self._basis = basis_of(operation, procedure)
        self._known: dict[tuple[str, str], Standing] = {}
        self._cases = Counter[tuple[str, Standing]]()

    def counts(self, release: str, basis: str = "") -> bool:
        """Whether evidence counts that was gathered on `release`, by the digest of its procedure where it names one."""
        key = (release, basis)
        if key not in self._known:
            self._known[key] = self._judged(release, basis)
        return self._known[key].counts

    def note(self, release: str, basis: str = "") -> None:
        """One case more was gathered on this release."""
        self.counts(release, basis)
        self._cases[(release, self._known[(release, basis)])] += 1

    @property
    def sources(self) -> tuple[str, ...]:
        """What was noted, a sentence for each release."""
        return tuple(
            f"{number} {'case' if number == 1 else 'cases'} of {self._named(release)}"
            f" {'count' if standing.counts else 'count no more'}: {standing.because}"
            for (release, standing), number in sorted(self._cases.items(), key=lambda each: not each[0][1].counts)
        )

    def _judged(self, release: str, basis: str) -> Standing:
        if release == self._operation.digest:
            return Standing(True, "this is the release.")
        if basis and basis == self._basis:
            return Standing(True, "the procedure and what it rests on are the same.")
        try:
            old = self._premises.operation_of(release)
        except (ReleaseNotFound, ReleaseUnreadable):
            return Standing(False, "it was another folder and was never released, so nobody can tell what changed.")
        if self._procedure not in old.procedures:
            return Standing(False, "the procedure was not there.")
        if basis_of(old, self._procedure) == self._basis:
            return Standing(True, "the procedure and what it rests on are the same.")
        return self._compared(release)

    def _compared(self, release: str) -> Standing:
        before = releases.find_release(self._reader, release)
        # A folder that is no release yet is not compared with: it would have to be loaded from the files of one.
        try:
            after = releases.find_release(self._reader, self._operation.digest)
        except ReleaseNotFound:
            return Standing(False, "it changed, and is no release yet that could be compared.")
        risky = [
            change
            for change in risk_diff(self._premises, before, after).risky
            if holds(change) and self._procedure in reached(self._operation, [change])[0]
        ]
        if risky:
            more = f" And {len(risky) - 1} more." if len(risky) > 1 else ""
            return Standing(False, f"since then this changed and alters risk: {risky[0].words}{more}")
        return Standing(True, "it carries over, because nothing that changed since alters risk.")

    def _named(self, release: str) -> str:
        try:
            return releases.find_release(self._reader, release).name
        except ReleaseNotFound:
            return f"a folder ({release[:12]})"
