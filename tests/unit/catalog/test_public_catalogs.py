"""Every whole document, the tests' own and the public ones where they are, gives the operations that its index tells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from benchmarks.catalog_table import END, START, table
from shared.catalog.ingest import Document, ingest
from shared.catalog.model import Catalog
from shared.catalog.naming import API_NAME
from shared.catalog.serialize import from_json, to_json
from shared.errors import CatalogError
from tests.builders.beside import PUBLIC, present
from tests.builders.catalogs import FOLDERS, OWN, ingested

_ROW = re.compile(r"^\| (\S+) \| (\d+) \| \d+ \| .*? \| (.*) \|$", re.MULTILINE)
_INDEX = {
    folder / path: (int(ops), said)
    for folder in FOLDERS
    for path, ops, said in _ROW.findall((folder / "INDEX.md").read_text())
}
_VALID = [path for path, (_, said) in _INDEX.items() if not said.startswith("NEGATIVE")]
_INVALID = [path for path in _INDEX if path not in _VALID]
_NOTED = re.compile(r"note\(\s*\"(\w+)\"")
# Codes of diagnostics that each stand for one operation that was left out.
_LEFT_OUT = {"malformed_item", "malformed_operation", "repeated_request"}


def _id(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def read(path: Path) -> Catalog:
    return ingest([Document(path.name, path.read_bytes())])


def test_every_document_is_in_its_index() -> None:
    assert set(OWN.glob("*/*")) == {path for path in _INDEX if path.is_relative_to(OWN)}


@pytest.mark.parametrize("path", _VALID, ids=_id)
def test_each_operation_is_an_api_or_a_diagnostic(path: Path) -> None:
    catalog = ingested(path)
    left_out = sum(found.code in _LEFT_OUT for found in catalog.diagnostics)
    assert len(catalog.apis) + left_out == _INDEX[path][0]


@pytest.mark.parametrize("path", _VALID, ids=_id)
def test_names_schemas_and_bytes_are_sound(path: Path) -> None:
    catalog = ingested(path)
    names = [api.name for api in catalog.apis]
    assert len(set(names)) == len(names)
    assert all(API_NAME.fullmatch(name) for name in names)
    assert from_json(to_json(catalog)) == catalog
    assert to_json(catalog) == to_json(read(path))
    assert b'"$ref":"' not in to_json(catalog)
    for api in catalog.apis:
        assert len({p.name for p in api.parameters}) == len(api.parameters)
        for schema in (api.responses, *(p.schema for p in api.parameters)):
            Draft202012Validator(schema)  # refuses what is no schema, and patterns that nobody can try


@pytest.mark.parametrize("path", _INVALID, ids=_id)
def test_a_deliberately_invalid_document_is_one_clear_error(path: Path) -> None:
    with pytest.raises(CatalogError) as caught:
        read(path)
    assert caught.value.code == "invalid_document"
    assert "info" in caught.value.message


def test_all_of_them_together_are_one_catalog() -> None:
    paths = [path for path in _VALID if path.parent.name in ("simple", "swagger2")]
    catalog = ingest([Document(_id(path), path.read_bytes()) for path in paths])
    assert len(catalog.apis) == sum(_INDEX[path][0] for path in paths)
    assert len({api.name for api in catalog.apis}) == len(catalog.apis)


ONE_URL = {OWN / "postman/terminal.json": (9, 9, 9), PUBLIC / "postman/adyen_terminal_ipp.json": (82, 70, 10)}


@pytest.mark.parametrize("path", present(*ONE_URL), ids=_id)
def test_requests_to_one_url_are_operations_chosen_by_a_nested_field(path: Path) -> None:
    catalog = ingested(path)
    operations, least_pinned, least_categories = ONE_URL[path]
    assert len({api.name for api in catalog.apis}) == operations
    pinned = [api for api in catalog.apis if _category(api.parameters[0].schema)]
    assert len(pinned) >= least_pinned
    assert len({_category(api.parameters[0].schema) for api in pinned}) >= least_categories


def _category(schema: dict[str, Any]) -> str:
    header = schema.get("properties", {}).get("MessageHeader", {})
    assert "MessageCategory" in header.get("required", ["MessageCategory"])
    return "".join(header.get("properties", {}).get("MessageCategory", {}).get("enum", ()))


if PUBLIC.is_dir():

    def test_the_documentation_says_what_reading_makes_of_the_public_ones() -> None:
        page = (Path(__file__).parents[3] / "docs" / "catalogs.md").read_text()
        assert page.partition(START)[2].partition(END)[0] == table(PUBLIC, ingested)


def test_every_code_of_a_diagnostic_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "catalogs.md").read_text()
    package = Path(__file__).parents[3] / "shared" / "catalog"
    noted = {code for file in package.rglob("*.py") for code in _NOTED.findall(file.read_text())}
    assert len(noted) > 25
    assert sorted(code for code in noted if f"`{code}`" not in page) == []
