"""Chartering: baselines frozen, stages earned, the before and the after told. Wires charters to house and histories."""
