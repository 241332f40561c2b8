"""What can go wrong in the ledger, in sentences."""

from aboveloop.kit.errors import Conflict, NotFound, PermanentError


class EntryRefused(PermanentError):
    """What was to be written cannot be kept exactly."""


class EntryNotFound(NotFound):
    """No entry has this id."""


class EntryNotSealed(Conflict):
    """No checkpoint covers the entry yet."""


class LedgerDamaged(PermanentError):
    """What is stored contradicts itself; the audit says where."""

    http_status = 500


class LedgerUnreadable(PermanentError):
    """The database cannot read what is stored in a table of the ledger."""

    http_status = 500


class PersonalUnreadable(PermanentError):
    """The key of a customer is there but opens nothing: another master secret, or changed bytes."""

    http_status = 500


class CheckpointRefused(PermanentError):
    """A checkpoint that cannot be read, or that the key did not sign."""


class ExportRefused(PermanentError):
    """The folder cannot take an export."""
