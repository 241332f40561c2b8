"""Masking: personal values are taken out of a text before it leaves the house, and put back into the answer."""
