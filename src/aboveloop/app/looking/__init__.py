"""Looking: who read what is personal, of which case, through which door. Itself in the ledger."""
