"""Incidents: something went wrong; stop, contain, correct, reconcile, review. Judges and records; performs nothing."""
