"""Whatever a document declares is in the catalog or under a diagnostic with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.catalog.model import Api, Catalog
from tests.builders.documents import read
from tests.builders.lengths import cases
from tests.builders.slow_openapi import VERSIONS, Expected, Maker, expected

CASES = cases(100, 2_000)


def noted(catalog: Catalog, verb: str, path: str, name: str) -> bool:
    """Whether a diagnostic of the operation names what is missing."""
    return any(found.where == f"{verb} {path}" and name in found.message for found in catalog.diagnostics)


def missing(one: Expected, catalog: Catalog) -> list[str]:
    """What of an operation is neither kept nor noted, and what is required in one and not in the other."""
    apis: dict[tuple[str, str], Api] = {(api.method, api.path): api for api in catalog.apis}
    api = apis.get((one.verb, one.path))
    if api is None:
        return [f"{one.verb} {one.path}"]
    kept: dict[tuple[str, str], bool] = {(p.name, p.location): p.required for p in api.parameters}
    wanted = {**one.parameters, **{(name, "body"): required for name, required in one.fields.items()}}
    lost = [
        f"{key} in {one.verb} {one.path}: required {required}, kept as {kept.get(key)}"
        for key, required in wanted.items()
        if kept.get(key) is not required
        and not (key not in kept and noted(catalog, one.verb, one.path, key[0]))
    ]
    lost += lost_within(one, api, "schema_cut" in {found.code for found in catalog.diagnostics})
    made_up = kept.keys() - wanted.keys() - {("body", "body")}
    return lost + [f"{key} in {one.verb} {one.path} is declared nowhere" for key in made_up]


def lost_within(one: Expected, api: Api, was_cut: bool) -> list[str]:
    """What of the fields within fields is not there, or required where it is not, or the other way round.

    What is too deep may be cut, which is noted for the whole document.
    """
    lost = []
    for path, must in one.within.items():
        nodes = [p.schema for p in api.parameters if p.name == path[0] and p.location == "body"]
        for name in path[1:-1]:
            nodes = [sub for node in nodes for sub, _ in held(node, name)]
        found = [is_needed for node in nodes for _, is_needed in held(node, path[-1])]
        if found and any(found) is not must and not was_cut:
            lost.append(f"{path} in {one.verb} {one.path}: required {must}, kept as {found}")
        if not found and not was_cut:
            lost.append(f"{path} in {one.verb} {one.path}")
    return lost


def held(node: Any, name: str) -> Iterator[tuple[Any, bool]]:
    """The schemas of a field of an object, of one of its variants, or of the items of a list of them."""
    if not isinstance(node, dict):
        return
    if isinstance(node.get("items"), dict):
        yield from held(node["items"], name)
    variants = [one for one in node.get("anyOf", ()) if one != {"type": "null"}]
    found = [[*held(variant, name)] for variant in variants]
    for one in found:
        yield from ((sub, needed and all(found)) for sub, needed in one)
    if name in node.get("properties", {}):
        yield node["properties"][name], name in node.get("required", ())


def not_kept(root: Any, catalog: Catalog) -> list[str]:
    """Patterns that cannot be kept and are not noted where their operation stands."""
    said = " ".join(found.message for found in catalog.diagnostics if found.code == "keyword_left_out")
    kept = str([parameter.schema for api in catalog.apis for parameter in api.parameters])
    return ["^(?!b)"] if "^(?!b)" in kept and "^(?!b)" not in said else []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_parameter_and_field_is_kept_or_noted_and_none_is_made_up(version: str) -> None:
    checked = within = whole = 0
    for seed in range(CASES):
        root = Maker(version, seed).document()
        catalog = read(root)
        for one in expected(root):
            assert missing(one, catalog) == [], f"{version} {seed}"
            checked += len(one.parameters) + len(one.fields)
            within += len(one.within)
            whole += len(one.within) * ("schema_cut" not in {found.code for found in catalog.diagnostics})
        assert not_kept(root, catalog) == []
    assert checked > 3 * CASES
    assert whole > CASES / 2, (whole, within)
