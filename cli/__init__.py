"""The `plansmith` command: talks to a stack or an installation by its url."""
