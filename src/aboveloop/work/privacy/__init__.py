"""Privacy: what leaves the house and what is told, kept and erased of a customer. Nothing leaves past its doors."""
