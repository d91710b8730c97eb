"""A few records of a catalog with far more operations than records: they are divided all the same."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared import names
from shared.catalog.model import Api, Catalog, Parameter
from tests.builders.pipeline import Pipeline

KINDS = ("pod", "node", "secret", "volume", "role", "job", "event", "quota", "lease", "ingress")
VERBS = ("list", "read", "create", "replace", "delete", "watch", "patch", "approve", "bind", "evict")


def large_catalog(groups: int = 10) -> Catalog:
    """A thousand operations on a hundred kinds of things, each with a name and a namespace."""
    apis = [
        Api(
            f"{verb}_{kind}_{group}",
            description=f"{verb} a {kind} of group {group}",
            method="GET" if verb in ("list", "read", "watch") else "POST",
            path=f"/apis/group{group}/{kind}/{verb}",
            parameters=(
                Parameter("name", "query", "string", required=verb not in ("list", "watch")),
                Parameter("namespace", "query", "string", required=True),
            ),
        )
        for group in range(groups)
        for kind in KINDS
        for verb in VERBS
    ]
    return Catalog("cluster", apis=tuple(apis))


async def _manifest(samples: int) -> dict[str, Any]:
    pipeline = Pipeline()
    run = await pipeline.start(large_catalog(), samples=samples, top_up=False)
    await pipeline.drain()
    blob = await pipeline.storage.read(names.DATASETS, f"{run}/manifest.json")
    assert blob is not None
    found: dict[str, Any] = orjson.loads(blob.data)
    rows = {file["path"]: file["rows"] for file in found["files"]}
    split = found["split"]
    for side in ("train", "validation", "test"):
        assert rows.get(f"sft/{side}.jsonl", 0) == split[side]
    assert split["train"] + split["validation"] + split["test"] == found["counts"]["accepted"]
    return found


@pytest.mark.parametrize("samples", [60, 120])
async def test_a_large_catalog_does_not_eat_the_split_of_a_small_dataset(samples: int) -> None:
    split = (await _manifest(samples))["split"]
    assert split["train"] >= 10
    assert split["validation"] >= 0.07 * samples
    assert split["test"] >= 20
    assert split["notes"] == []


async def test_what_a_very_small_dataset_cannot_have_is_said() -> None:
    found = await _manifest(24)
    split = found["split"]
    assert split["train"] >= 10 and 0 < split["test"] < 20
    assert any("test rows instead of 20" in note for note in split["notes"])
