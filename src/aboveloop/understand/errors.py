"""What can be wrong with the way an operation says how messages are to be read, and with what reads them."""

from aboveloop.kit.errors import PermanentError


class EntityFaulty(PermanentError):
    """An entity of operation.yaml that cannot be looked for."""


class TooFewIntents(PermanentError):
    """A model of intents needs at least two different labels to tell apart."""


class EmbeddingsUnavailable(PermanentError):
    """Weights, or what runs them, are missing or unknown."""


class ModelForeign(PermanentError):
    """A model of intents was fitted with other weights than those that are here."""


class ModelDamaged(PermanentError):
    """A file that is no model of intents, or of a version that is not read."""
