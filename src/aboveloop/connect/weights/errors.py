"""What can go wrong with weights."""

from aboveloop.kit.errors import NotFound, PermanentError, TemporaryError


class WeightsUnknown(NotFound):
    """The manifest holds no weights of this name."""


class WeightsForeign(PermanentError):
    """A file is not the one that was published: its hash differs."""


class WeightsUnreachable(TemporaryError):
    """No source gave the files."""
