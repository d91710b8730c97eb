"""What is stored about runs, and what is read back from it."""
