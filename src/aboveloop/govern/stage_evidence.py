"""The port of evidence: what is known of a procedure's work in the stage that it is in. Who counts it stands above."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Evidence:
    """`agreed` of `compared` cases went as people did or decided, `harmed` of `cases` did harm, over `days` days.
    `broken` are the guard metrics that are out of their tolerance, `unmeasured` those of which nothing can be said yet,
    by title. `sources` say on what it was gathered,
    what of it carries over from other releases, and what counts no more, a sentence each."""

    cases: int = 0
    compared: int = 0
    agreed: int = 0
    harmed: int = 0
    days: int = 0
    broken: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    # The imported histories whose cases were worked beside people.
    histories: tuple[str, ...] = ()


class StageEvidence(Protocol):
    """Counts the evidence of one procedure."""

    def __call__(self, procedure: str) -> Evidence: ...
