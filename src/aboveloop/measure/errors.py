"""What can go wrong in measuring, and when what was measured is written down."""

from aboveloop.kit.errors import Conflict, NotFound, NotPermitted, PermanentError, WrongUsage


class KpiUnknown(NotFound):
    """The operation has no KPI of this name."""


class KpiMeasuredHere(Conflict):
    """The house measures this KPI itself, so nobody writes it down."""


class NotOwner(NotPermitted):
    """Only its owner writes down what a KPI was worth."""


class ValueImpossible(WrongUsage):
    """The value cannot be one of this KPI."""


class ReferenceTooSmall(PermanentError):
    """Too little is known of what is usual to tell what is not."""


class BaselineEmpty(PermanentError):
    """No case of the history counts for the baseline."""


class CollectionsUntold(PermanentError):
    """The history does not tell of payments."""
