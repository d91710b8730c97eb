"""A large document read in pieces gives what it gives as a whole."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from shared.catalog.external_refs import note_external_refs
from shared.catalog.ingest import Document, ingest
from shared.catalog.json_text import parse_json
from shared.catalog.limits import Limits
from shared.catalog.model import Catalog
from shared.catalog.naming import assign_names
from shared.catalog.pieces import Pieces
from shared.catalog.reading import Reading
from shared.catalog.serialize import to_json
from shared.catalog.sniff import read_document
from shared.errors import CatalogError
from tests.builders.catalogs import PUBLIC
from tests.builders.documents import collection, folder, json_document, large, openapi, request, swagger

PUBLIC_JSON = sorted(PUBLIC.rglob("*.json")) if PUBLIC.is_dir() else []
OK = {"responses": {"200": {"description": "ok"}}}


def as_a_whole(document: Document) -> Catalog:
    """The catalog of a document whose reader never has pieces."""
    reading = Reading(Limits())
    [(title, description, drafts)] = read_document(document.data, document.name, reading)
    names = assign_names([draft.hints for draft in drafts])
    apis = [draft.named(name) for draft, name in zip(drafts, names, strict=True)]
    return Catalog(title, description, tuple(apis), reading.diagnostics())


def body(schema: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}, **OK}


def is_in_pieces(document: Document) -> bool:
    return isinstance(parse_json(document.data, document.name, may_be_pieces=True)[0], Pieces)


@pytest.mark.skipif(not PUBLIC_JSON, reason="the folder of public catalogs is not there")
def test_public_catalogs_are_the_same_in_pieces() -> None:
    compared = 0
    for path in PUBLIC_JSON:
        document = large(Document(path.name, path.read_bytes()))
        try:
            pieces = is_in_pieces(document)
            whole = as_a_whole(document)
        except (CatalogError, ValueError):
            continue
        if pieces and whole.apis and whole.name:
            assert to_json(ingest([document])) == to_json(whole), path.name
            compared += 1
    assert compared >= 25


@pytest.mark.parametrize(
    "document",
    [
        openapi({"/a": {"get": OK}}),
        swagger({"/a": {"get": OK}}, definitions={"A": {"type": "object"}}),
        collection(folder("a", request("one"))),
    ],
)
def test_a_large_catalog_is_read_in_pieces_and_a_small_one_is_not(document: Any) -> None:
    assert is_in_pieces(large(json_document(document)))
    assert not is_in_pieces(json_document(document))


@pytest.mark.parametrize(
    "document",
    [
        {"paths": {"/a": {"get": OK}}, "info": {}},
        {"tools": [{"name": "paths", "parameters": {}}], "x": '"paths"'},
        {"collection": collection(request("one"))},
        [openapi({"/a": {"get": OK}})],
    ],
)
def test_any_other_large_document_is_read_as_a_whole(document: Any) -> None:
    made = json_document(document)
    assert not is_in_pieces(large(made))
    assert to_json(ingest([large(made)])) == to_json(ingest([made]))


@pytest.mark.parametrize(
    "ref",
    [
        "#/x-shared/schemas/Pet",  # a member that no reader asks for
        "#/components/schemas/Pet",
        "#/components/x-more/Pet",
        "#/paths/~1pets/get/x-schema",
        "#/paths/%2Fpets/get/x-schema",
        "#/definitions/Pet",
        "#/components/schemas/None",
        "#/nowhere/Pet",
        "#",
    ],
)
def test_a_reference_leads_wherever_it_does_in_the_whole(ref: str) -> None:
    pet = {"type": "object", "properties": {"name": {"type": "string"}}}
    document = json_document(
        openapi(
            {
                "/owners": {"post": body({"type": "object", "properties": {"pet": {"$ref": ref}}})},
                "/pets": {"get": {**OK, "x-schema": pet}},
                "/cats": {"put": body({"$ref": ref})},
            },
            components={"schemas": {"Pet": pet}, "x-more": {"Pet": pet}},
            definitions={"Pet": pet},
            **{"x-shared": {"schemas": {"Pet": pet}}},
        )
    )
    assert is_in_pieces(large(document))
    assert to_json(ingest([large(document)])) == to_json(ingest([document]))


def test_what_was_read_and_freed_is_not_taken_for_what_comes_after_it() -> None:
    """Schemas and parameters are known by identity, and a new one may stand where an old one was."""
    paths = {
        f"/things{number}": {
            "post": {
                "parameters": [{"name": f"query_{number}", "in": "query", "schema": {"type": "integer"}}],
                **body({"type": "object", "properties": {f"field_{number}": {"type": "array", "items": {}}}}),
            }
        }
        for number in range(2_000)
    }
    for number, api in enumerate(ingest([large(json_document(openapi(paths)))]).apis):
        assert [parameter.name for parameter in api.parameters] == [f"query_{number}", f"field_{number}"]


@pytest.mark.parametrize(
    "told",
    [
        b"1e999",  # a number out of range
        b"9" * 5_000,
        b'"\xff"',  # no UTF-8
        b"[" * 900 + b"]" * 900,
        b"[" * 200_000 + b"]" * 200_000,
        b'{"a": 1,}',
    ],
)
@pytest.mark.parametrize(
    "root",
    [openapi({"/a": {"get": {**OK, "description": "HERE"}}}), collection(request("one", body={"a": "HERE"}))],
)
def test_a_piece_that_cannot_be_decoded_is_no_loss(root: Any, told: bytes) -> None:
    data = orjson.dumps(root).replace(b'"HERE"', told).replace(b'\\"HERE\\"', told.replace(b'"', b""))

    def read(document: Document) -> bytes:
        try:
            return to_json(ingest([document]))
        except CatalogError as error:
            return error.code.encode()

    document = Document("a.json", data)
    assert read(large(document)) == read(document)


def test_example_responses_and_parts_of_urls_are_read_in_pieces() -> None:
    answer = {
        "name": "ok",
        "code": 200,
        "body": '{"id": 1}',
        "originalRequest": {"body": {"raw": '{"a": 1}'}},
    }
    url = {"protocol": "https", "host": ["api", "example", "com"], "port": "8443", "path": ["things", ":id"]}
    document = json_document(
        collection(
            folder("a", request("one", url, "POST", body={"a": 1, "b": 2}, response=[answer, 7, "x"])),
            request("one", url, "POST", header="Accept: text/plain\nX-Tenant: acme", response={"a": 1}),
            request("one", url, "POST", header=[{"key": "X-Tenant", "value": "acme"}]),
            "no item",
            event=[{"listen": "test"}],
        )
    )
    catalog = ingest([large(document)])
    assert to_json(catalog) == to_json(ingest([document]))
    assert catalog.apis[0].path == "https://api.example.com:8443/things/:id"
    assert catalog.apis[0].responses["properties"] == {"id": {"type": "integer"}}
    assert {parameter.name: parameter.required for parameter in catalog.apis[0].parameters} == {
        "id": True,
        "a": True,
        "b": False,
    }


_SPACES = ("", " ", "\t", "   ")


@pytest.mark.parametrize("quotes", [('"', '"'), ("'", "'"), ("", ""), ("", '"'), ("", "'"), ('"', "'")])
def test_a_reference_to_another_document_is_found_in_any_notation(quotes: tuple[str, str]) -> None:
    key, value = quotes
    starts = [chr(code) for code in (*range(0x20, 0x7F), 0xE9, 0x4E2D, 0x1F600)]
    room = " " * 200_000
    for before in _SPACES:
        for after in _SPACES:
            for start in starts:
                text = f"{key}$ref{key}{before}:{after}{value}{start}pets.yaml{value} "
                small, big = Reading(Limits()), Reading(Limits())
                note_external_refs(text.encode(), small)
                note_external_refs((text + room).encode(), big)
                assert small.diagnostics() == big.diagnostics(), text


def test_references_into_the_document_are_not_noted() -> None:
    notations = ('"$ref": "#/a"', '"$ref":"#/a"', "$ref: '#/a'", '$ref: "#/a"', '"$ref" :  "#/a"')
    reading = Reading(Limits())
    note_external_refs((" ".join(notations) + " " * 200_000).encode(), reading)
    assert reading.diagnostics() == ()
    note_external_refs(b'{"$ref": "pets.json#/a"}' + b" " * 200_000, reading)
    assert [re.sub(r"#.*", "", found.where) for found in reading.diagnostics()] == ["pets.json"]
