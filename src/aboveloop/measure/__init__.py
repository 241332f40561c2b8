"""Measure: what KPIs are worth now, whether they are within tolerance, and what a release did to them.

Reads, never acts; knows no channel, system or model."""
