"""Summaries: what is asked, done and open on a case, and what to do next. Told by entries, nothing made up."""
