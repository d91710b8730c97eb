"""Whatever a document declares is in the catalog or under a diagnostic with its place."""

from __future__ import annotations

import os

import pytest

from shared.catalog.model import Api, Catalog
from tests.builders.documents import read
from tests.builders.slow_openapi import VERSIONS, Expected, Maker, expected

CASES = 2_000 if os.environ.get("PLANSMITH_FUZZ") else 200


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
    made_up = kept.keys() - wanted.keys() - {("body", "body")}
    return lost + [f"{key} in {one.verb} {one.path} is declared nowhere" for key in made_up]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_parameter_and_field_is_kept_or_noted_and_none_is_made_up(version: str) -> None:
    checked = 0
    for seed in range(CASES):
        root = Maker(version, seed).document()
        catalog = read(root)
        for one in expected(root):
            assert missing(one, catalog) == [], f"{version} {seed}"
            checked += len(one.parameters) + len(one.fields)
    assert checked > 3 * CASES
