"""What can be wrong with the way an operation says how messages are to be read."""

from aboveloop.kit.errors import PermanentError


class EntityFaulty(PermanentError):
    """An entity of operation.yaml that cannot be looked for."""


class TooFewIntents(PermanentError):
    """A model of intents needs at least two different labels to tell apart."""
