"""Set-up of a checkout, from nothing to a working `.venv`."""
