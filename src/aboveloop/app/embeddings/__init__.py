"""A provider's embeddings: fitting with them, keeping what examples became, and whether they are still the same."""
