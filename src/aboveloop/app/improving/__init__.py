"""Improving: the backlog beside the releases that carry it, and the proposals that the house makes by itself."""
