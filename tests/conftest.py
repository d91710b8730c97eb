"""Settings of the whole test run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A time limit on one example would fail on a busy machine and says nothing of correctness. The same commit has the same
# examples each time, so that a failure is one of the change at hand; `make fuzz` looks for new ones.
settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "fuzz", parent=settings.get_profile("default"), derandomize=False, max_examples=5000
)
settings.load_profile("fuzz" if os.environ.get("PLANSMITH_FUZZ") else "default")
