"""Whatever stands wherever in a document: it is a catalog that holds what it promises, or one error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from jsonschema_rs import Draft202012Validator

from shared.catalog.ingest import Document, ingest
from shared.catalog.model import Catalog
from shared.catalog.naming import API_NAME
from shared.catalog.serialize import from_json, to_json
from shared.errors import CatalogError
from tests.builders.documents import json_document, yaml_document
from tests.builders.lengths import cases
from tests.builders.odd_documents import OPENAPI, POSTMAN, SCHEMAS, SIMPLE

CASES = cases(50, 10_000)


def check(catalog: Catalog) -> None:
    """What every catalog holds."""
    names = [api.name for api in catalog.apis]
    assert len(set(names)) == len(names) and all(map(API_NAME.fullmatch, names))
    for api in catalog.apis:
        assert len({parameter.name for parameter in api.parameters}) == len(api.parameters)
        for closed in (api.responses, *(parameter.schema for parameter in api.parameters)):
            Draft202012Validator(closed)  # refuses what is no schema, and patterns that nobody can try
            assert "$ref" not in closed
    assert from_json(to_json(catalog)) == catalog


def check_document(root: Any, make: Callable[[Any], Document] = json_document) -> None:
    try:
        check(ingest([make(root)]))
    except CatalogError as error:
        assert error.code != "error" and error.message


@settings(max_examples=CASES)
@given(SCHEMAS)
def test_any_json_as_a_schema_is_read_and_closed(schema: Any) -> None:
    content = {"application/json": {"schema": schema}}
    operation = {
        "parameters": [{"name": "q", "in": "query", "schema": schema}],
        "requestBody": {"content": content},
        "responses": {"200": {"content": content}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": {"A": schema}},
    }
    catalog = ingest([json_document(document)])
    assert len(catalog.apis) == 1
    check(catalog)


@settings(max_examples=CASES)
@given(OPENAPI)
def test_any_openapi_document(root: Any) -> None:
    check_document(root)


@settings(max_examples=CASES)
@given(OPENAPI)
def test_any_swagger_document(root: Any) -> None:
    check_document({"swagger": "2.0", **{key: item for key, item in root.items() if key != "openapi"}})


@settings(max_examples=CASES)
@given(POSTMAN)
def test_any_collection(root: Any) -> None:
    check_document(root)


@settings(max_examples=CASES)
@given(SIMPLE)
def test_any_simple_form(root: Any) -> None:
    check_document(root)


@settings(max_examples=CASES // 5)
@given(OPENAPI | POSTMAN | SIMPLE)
def test_any_document_in_yaml(root: Any) -> None:
    check_document(root, yaml_document)
