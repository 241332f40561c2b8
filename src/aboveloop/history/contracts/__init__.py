"""Contract checks: whether rows keep what a data contract promises. Pure: nothing is fetched, paged or paused here."""
