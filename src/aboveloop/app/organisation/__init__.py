"""The organisation: who does what beside the AI workers, what waits for whom, and whether a pilot can grow."""
