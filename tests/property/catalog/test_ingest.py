"""Laws of reading, over documents of every format."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.ingest import Document, ingest
from shared.catalog.naming import API_NAME, NameHints, assign_names
from shared.catalog.serialize import from_json, to_json
from tests.builders.catalogs import whole_documents
from tests.builders.documents import EVERY_FORMAT, json_document, yaml_document
from tests.builders.lengths import cases
from tests.property.fuzz_ingest import run

CASES = cases(200, 10_000)
_INVALID = ("no_info.yaml", "invalid_no_info.yaml")
_LARGE = 400_000


ORIGINALS: dict[str, Any] = EVERY_FORMAT | {
    path.name: path
    for path in whole_documents()
    if path.name not in _INVALID and path.stat().st_size < _LARGE
}
"""Documents, or the files that hold them."""


def loaded(original: Any) -> Any:
    if not isinstance(original, Path):
        return original
    data = original.read_bytes()
    return orjson.loads(data) if original.suffix == ".json" else yaml.load(data, yaml.CSafeLoader)


def permuted(node: Any, rng: random.Random, key: str = "") -> Any:
    """Keys in another order everywhere, and folders and requests of collections too."""
    if isinstance(node, dict):
        pairs = list(node.items())
        rng.shuffle(pairs)
        return {name: permuted(item, rng, name) for name, item in pairs}
    if isinstance(node, list):
        items = [permuted(item, rng) for item in node]
        if key in ("item", "apis"):
            rng.shuffle(items)
        return items
    return node


def named(root: Any) -> list[tuple[str, ...]]:
    catalog = ingest([Document("catalog", orjson.dumps(root, default=str, option=orjson.OPT_NON_STR_KEYS))])
    return sorted((api.name, api.method, api.path, *api.tags, api.original_name) for api in catalog.apis)


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_order_of_keys_and_folders_names_nothing(name: str) -> None:
    root = loaded(ORIGINALS[name])
    assert named(permuted(root, random.Random(7))) == named(root)


@pytest.mark.parametrize("make", [json_document, yaml_document])
@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_the_same_bytes_give_the_same_bytes(name: str, make: Any) -> None:
    document = make(EVERY_FORMAT[name])
    first = to_json(ingest([document]))
    assert to_json(ingest([document])) == first
    assert to_json(from_json(first)) == first


@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_json_and_yaml_say_the_same(name: str) -> None:
    one, other = (ingest([make(EVERY_FORMAT[name], "x")]) for make in (json_document, yaml_document))
    assert one.apis == other.apis


def test_a_damaged_document_is_a_catalog_or_one_error() -> None:
    report = run(CASES)
    assert report.failures == []
    assert report.catalogs > 0
    assert len(report.errors) > 3


@given(st.lists(st.lists(st.text(max_size=90), max_size=4), max_size=30))
def test_names_are_unique_and_match_the_pattern(segments: list[list[str]]) -> None:
    names = assign_names([NameHints(tuple(words), lambda: ("get",), lambda: "x") for words in segments])
    assert len(set(names)) == len(segments)
    assert all(API_NAME.fullmatch(name) for name in names)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["get", "put"]), st.integers(0, 5)), unique=True
    ),
    st.randoms(),
)
def test_names_do_not_depend_on_the_order(operations: list[tuple[str, str, int]], rng: random.Random) -> None:
    def names(of: list[tuple[str, str, int]]) -> dict[tuple[str, str, int], str]:
        hints = [NameHints(("f", word), partial(tuple, [verb]), partial(str, n)) for word, verb, n in of]
        return dict(zip(of, assign_names(hints), strict=True))

    shuffled = list(operations)
    rng.shuffle(shuffled)
    assert names(shuffled) == names(operations)
