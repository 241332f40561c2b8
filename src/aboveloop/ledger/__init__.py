"""Entries, chain, checkpoints and proofs: what happened, told so that it cannot be changed unseen."""
