"""What can go wrong with an identity provider."""

from aboveloop.kit.errors import NotPermitted, TemporaryError, WrongUsage


class ProviderUnreachable(TemporaryError):
    """The identity provider does not answer, or not sensibly."""


class ProviderRefused(NotPermitted):
    """The identity provider, or what it signed, does not let anybody in."""


class ProviderMisconfigured(WrongUsage):
    """The provider's address cannot be used."""
