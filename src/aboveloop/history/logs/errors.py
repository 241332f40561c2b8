"""What can be wrong with an event log."""

from aboveloop.kit.errors import PermanentError, WrongUsage


class LogUnreadable(PermanentError):
    """The file is empty, broken, or of a kind that is not read."""


class ColumnUnknown(WrongUsage):
    """A column that is needed was not found, or the one that was named does not exist."""


class ZoneUnknown(WrongUsage):
    """There is no time zone of this name."""
