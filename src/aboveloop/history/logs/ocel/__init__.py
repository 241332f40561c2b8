"""Logs in OCEL 2.0, JSON or SQLite: events of several objects, told for those of one type: the cases."""
