"""Readings: what was understood in a message. It acts on nothing."""
