"""What can be wrong with rows before any rule is asked."""

from aboveloop.kit.errors import PermanentError


class RowsUnreadable(PermanentError):
    """The file cannot be read as rows."""
