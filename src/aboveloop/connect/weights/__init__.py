"""Weights of models: where they come from, and whether they are the very bytes that were published."""
