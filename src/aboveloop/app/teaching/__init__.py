"""Teaching: what people say about readings becomes examples, and what the reader could learn from them is weighed."""
