"""What the fine-tune reads of published datasets and evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from shared import names, stored
from shared.dataset.manifest import Manifest
from shared.errors import PermanentError
from shared.ports.storage import BlobStore
from shared.runs import paths

_MAX_COVERAGE = 16 << 20
_MAX_ANSWERS = 64 << 20


async def read_manifest(run: str, revision: int, store: BlobStore) -> Manifest | None:
    """The manifest of a revision, 0 for the first publication; None where it is not published."""
    blob = await store.read(names.DATASETS, paths.manifest(run, revision))
    return stored.read(Manifest, blob.data, "a manifest") if blob else None


async def read_coverage(run: str, revision: int, store: BlobStore) -> Mapping[str, Any]:
    """`coverage.json` of a revision; empty where it is missing or over 16 MiB."""
    path = paths.dataset(run, f"{paths.revision_folder(revision)}coverage.json")
    try:
        blob = await store.read(names.DATASETS, path, max_bytes=_MAX_COVERAGE)
    except PermanentError:
        return {}
    found: Mapping[str, Any] = orjson.loads(blob.data) if blob else {}
    return found


async def read_answers(path: str, store: BlobStore) -> list[dict[str, Any]] | None:
    """The lines of a published evaluation's `tasks.jsonl`, None where there is no such file.

    PermanentError `too_large` beyond 64 MiB.
    """
    blob = await store.read(names.DATASETS, path, max_bytes=_MAX_ANSWERS)
    return [orjson.loads(line) for line in blob.data.splitlines() if line] if blob else None
