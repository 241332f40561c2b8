"""Systems of record: one port for each way to reach one. It performs what it is told and decides nothing."""
