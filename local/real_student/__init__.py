"""A real language model trained and measured on one's own machine: `make real-student`; an environment of its own."""
