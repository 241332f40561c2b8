"""Working hours: how much of a span of time the operation was open, so that a night does not count as waiting."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aboveloop.operation.models import OperationFile, WorkingHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ONE_DAY = timedelta(days=1)
# Whoever waits for longer than this waits for ever; walking every day of a decade would help nobody.
LONGEST = timedelta(days=3660)


def worked(about: OperationFile, since: datetime, until: datetime) -> timedelta:
    """How long the operation was open between two instants; all of it where it names no working hours."""
    if until <= since:
        return timedelta(0)
    hours = about.working_hours
    if hours is None or until - since > LONGEST:
        return until - since
    total = timedelta(0)
    for opens, closes in _openings(hours, ZoneInfo(about.timezone), since):
        if opens >= until:
            break
        total += max(min(closes, until) - max(opens, since), timedelta(0))
    return total


def after_worked(about: OperationFile, since: datetime, span: timedelta) -> datetime:
    """The instant at which the operation has been open for `span` since then."""
    if about.working_hours is None or not about.working_hours.days:
        return since + span
    left = span
    for opens, closes in _openings(about.working_hours, ZoneInfo(about.timezone), since):
        begins = max(opens, since)
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, timedelta(0))
    raise AssertionError("an operation that opens on some day of the week opens again and again")


def _openings(hours: WorkingHours, zone: ZoneInfo, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every opening from the day of `since` on, as instants, without end unless no day is named."""
    opens, closes = time.fromisoformat(hours.opens), time.fromisoformat(hours.closes)
    day = since.astimezone(zone).date()
    while hours.days:
        if DAYS[day.weekday()] in hours.days:
            yield _instant(day, opens, zone), _instant(day, closes, zone)
        day += ONE_DAY


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """As an instant in UTC: the difference of two local times would forget that clocks are changed in between."""
    return datetime.combine(day, at, zone).astimezone(UTC)
