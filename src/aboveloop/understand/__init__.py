"""Readings: what was understood in a message. It acts on nothing, and knows no channel, procedure or policy."""
