"""What can go wrong when value is written down."""

from aboveloop.kit.errors import Conflict, NotFound, WrongUsage


class BucketForeign(WrongUsage):
    """The charter does not look for value there."""


class ValueUnshown(Conflict):
    """Nothing moved by more than chance, or not against a before that stands."""


class ValueTwice(Conflict):
    """The same days of the same charter are counted already."""


class ValueNotFound(NotFound):
    """No value of this id stands in the ledger."""
