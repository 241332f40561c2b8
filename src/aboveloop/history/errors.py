"""What can be wrong with a history."""

from aboveloop.kit.errors import Conflict, NotFound, PermanentError, WrongUsage


class HistoryNotFound(NotFound):
    """There is no history of this name."""


class HistoryExists(Conflict):
    """A history of this name is there already."""


class HistoryMisnamed(WrongUsage):
    """A history cannot be called so."""


class HistoryDamaged(PermanentError):
    """What lies in the folder of a history is not what was written there."""


class WorkbookUnreadable(WrongUsage):
    """A file is no Excel workbook that can be read."""
