"""Data contracts of the folder: read from contracts/*.odcs.yaml, and held against the systems they speak of."""
