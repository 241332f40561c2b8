"""Data contracts at work: fetched and checked; a breach pages and pauses what depends on it, and ends by itself."""
