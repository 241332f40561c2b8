"""Work that survives a crash: turns and timers on DBOS. It knows nothing of customers, cases or policies."""
