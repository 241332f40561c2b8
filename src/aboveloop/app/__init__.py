"""The composition root: the only place that names adapters and wires the house."""
