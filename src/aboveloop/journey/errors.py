"""What can be wrong with a case or a customer."""

from aboveloop.kit.errors import Conflict, NotFound


class CaseNotFound(NotFound):
    """There is no such case."""


class CustomerNotFound(NotFound):
    """There is no such customer."""


class OwnershipRefused(Conflict):
    """The case cannot change hands in this way from the state it is in."""


class TurnSuperseded(Conflict):
    """Another process took this case over while a turn was at work: this turn changes nothing more."""
