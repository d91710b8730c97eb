"""Chooses the test tasks that an evaluation measures on, with what the dataset knows of each, and keeps them."""

from __future__ import annotations

from typing import Any

import orjson

from shared import names, stored
from shared.dataset.manifest import Manifest
from shared.errors import PermanentError
from shared.finetune import words
from shared.finetune.measured_tasks import MeasuredTask, spread, task_of, tasks_of_rows
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.tail import lines
from shared.steps.finetune.published import read_coverage, read_manifest

TEST = "sft/test.jsonl"
VALIDATION = "sft/validation.jsonl"
_DATASET = "dataset.jsonl"


async def keep_tasks(run_id: str, store: BlobStore, most: int, *, revision: int = 0) -> tuple[int, str]:
    """Write the run's test tasks, at most `most`, evenly spread; how many they are and of which split.

    `revision` is that of the dataset, 0 for the first publication.

    A dataset of version 0.1.0 has no test split: its validation rows are taken, and that is said.

    Raises PermanentError `no_test_rows` when there is nothing to measure on.
    """
    manifest = await read_manifest(run_id, revision, store) or Manifest()
    has_split = any(file.path == TEST for file in manifest.files)
    path, split = (TEST, "test") if has_split else (VALIDATION, "validation")
    total = manifest.rows(path)
    if not total:
        raise PermanentError(
            "there are no test rows to measure on: more samples, or a test_fraction above 0, would make some",
            code=words.NO_TEST_ROWS,
        )
    wanted = set(spread(total, most))
    folder = paths.dataset(run_id, paths.revision_folder(revision))
    rows, number = [], 0
    async for line in lines(store.stream(names.DATASETS, folder + path)):
        if number in wanted:
            rows.append(line)
        number += 1
    asked = {task_of(orjson.loads(row)["messages"]) for row in rows}
    tasks = tasks_of_rows(rows, await _records(folder, store, asked), await _taught(run_id, revision, store))
    data = b"".join(task.to_line() for task in tasks)
    await store.write(names.RUNS, paths.tasks(run_id), data, content_type="application/jsonl")
    return len(tasks), split


async def kept_tasks(run_id: str, store: BlobStore) -> list[MeasuredTask]:
    """The tasks that `keep_tasks` wrote."""
    blob = await store.read(names.RUNS, paths.tasks(run_id))
    return list(stored.read_lines(MeasuredTask, blob.data)) if blob else []


async def _records(folder: str, store: BlobStore, tasks: set[str]) -> dict[str, dict[str, Any]]:
    """The dataset's records of these tasks, read in bounded memory."""
    found: dict[str, dict[str, Any]] = {}
    async for line in lines(store.stream(names.DATASETS, folder + _DATASET)):
        if len(found) == len(tasks):
            break
        record = orjson.loads(line)
        if record.get("task_nl") in tasks:
            found[record["task_nl"]] = record
    return found


async def _taught(run_id: str, revision: int, store: BlobStore) -> dict[str, int]:
    """Training rows by operation, as `coverage.json` counts them."""
    report = await read_coverage(run_id, revision, store)
    return {entry["api"]: entry["train"] for entry in report.get("by_operation", ())}
