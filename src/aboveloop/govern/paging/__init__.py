"""Paging: who is on call, who is called when nobody answers, and that somebody has. Sends nothing itself."""
