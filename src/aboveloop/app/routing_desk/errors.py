"""What goes wrong at the routing desk."""

from aboveloop.kit.errors import Conflict, NotFound, WrongUsage


class RuleNotThere(NotFound):
    """There is no such routing rule, or none of that name ever was."""


class RoutingChanged(Conflict):
    """Somebody else changed the draft, or the rules at work changed since it was begun."""


class RuleUnfit(WrongUsage):
    """The rule cannot be kept as it was given."""


class NothingDrafted(NotFound):
    """There is no draft of the routing rules."""
