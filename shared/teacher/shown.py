"""Rows that people approved or wrote, shown to the teacher: which fit an assignment, and how they are put."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import orjson

from shared.curriculum.blueprint import Blueprint
from shared.dataset.row_index import called
from shared.plan.shapes import shape
from shared.plan.wire import encode

MOST_SHOWN = 3
"""Examples in one prompt."""

type Example = Mapping[str, Any]
"""A whole record."""

_HEAD = (
    "## Examples\nPeople looked at these answers to other assignments and found them good. Write as they do, and "
    "repeat none of them: other tasks, other values."
)


def fitting(examples: Sequence[Example], blueprint: Blueprint, apis: Collection[str]) -> list[Example]:
    """At most three examples for an assignment, the same each time.

    Those that call most of its focus and nothing but `apis`, of its shape first; equals are dealt out by its index.
    """
    focus = set(blueprint.focus)
    ranked = []
    for place, example in enumerate(examples):
        calls = set(called(example))
        shared = len(calls & focus)
        if shared and calls <= set(apis):
            other_shape = shape(example["plan"]) != blueprint.shape
            ranked.append((-shared, other_shape, _dealt(blueprint.index, place), place))
    return [examples[place] for *_, place in sorted(ranked)[:MOST_SHOWN]]


def examples_message(examples: Sequence[Example]) -> str:
    """The examples as the answers that they would be, one JSON line each; "" for none."""
    if not examples:
        return ""
    lines = [orjson.dumps(encode({**one, "domain": one["metadata"]["domain"]})).decode() for one in examples]
    return "\n".join([_HEAD, *lines])


def _dealt(index: int, place: int) -> bytes:
    return blake2b(b"%d/%d" % (index, place), digest_size=8).digest()
