"""Outcomes: what the operation promised is read again some time after a case has ended; what is not so is a breach.

Knows no channel and asks no customer; it reads, records and calls people, and changes nothing in a system of record.
"""
