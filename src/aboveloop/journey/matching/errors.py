"""Why two records are not joined, or not parted."""

from aboveloop.kit.errors import Conflict, NotFound, WrongUsage


class SameRecord(WrongUsage):
    """One record was named twice."""


class AlreadyJoined(Conflict):
    """The two stand together already."""


class ProvedDifferent(Conflict):
    """Each of the two has proved to be another customer of the system of record."""


class RecordGone(Conflict):
    """One of the two is erased."""


class NotJoined(NotFound):
    """Nobody joined these two, or they were parted since."""
