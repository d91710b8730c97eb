"""How many examples a law is tried with: a few with every change, many when there is time for them (`make fuzz`)."""

from __future__ import annotations

import os

FUZZ = bool(os.environ.get("PLANSMITH_FUZZ"))


def cases(usual: int, at_length: int) -> int:
    """One of two numbers of examples; `at_length` in `make fuzz`."""
    return at_length if FUZZ else usual
