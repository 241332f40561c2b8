"""What goes wrong with outcomes and their breaches."""

from aboveloop.kit.errors import Conflict, NotFound


class BreachNotFound(NotFound):
    """There is no outcome check of this id that was ever broken."""


class BreachSettled(Conflict):
    """Somebody has settled this breach already."""
