"""Changes: what differs between two operations, in the words of the business, and which of it alters risk."""
