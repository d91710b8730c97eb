"""`plansmith doctor`: looks for what would keep Plansmith from working, and says what to do about each."""
