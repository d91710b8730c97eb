"""Where this checkout and the things it makes for itself are."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRIVATE = Path(os.environ.get("PLANSMITH_STATE") or ROOT / ".local").resolve()
"""Working state of the local stack; ignored by git, may be deleted whenever no stack runs."""

DATA = PRIVATE / "stack"
"""Default data folder of `plansmith up`."""

STACK_RECORD = PRIVATE / "stack.json"
"""The stack that other commands talk to when they are given no url."""

DEMO_CATALOG = ROOT / "local" / "catalogs" / "hub.postman_collection.json"
