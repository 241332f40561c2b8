"""Summaries at the doors: gathered, answered by people, worded by outside models where one is set up."""
