"""Entry point of `python -m local.docs`."""

from local.docs.pages import write

write()
