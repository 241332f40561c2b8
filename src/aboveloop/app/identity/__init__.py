"""Who comes in: accounts, sign-in attempts, tokens of programs, identity providers. Knows no page and no framework."""
