"""Triage: which routing rule a message meets, and what becomes of it. It never says what a worker may do."""
