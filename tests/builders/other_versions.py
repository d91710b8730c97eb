"""What version 0.1.0 has left in a storage account, as it is or as the next version might write it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared import names
from tests.builders.pipeline import Pipeline

FOLDER = Path(__file__).parents[1] / "data/stored/0.1.0"
STATES = ("generating", "evaluating", "ended")

_LATER = {"a_later_field": {"of": ["any", "shape"]}}
_MAPS = frozenset({"lacking", "reasons", "scores", "hyperparameters", "metrics", "files"})
"""Objects whose keys are data, not fields."""
_OTHERS = frozenset({"record", "plan", "schema", "responses", "messages", "apis", "data"})
"""What the catalog, the model or the service has written."""

Change = Callable[[dict[str, Any]], dict[str, Any]]


def as_it_is(document: dict[str, Any]) -> dict[str, Any]:
    """The document, unchanged."""
    return document


def with_later_fields(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a field more in each of its objects."""
    changed = {key: value if key in _OTHERS else _inside(value, key) for key, value in document.items()}
    return {**changed, **_LATER}


def _inside(value: Any, key: str) -> Any:
    if isinstance(value, list):
        return [_inside(item, key) for item in value]
    if isinstance(value, dict):
        return value if key in _MAPS else with_later_fields(value)
    return value


def stored(state: str) -> dict[str, Any]:
    """`{"version", "blobs": {path: {"text", "appended"?, "metadata"?}}, "messages": [[queue, body]]}`."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{state}.json").read_text())
    return loaded


def restored(state: str, change: Change = as_it_is, *, only: str = "") -> Pipeline:
    """A pipeline that goes on with what another version left; `only` names the one blob that is changed."""
    pipeline, left = Pipeline(), stored(state)
    for place, blob in left["blobs"].items():
        container, path = place.split("/", 1)
        text = blob["text"]
        if container != names.CATALOGS and (not only or path.endswith(only)):
            text = _changed(path, text, change)
        pipeline.storage._put(container, path, text.encode(), blob.get("metadata", {}), blob.get("appended"))
    for queue, body in left["messages"]:
        pipeline.queue.sent.append((queue, change(body) if queue != names.RUN_REQUESTS else body, 0))
    return pipeline


def _changed(path: str, text: str, change: Change) -> str:
    if path.endswith(".jsonl") and "/sft/" not in path and "dataset.jsonl" not in path:
        return "".join(json.dumps(change(json.loads(line))) + "\n" for line in text.splitlines())
    if path.endswith(".json") or path.startswith("_"):
        document = json.loads(text)
        return json.dumps(change(document) if isinstance(document, dict) else document)
    return text
