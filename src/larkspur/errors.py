"""What the order system says when it refuses. The first word is for machines, the rest for people."""


class ShopError(Exception):
    """Base of all refusals: nothing was changed. They are ValueErrors or LookupErrors, too, for callers in process."""

    code = "refused"

    def __str__(self) -> str:
        return f"{self.code}: {super().__str__()}"


class Refused(ShopError, ValueError):
    """A rule of the business stands against it."""


class NotFound(ShopError, LookupError):
    """There is no such record."""

    code = "not_found"


class KeyReused(ShopError, ValueError):
    """The idempotency key was already used for something else."""

    code = "key_reused"
