"""Promotion: what a release must have behind it before it leaves the sandbox. Knows no channel, model or procedure."""
