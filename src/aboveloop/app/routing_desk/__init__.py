"""The routing desk: rules as people read, change, try and release them, and how each became what it is."""
