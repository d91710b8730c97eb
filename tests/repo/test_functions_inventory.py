"""The functions and raw bindings that the worker library finds are exactly those pinned beside this test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.builders.inventory import INDEX, expected

ROOT = Path(__file__).parents[2]


def _indexed(environment: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    done = subprocess.run(
        [sys.executable, "-c", INDEX], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return found


def test_the_worker_library_indexes_these_functions_in_an_empty_environment() -> None:
    assert _indexed({}) == expected()


def test_without_polling_the_blob_trigger_is_not_registered() -> None:
    without = _indexed({"CATALOG_TRIGGER": "queue"})
    assert set(expected()) - set(without) == {"start_run_on_upload", "record_poison_webjobs_blobtrigger"}


def test_importing_the_app_loads_no_sdk() -> None:
    script = (
        "import sys, function_app\n"
        "heavy = ('openai', 'azure.storage', 'azure.identity', 'azure.core', 'jsonschema', 'aiohttp', 'yaml', 'rensa')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr
