"""Aboveloop: customer operations on AI workers, with people above the loop."""

__version__ = "0.1.0"
