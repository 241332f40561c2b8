"""What can go wrong around a page."""

from aboveloop.kit.errors import NotFound


class PageNotFound(NotFound):
    """No such page."""
