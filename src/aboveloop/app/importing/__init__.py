"""Importing: another help desk's past, masked before it is kept, without doubles, whatever interrupts it."""
