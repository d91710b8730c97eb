"""Writes `report.html` beside a dataset, from what its run and its fine-tune job have stored."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from shared import names
from shared.errors import PermanentError
from shared.finetune.job import Job
from shared.ports.storage import BlobStore
from shared.report import examples
from shared.report.curves import read_curves
from shared.report.page import Facts, render
from shared.runs import paths
from shared.steps.deps import Deps
from shared.steps.finetune.published import read_coverage

PATH = "report.html"
"""Below `datasets/{run}/`."""


async def write(job: Job, deps: Deps) -> None:
    """Write the report from what is stored by now, without what is missing; a second call writes it again.

    Raises PermanentError `no_report` if what is stored cannot be read, as another version of the app may
    have written it: a page to look at must not hold up a job.
    """
    try:
        facts = await _facts(job, deps)
        page = await asyncio.to_thread(render, facts)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as exc:
        why = f"{type(exc).__name__}: {exc}"
        raise PermanentError(f"the report could not be made ({why[:200]})", code="no_report") from exc
    path = paths.dataset(job.run_id, PATH)
    await deps.store.write(names.DATASETS, path, page, content_type="text/html; charset=utf-8")


async def _facts(job: Job, deps: Deps) -> Facts:
    run = job.run_id
    measured = await _json(deps.store, names.RUNS, paths.evaluation(run))
    events = await _bytes(deps.store, paths.finetune(run, "events.jsonl"))
    return Facts(
        job=job,
        manifest=await _json(deps.store, names.DATASETS, paths.manifest(run, job.revision)) or {},
        coverage=await read_coverage(run, job.revision, deps.store),
        curves=await asyncio.to_thread(
            read_curves, await _bytes(deps.store, paths.finetune(run, "metrics.csv"))
        ),
        checkpoints=orjson.loads(await _bytes(deps.store, paths.finetune(run, "checkpoints.json")) or b"[]"),
        events=[orjson.loads(line) for line in events.splitlines()],
        evaluation=measured,
        examples=await _examples(job, deps.store) if measured else (),
    )


async def _bytes(store: BlobStore, path: str) -> bytes:
    blob = await store.read(names.RUNS, path)
    return blob.data if blob else b""


async def _json(store: BlobStore, container: str, path: str) -> Mapping[str, Any] | None:
    blob = await store.read(container, path)
    found: Mapping[str, Any] | None = orjson.loads(blob.data) if blob else None
    return found


async def _examples(job: Job, store: BlobStore) -> list[examples.Example]:
    """A few measured tasks with what each arm made of them."""
    lines = await _bytes(store, paths.answers(job.run_id))
    return examples.build([orjson.loads(line) for line in lines.splitlines()])
