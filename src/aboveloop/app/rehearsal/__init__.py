"""Rehearsals: a house of its own in a temporary folder, in which golden cases are played. Knows no door."""
