"""What people do to the rows of a run: look, check, decide, add, fix many, publish a revision."""
