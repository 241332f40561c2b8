"""Value: what moved in revenue, cost, risk and experience, in money, each with the count that shows it."""
