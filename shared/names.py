"""Every name that other programs rely on: containers, queues, blob paths, ids."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

import orjson

STORAGE = "PLANSMITH_STORAGE"

CATALOGS = "catalogs"
RUNS = "runs"
DATASETS = "datasets"
CONTAINERS = (CATALOGS, RUNS, DATASETS)

RUN_REQUESTS = "run-requests"
CATALOG_EVENTS = "catalog-events"
FAN_OUT = "fan-out"
GENERATE_RECORDS = "generate-records"
AGGREGATE = "aggregate"
PUBLISH = "publish"
FINE_TUNE = "fine-tune"
EVALUATE = "evaluate"
DELIVER_EVENTS = "deliver-events"
RUN_EVENTS = "run-events"
STEP_OF: dict[str, str] = orjson.loads(Path(__file__).with_name("queues.json").read_bytes())
"""Queue → the step that its messages are for, a module below `shared.steps`, and its function where that has another
name (`module:function`). Infrastructure and tests read the same file.
"""
WORK_QUEUES = tuple(STEP_OF)
POISON_QUEUES = tuple(f"{queue}-poison" for queue in WORK_QUEUES)
QUEUES = (*WORK_QUEUES, *POISON_QUEUES, RUN_EVENTS)

BLOB_TRIGGER = "webjobs-blobtrigger"
"""The host makes `webjobs-blobtrigger-poison` for uploads that its polling blob trigger gave up on."""

SEGMENT_SIZE = 256
"""Indices to a segment: one append blob, one block an outcome (an append blob holds 50,000 blocks)."""

RUN_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-[0-9a-f]{10}")
_MAX_SLUG = 48


def slug(text: str) -> str:
    """`text` as lower-case ASCII words joined by hyphens, at most 48 characters; `catalog` if nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
    return words[:_MAX_SLUG].strip("-") or "catalog"


def run_id(name: str, identity: object) -> str:
    """The run's id: `<slug of name>-<10 hex>`, the hex derived from `identity` (any JSON value) alone."""
    digest = hashlib.sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f"{slug(name)}-{digest[:10]}"


def is_run_id(text: str) -> bool:
    """Whether `text` may be a run's id, and so part of a path."""
    return len(text) <= _MAX_SLUG + 11 and RUN_ID.fullmatch(text) is not None


def is_relative_path(path: str) -> bool:
    """Whether `path` names a blob below a prefix and cannot leave it.

    No part is empty, `.` or `..`, and there is no backslash or control character.
    """
    parts = path.split("/")
    return (
        0 < len(path) <= 512
        and all(part not in ("", ".", "..") for part in parts)
        and not any(ord(ch) < 32 or ch in "\\\x7f" for ch in path)
    )
