"""Simulated customers: they know their own records and the shop's web chat, and nothing else."""
