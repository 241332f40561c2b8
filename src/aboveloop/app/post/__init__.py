"""Mail that leaves and comes: what became of each message of ours, and how far a mailbox was read."""
