"""A run that has ended, and what does not hold of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import orjson

from testing.chaos.storage import ChaosStorage
from testing.timeless import timeless


@dataclass(frozen=True)
class Ended:
    """A run that was published: its id, samples and planned indices, chat calls made meanwhile, its files."""

    run: str
    samples: int
    planned: int
    calls: int
    files: dict[str, bytes]
    seconds: float


def comparable(files: dict[str, bytes]) -> dict[str, bytes]:
    """What must be the same bytes in every run of the same catalog, options and seed.

    What names the run and its times is left out; the rejected rows are compared without what calls cost and
    how long they took.
    """
    found = timeless(files)
    rows = [orjson.loads(line) for line in files["rejected.jsonl"].splitlines()]
    kept = [{key: row.get(key) for key in ("index", "status", "reason", "errors", "task")} for row in rows]
    return {**found, "rejected.jsonl": orjson.dumps(kept)}


def problems(chaos: ChaosStorage, ended: Ended, undisturbed: Ended | None = None) -> list[str]:
    """What does not hold of a run that has ended; empty when all is well."""
    wrong = []
    indices = [outcome["index"] for outcome in chaos.folded(ended.run)]
    manifest = orjson.loads(ended.files["manifest.json"])
    counts = manifest["counts"]
    if indices != list(range(len(indices))):
        wrong.append(f"outcomes are not one an index: {len(indices)} lines, {len(set(indices))} indices")
    if counts["accepted"] + counts["rejected"] != counts["planned"] or counts["planned"] != len(indices):
        wrong.append(f"the manifest counts otherwise: {counts}")
    for entry in manifest["files"]:
        if hashlib.sha256(ended.files[entry["path"]]).hexdigest() != entry["sha256"]:
            wrong.append(f"{entry['path']} is not what the manifest says")
    if undisturbed is not None:
        ours, theirs = comparable(ended.files), comparable(undisturbed.files)
        wrong += [
            f"{path} differs"
            for path in sorted(ours.keys() | theirs.keys())
            if ours.get(path) != theirs.get(path)
        ]
    return wrong
