"""What can go wrong before a scenario is played; what goes wrong in it is a problem of its result."""

from aboveloop.kit.errors import PermanentError


class NotRehearsable(PermanentError):
    """The operation reaches a system in which rehearsing would change real records."""
