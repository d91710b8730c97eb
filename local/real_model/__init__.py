"""A real, small language model served on this machine, to try runs against what is no emulator."""
