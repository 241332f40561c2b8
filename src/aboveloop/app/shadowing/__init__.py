"""Workers beside people: what a worker would have done, held against what people did. Nothing here performs a thing."""
