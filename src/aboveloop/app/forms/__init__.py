"""Web forms, the channel `form`: what a page shows, how what was filled in becomes a message, and what comes back.

It knows no web framework: pages and addresses are the doors' (`api.forms`).
"""
