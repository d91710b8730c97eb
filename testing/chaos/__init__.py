"""A stack to be maltreated, and what is done to it."""
