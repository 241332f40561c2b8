"""Larkspur Outfitters, the sample company: its own records, its own order system, its own customers."""
