"""What runs on one's own machine only: set-up, the command line, the local stack; never deployed."""
