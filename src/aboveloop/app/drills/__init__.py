"""Drills: a fault really planted in the sample company, and people who find it and put it right. Knows no door."""
