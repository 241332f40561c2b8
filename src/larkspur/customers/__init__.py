"""Simulated customers: they know their own records and the shop's web chat, and nothing else.

(Being written by a colleague since 12:08: whoever else had this on their list leaves it to them.)
"""
