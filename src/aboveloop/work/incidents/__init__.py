"""Incidents at work: who was touched, what policy says of it now, and how it is put right, through the gate."""
