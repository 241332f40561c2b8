"""What can go wrong on a release's way to customers."""

from aboveloop.kit.errors import Conflict, NotPermitted, WrongUsage


class PromotionRefused(Conflict):
    """Something that promotion waits for is missing."""


class ReviewNotNeeded(Conflict):
    """The release changes no risk, so there is nothing to review."""


class ReviewIncomplete(Conflict):
    """A part of the review is empty."""


class PartUnknown(WrongUsage):
    """The review has no such part."""


class OwnRelease(NotPermitted):
    """Who made a release does not sign its review."""
