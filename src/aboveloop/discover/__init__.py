"""Discover: what a history tells of how work is done, where it is done twice, and what is worth a pilot.

It reads and proposes and acts on nothing; it knows no channel, model or system, and nothing of `measure`.
"""
