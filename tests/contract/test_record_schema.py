"""The record schema accepts and refuses exactly what it always has, because other programs rely on it.

`tests/data/record_decisions.json` holds, for each place of a good record, which of `CHANGES` the record bears there. Where the
reference schema lies beside the checkout, both are compared besides.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.plan.record import schema
from tests.builders.beside import SPECS, present
from tests.builders.records import good_record

CHANGES = ("remove", "add", None, 0, -1, "x", [], {}, ["x"], [0])
BORNE: dict[str, list[Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "record_decisions.json").read_text(encoding="utf-8")
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member of `node`, at every level."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, item in pairs:
        yield (*path, key)
        yield from places(item, (*path, key))


def changed(path: tuple[Any, ...], change: Any) -> Any:
    """A good record whose member at `path` is removed, replaced, or has a sibling added."""
    record = copy.deepcopy(good_record())
    holder: Any = record
    for part in path[:-1]:
        holder = holder[part]
    if change == "remove":
        del holder[path[-1]]
    elif change == "add":
        holder.append(0) if isinstance(holder, list) else holder.update(added=1)
    else:
        holder[path[-1]] = change
    return record


def decisions(document: dict[str, Any]) -> dict[str, list[Any]]:
    """For each place, the changes that leave a record that `document` accepts."""
    validator = Draft202012Validator(document)
    return {
        "/".join(map(str, path)): [change for change in CHANGES if validator.is_valid(changed(path, change))]
        for path in places(good_record())
    }


def test_a_good_record_is_accepted_and_what_is_no_record_is_not() -> None:
    validator = Draft202012Validator(schema())
    assert validator.is_valid(good_record())
    assert not any(validator.is_valid(other) for other in ([], None, {}, "record"))


def test_every_change_of_a_record_is_decided_as_it_always_was() -> None:
    assert decisions(schema()) == BORNE


@pytest.mark.parametrize("place", ["task_id", "plan", "plan/steps/0/api", "metadata/difficulty"])
def test_what_every_record_has_cannot_be_left_out(place: str) -> None:
    assert "remove" not in BORNE[place]


@pytest.mark.parametrize("place", ["task_id", "plan/steps", "plan/steps/0/index", "metadata/version"])
def test_nothing_can_be_added_to_a_record(place: str) -> None:
    assert "add" not in BORNE[place]


def bare(node: Any) -> Any:
    """A schema without the keywords that accept and refuse nothing."""
    if not isinstance(node, dict):
        return [bare(item) for item in node] if isinstance(node, list) else node
    is_names = node.keys() & {"steps", "task_nl", "index", "domain", "confusers"}
    words = ("description", "title", "$schema")
    return {key: bare(value) for key, value in node.items() if is_names or key not in words}


REFERENCE = SPECS / "record.schema.json"
if present(REFERENCE):

    def test_the_reference_decides_alike() -> None:
        reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
        assert decisions(reference) == BORNE
        assert bare(schema()) == bare(reference)
