"""What can go wrong when somebody answers a summary."""

from aboveloop.kit.errors import Conflict


class SuggestionGone(Conflict):
    """What was answered is no longer what the case asks for."""
