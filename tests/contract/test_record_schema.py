"""Our record schema accepts and refuses exactly what the reference schema does."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.plan.record import schema
from tests.builders.records import good_record

REFERENCE = Path(__file__).parents[2] / ".." / "shared" / "reference" / "specs" / "record.schema.json"
pytestmark = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference schema is not here")

_WORDS = ("description", "title", "$schema")


def bare(node: Any) -> Any:
    """A schema without the keywords that accept and refuse nothing."""
    if not isinstance(node, dict):
        return [bare(item) for item in node] if isinstance(node, list) else node
    is_names = node.keys() & {"steps", "task_nl", "index", "domain", "confusers"}
    return {key: bare(value) for key, value in node.items() if is_names or key not in _WORDS}


def test_both_schemas_say_the_same() -> None:
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    assert bare(schema()) == bare(reference)


def variants() -> list[Any]:
    """A good record, and it with each member in turn removed, replaced or added to."""
    found: list[Any] = [good_record(), [], None, {}]

    def visit(path: tuple[Any, ...]) -> None:
        node: Any = good_record()
        for part in path:
            node = node[part]
        keys = (
            list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        )
        for key in keys:
            for change in ("remove", None, 0, -1, "x", [], {}, ["x"], [0]):
                record = copy.deepcopy(good_record())
                holder: Any = record
                for part in path:
                    holder = holder[part]
                if change == "remove":
                    del holder[key]
                else:
                    holder[key] = change
                found.append(record)
            visit((*path, key))
        if isinstance(node, dict):
            record = copy.deepcopy(good_record())
            holder = record
            for part in path:
                holder = holder[part]
            holder["added"] = 1
            found.append(record)

    visit(())
    return found


def test_both_schemas_decide_alike_on_every_variant() -> None:
    ours = Draft202012Validator(schema())
    theirs = Draft202012Validator(json.loads(REFERENCE.read_text(encoding="utf-8")))
    cases = variants()
    assert [ours.is_valid(case) for case in cases] == [theirs.is_valid(case) for case in cases]
    assert {ours.is_valid(case) for case in cases} == {True, False}
