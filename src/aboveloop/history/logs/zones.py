"""Times of a clock on the wall: which instant they were, also in the nights in which clocks are changed."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from aboveloop.history.logs.errors import ZoneUnknown
from aboveloop.history.logs.log import Numbers

DAY = 86_400_000_000
# A clock that went back is seen within the night: what stood before is at most so far away.
NIGHT = 12 * 3_600_000_000


class Local:
    """A zone, and how many times had to be settled in it.

    An hour that comes twice (clocks go back) is taken as the first, but as the second from where the rows step back
    in time within that night. An hour that never was (clocks go forward) is read as if the clock had not been changed
    yet: an hour later.
    """

    def __init__(self, zone: str) -> None:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ZoneUnknown(f"There is no time zone {zone!r}. Name one such as Europe/Rome or UTC.") from error
        self.zone = zone
        self.doubled = self.seconds = self.missing = 0

    def micros(self, wall: Any) -> Any:
        """A polars Series of datetimes without a zone as microseconds since 1970 in UTC."""
        import polars  # noqa: PLC0415 - large, and wanted where logs are read alone

        first = self._read(wall, "earliest")
        second = self._read(wall, "latest")
        # A day before, no clock was changed yet.
        before = self._read((wall.to_physical() - DAY).cast(polars.Datetime("us")), "earliest") + DAY
        never = first.is_null() & wall.is_not_null()
        twice = (first != second).fill_null(value=False)
        self.missing += int(never.sum())
        self.doubled += int(twice.sum())
        found = first.zip_with(~never, before)
        if not twice.any():
            return found
        chosen = self._second_time(found.fill_null(0).to_numpy(), twice.to_numpy(), wall.is_null().to_numpy())
        self.seconds += int(chosen.sum())
        return found.zip_with(polars.Series(~chosen), second)

    def remarks(self) -> list[str]:
        said = [f"Times without a zone are read as those of {self.zone}."]
        if self.doubled:
            said.append(
                f"{self.doubled:,} times stand in an hour that came twice, when clocks went back: "
                f"{self.seconds:,} are taken as the second by the order of the rows, the rest as the first."
            )
        if self.missing:
            said.append(f"{self.missing:,} times never were, for clocks went forward: they are read an hour later.")
        return said

    def _read(self, wall: Any, which: str) -> Any:
        there = wall.dt.replace_time_zone(self.zone, ambiguous=which, non_existent="null")
        return there.dt.convert_time_zone("UTC").dt.replace_time_zone(None).to_physical()

    def _second_time(self, first: Numbers, twice: np.ndarray, nothing: np.ndarray) -> np.ndarray:
        """Which of the doubled times are the second ones: from a step back within the night, to its end."""
        places = np.flatnonzero(~nothing)
        chosen = np.zeros(len(first), dtype=np.bool_)
        ahead, is_second = None, False
        for place in places[twice[places]].tolist():
            at = int(first[place])
            if ahead is None or abs(at - ahead) > NIGHT:
                ahead, is_second = at, False
            is_second = is_second or at < ahead
            ahead = max(ahead, at)
            chosen[place] = is_second
        # Only a log that is written down in the order of time otherwise can say so.
        rest = first[places[~twice[places]]]
        in_order = len(rest) < 2 or bool((np.diff(rest) >= 0).all())
        return chosen if in_order else np.zeros_like(chosen)


def local_micros(at: Numbers, zone: str) -> Numbers:
    """What the clock on the wall showed at these instants, as microseconds since 1970."""
    import polars  # noqa: PLC0415

    there = polars.Series(at).cast(polars.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    shown: Numbers = there.dt.replace_time_zone(None).to_physical().to_numpy()
    return shown
