"""A run's report: one HTML page that loads nothing, made from values alone. No I/O."""
