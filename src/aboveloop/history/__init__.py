"""History: records as tables, from wherever they come. It knows no policy, channel or case; it reads and reports.

`events` is the one event model, `store` keeps histories in the home, `our_own` tells the ledger in the same rows.
"""
