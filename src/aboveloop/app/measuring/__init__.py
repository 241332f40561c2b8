"""Measuring: what the KPIs of the operation at work are worth, kept over time, with the breaches that follow."""
