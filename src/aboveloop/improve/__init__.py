"""Improve: what could be better, who looks after it, and which release carried it.

Proposes and keeps; performs nothing.
"""
