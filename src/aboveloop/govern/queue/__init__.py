"""The queue of decisions that people owe: its order, owners, reminders, batches, absences and measures.

It knows approvals; approvals know of it only that a request stands in the queue and who stands in for whom.
"""
