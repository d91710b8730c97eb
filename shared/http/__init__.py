"""What the HTTP API answers; knows nothing of the Functions host."""
