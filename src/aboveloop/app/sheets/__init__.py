"""Sheets: one honest page of a radar, of work beside people or of a charter, as HTML and as PDF, to be forwarded."""
