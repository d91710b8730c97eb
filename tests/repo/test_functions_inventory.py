"""The functions and raw bindings that the worker library finds are exactly those pinned beside this test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = Path(__file__).with_name("functions.json")
_INDEX = """
import json, sys
from azure_functions_runtime.loader import index_function_app
found = {}
for function in index_function_app("function_app.py"):
    found[function.get_function_name()] = [json.loads(raw) for raw in function.get_raw_bindings()]
json.dump(found, sys.stdout)
"""


def _indexed(environment: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    done = subprocess.run(
        [sys.executable, "-c", _INDEX], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return found


def test_the_worker_library_indexes_the_pinned_functions_in_an_empty_environment() -> None:
    assert _indexed({}) == json.loads(PINNED.read_text())


def test_without_polling_the_blob_trigger_is_not_registered() -> None:
    without = _indexed({"CATALOG_TRIGGER": "queue"})
    pinned = json.loads(PINNED.read_text())
    assert set(pinned) - set(without) == {"start_run_on_upload", "record_poison_webjobs_blobtrigger"}


@pytest.mark.parametrize("name", sorted(json.loads(PINNED.read_text())))
def test_every_trigger_has_its_queue_and_connection_by_name(name: str) -> None:
    from shared import names

    trigger = json.loads(PINNED.read_text())[name][0]
    if trigger["type"] == "queueTrigger":
        assert trigger["queueName"] in (*names.QUEUES, f"{names.BLOB_TRIGGER}-poison")
    if trigger["type"] in ("queueTrigger", "blobTrigger"):
        assert trigger["connection"] == names.STORAGE


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
