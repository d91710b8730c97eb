"""Faults that checks have to find: planted in good records, and met in assignments."""
