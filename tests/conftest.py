"""Settings of the whole test run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A time limit on one example would fail on a busy machine and says nothing of correctness.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", parent=settings.get_profile("default"), max_examples=5000)
settings.load_profile("fuzz" if os.environ.get("PLANSMITH_FUZZ") else "default")
