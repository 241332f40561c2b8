"""Ageing: since when a request waits, how long is left, and what should be looked at first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveloop.govern.approval import Approval
from aboveloop.operation.models import OperationFile
from aboveloop.operation.working_hours import after_worked, worked

# Of working time. What expires within the first span is answered before anything else, however much the rest is worth;
# the second is half a working day: it will not be seen in time if nobody looks today.
BANDS = (timedelta(hours=1), timedelta(hours=4))
WORDS = ("expires within a working hour", "expires within half a working day", "has time")


@dataclass(frozen=True)
class Age:
    """`waited` and `left` by the clock, `worked` and `workable` of it in working hours. `band` counts from 0, the most
    pressing; `part` is how much of the time to expiry has passed, from 0 to 1."""

    since: datetime
    expires_at: datetime
    waited: timedelta
    worked: timedelta
    left: timedelta
    workable: timedelta
    band: int
    part: float

    @property
    def expires_unseen(self) -> bool:
        """True when nobody is at work any more before it expires."""
        return self.left > timedelta(0) and self.workable <= timedelta(0)

    @property
    def words(self) -> str:
        """How pressing it is."""
        return WORDS[self.band]


def age_of(about: OperationFile, approval: Approval, now: datetime) -> Age:
    """The age of a request that waits; of one that is closed, what it was when it closed."""
    until = min(approval.closed_at or now, approval.expires_at)
    span = approval.expires_at - approval.requested_at
    waited = max(until - approval.requested_at, timedelta(0))
    return Age(
        since=approval.requested_at,
        expires_at=approval.expires_at,
        waited=waited,
        worked=worked(about, approval.requested_at, until),
        left=max(approval.expires_at - until, timedelta(0)),
        workable=worked(about, until, approval.expires_at),
        band=sum(approval.expires_at > cut for cut in bands(about, until)),
        part=min(waited / span, 1.0) if span > timedelta(0) else 1.0,
    )


def bands(about: OperationFile, now: datetime) -> tuple[datetime, ...]:
    """The instants up to which each band reaches: what expires later is in the last."""
    return tuple(after_worked(about, now, span) for span in BANDS)
