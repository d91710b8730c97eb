"""What people decide about the rows of a run: decisions, what they add up to, edits and fixes; pure."""
