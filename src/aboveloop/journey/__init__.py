"""Customers, cases, their messages and timeline, and who owns a case now."""
