"""Commands by group: each reads its arguments and hands them to the module that does the work."""
