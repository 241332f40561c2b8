"""Pages for people above the loop."""
