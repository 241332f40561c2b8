"""Releasing: an operation on its way from a folder to every customer, and back. Used by the doors alike."""
