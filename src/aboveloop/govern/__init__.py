"""Facts, policy, lanes, approvals and switches. It judges actions and knows no channel, model or procedure."""
