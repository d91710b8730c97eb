"""The way in: encodings, zips, several documents, limits, and what people upload by mistake."""

from __future__ import annotations

import builtins
import io
import socket
import urllib.request
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.catalog.ingest import Document, ingest
from shared.catalog.limits import Limits
from shared.errors import CatalogError
from tests.builders.documents import (
    EVERY_FORMAT,
    codes,
    collection,
    folder,
    json_document,
    openapi,
    read,
    request,
    yaml_document,
    zipped,
)


def refused(*documents: Document, **limits: Any) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        ingest(documents, limits=Limits(**limits))
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("make", [json_document, yaml_document])
def test_byte_order_marks_and_encodings_are_taken(encoding: str, make: Any) -> None:
    text = make(collection(request("naïve"))).data.decode()
    assert [api.original_name for api in ingest([Document("x", text.encode(encoding))]).apis] == ["naïve"]


def test_western_european_text_is_taken_with_a_diagnostic() -> None:
    data = '{"apis": [{"name": "preço"}]}'.encode("cp1252")
    catalog = ingest([Document("x", data)])
    assert (catalog.apis[0].original_name, codes(catalog)) == ("preço", ["not_utf8"])


@pytest.mark.parametrize(
    "text",
    [
        '{"apis": [{"name": "a",}],}',
        '// c\n{"apis": [{"name": "a" /* c */}]}',
        "{apis: [{name: 'a'}]}",
        '{"apis": [{"name": "a", "description": "two\nlines"}]}',
        '{"apis": [{"name": "a", "parameters": [{"name": "p", "default": NaN}]}]}',
    ],
)
def test_json_as_people_write_it_is_taken_with_a_diagnostic(text: str) -> None:
    catalog = ingest([Document("x", text.encode())])
    assert ([api.name for api in catalog.apis], codes(catalog)) == (["a"], ["lenient_json"])


def test_the_name_of_a_file_says_nothing() -> None:
    data = json_document(EVERY_FORMAT["openapi"]).data
    assert {len(ingest([Document(name, data)]).apis) for name in ("a.yaml", "b.zip", "c.wsdl", "")} == {3}


def test_several_documents_are_one_catalog_with_unique_names() -> None:
    catalog = ingest([json_document(root, name) for name, root in EVERY_FORMAT.items()])
    assert len(catalog.apis) == 13
    one = collection(request("list", "{{b}}/a"), name="One")
    two = collection(request("list", "{{b}}/b"), name="Two")
    names = [api.name for api in ingest([json_document(one), json_document(two)]).apis]
    assert names == ["list_One", "list_Two"]


def test_documents_in_another_order_keep_their_names() -> None:
    documents = [
        json_document(collection(request("list", f"{{{{b}}}}/{i}"), name=f"n{i % 2}")) for i in range(4)
    ]
    named = {api.path: api.name for api in ingest(documents).apis}
    assert {api.path: api.name for api in ingest(documents[::-1]).apis} == named


def test_the_same_bytes_twice_are_read_once() -> None:
    document = json_document(collection(request("a")))
    catalog = ingest([document, Document("copy.json", document.data)])
    assert (len(catalog.apis), codes(catalog)) == (1, ["duplicate_document"])


def test_one_bad_document_among_several_is_an_error_that_names_it() -> None:
    assert "bad.json" in refused(json_document(collection(request("a"))), Document("bad.json", b"{")).message


def test_a_zip_gives_its_documents_and_tells_what_it_left_out() -> None:
    files = {"a.json": collection(request("a")), "sub/b.yaml": yaml_document(collection(request("b"))).data}
    junk = {"README.md": b"# hi", "notes.json": b'{"a": 1}', "__MACOSX/x": b"x", ".hidden": b"x", "sub/": b""}
    catalog = ingest([zipped(**files, **junk)])
    assert sorted(api.name for api in catalog.apis) == ["a", "b"]
    assert codes(catalog) == ["skipped_document"] * 2
    assert {d.where for d in catalog.diagnostics} == {"upload.zip/README.md", "upload.zip/notes.json"}


def test_a_zip_without_a_catalog_is_an_error() -> None:
    error = refused(zipped(**{"notes.json": b'{"a": 1}'}))
    assert error.code == "no_operations"
    assert "notes.json" in error.message


def test_a_path_in_a_zip_leads_nowhere() -> None:
    catalog = ingest([zipped(**{"../../etc/passwd": collection(request("a"))})])
    assert [api.name for api in catalog.apis] == ["a"]


@pytest.mark.parametrize(
    ("document", "limits", "code"),
    [
        (Document("x", b'{"apis": []}' + b" " * 100), {"document_bytes": 50}, "too_large"),
        (zipped(a=b'{"apis": [' + b" " * 5_000_000 + b"]}"), {}, "zip_ratio"),
        (zipped(a=b" " * 3_000), {"document_bytes": 2_000}, "too_large"),
        (zipped(a=b" 1" * 600, b=b"2 " * 600), {"document_bytes": 2_000}, "too_large"),
        (zipped(**{f"f{i}": b"{}" for i in range(9)}), {"zip_entries": 8}, "zip_entries"),
        (Document("x", b"PK\x03\x04junk"), {}, "bad_zip"),
        (zipped(**{"[Content_Types].xml": b"<x/>"}), {}, "not_a_catalog"),
        (Document("x", b"[" * 5_000), {}, "too_deep"),
        (Document("x", b"a: " + b"[" * 5_000), {}, "too_deep"),
        (Document("x", b"- " * 5_000), {}, "too_deep"),
        (Document("x", b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"\n".join(b"%c: &%c [%s]" % (c, c, b", ".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 110))), {}, "alias_expansion"),
        (Document("x", b"a: &a [*a]"), {}, "alias_expansion"),
        (Document("x", b""), {}, "empty"),
        (Document("x", b" \n\t"), {}, "empty"),
        (Document("x", b"# only a comment\n"), {}, "empty"),
        (Document("x", b'{"openapi": "3.0.0", "info": {'), {}, "not_json"),
        (Document("x", b"a: b: c"), {}, "not_yaml"),
        (Document("x", b"just some words"), {}, "not_a_catalog"),
        (Document("x", b"[1, 2]"), {}, "not_a_catalog"),
        (Document("x", b'{"apis": []}'), {}, "no_operations"),
        (json_document(collection()), {}, "no_operations"),
        (json_document(openapi({})), {}, "no_operations"),
        (json_document({"openapi": "3.0.0", "paths": {}}), {}, "invalid_document"),
        (json_document({"info": {"schema": "https://schema.getpostman.com/x"}}), {}, "invalid_document"),
        (Document("x", bytes(range(256))), {}, "not_a_catalog"),
    ],
)  # fmt: skip
def test_an_unusable_upload_is_one_error_with_a_stable_code(
    document: Document, limits: Any, code: str
) -> None:
    error = refused(document, **limits)
    assert error.code == code
    assert document.name in error.message or code == "no_operations"


def test_yaml_that_is_indented_by_tabs_is_told_so() -> None:
    document = Document("x", "info: é\npaths:\n\t/rooms:\n".encode())
    assert "(indented by a tab, where YAML takes spaces alone, line 3)" in refused(document).message


def test_nothing_uploaded_is_an_error() -> None:
    assert refused().code == "no_operations"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (
            {"id": "1", "name": "x", "order": [], "requests": [{"id": "2", "url": "x"}]},
            "Postman collection v1",
        ),
        ({"log": {"version": "1.2", "entries": []}}, "HTTP archive"),
        ({"_type": "export", "__export_format": 4, "resources": []}, "Insomnia"),
        ("type: collection.insomnia.rest/5.0\nname: x\n", "Insomnia"),
        ({"name": "x", "version": "1", "items": [], "environments": []}, "Bruno collection"),
        ("meta {\n  name: x\n}\n", "Bruno"),
        ({"id": "1", "values": [], "_postman_variable_scope": "environment"}, "Postman environment"),
        ({"version": 1, "collections": [], "environments": []}, "Postman data dump"),
        ({"v": 2, "name": "x", "folders": [], "requests": []}, "Hoppscotch"),
        ({"swaggerVersion": "1.2", "apis": []}, "Swagger 1"),
        ({"asyncapi": "3.0.0", "channels": {}}, "AsyncAPI"),
        ({"openrpc": "1.2", "methods": []}, "OpenRPC"),
        ({"kind": "discovery#restDescription"}, "discovery"),
        ({"data": {"__schema": {}}}, "introspection"),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}, "JSON Schema"),
        ("apiVersion: v1\nkind: Pod\n", "deployment manifest"),
        ('<?xml version="1.0"?><wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"/>', "WSDL"),
        ('<application xmlns="http://wadl.dev.java.net/2009/02"/>', "WADL"),
        ("<!DOCTYPE html><html></html>", "HTML"),
        ("<a/>", "XML"),
        ("#%RAML 1.0\ntitle: x\n", "RAML"),
        ("FORMAT: 1A\n# The API\n", "API Blueprint"),
        ("# The API\n\nSome words.\n\n## Things [/things]\n\n### List [GET]\n", "API Blueprint"),
        ('// words\n/* more */\nsyntax = "proto3";\n', "Protocol Buffers"),
        ([{"v": 2, "name": "x", "folders": [], "requests": []}], "Hoppscotch"),
        ({"name": "x", "requests": [{"name": "a", "url": "x"}]}, "Postman collection v1"),
        ({"opencollection": "1.0.0", "items": []}, "Bruno collection"),
        ({"apidogProject": "1.0.0", "apiCollection": []}, "Apidog"),
        ({"yaakVersion": "1", "resources": {}}, "Yaak"),
        ({"name_for_model": "x", "api": {"url": "x"}}, "plugin manifest"),
        ('syntax = "proto3";\n', "Protocol Buffers"),
        ('"""Doc"""\ntype Query {\n  a: String\n}\n', "GraphQL schema"),
        ("schema {\n query: Q\n}\n", "GraphQL schema"),
        ("query A { b }", "GraphQL request"),
        ("curl -X POST https://x", "curl"),
        ("### get\nGET https://x/y\n", ".http"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89PNG\r\n", "picture"),
    ],
)
def test_other_formats_are_told_what_they_are_and_what_to_export(content: Any, what: str) -> None:
    data = (
        content
        if isinstance(content, bytes)
        else content.encode()
        if isinstance(content, str)
        else orjson.dumps(content)
    )
    error = refused(Document("upload", data))
    assert error.code == "unsupported_format"
    assert what in error.message
    assert "OpenAPI" in error.message


def test_no_document_makes_ingestion_open_or_fetch_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.json",
        "../../secrets.yaml",
        "https://example.com/a#/b",
        "/etc/hosts",
    ]
    refs = {f"r{i}": {"$ref": place} for i, place in enumerate(places)}
    operation = {
        "externalDocs": {"url": places[1]}, "parameters": [{"$ref": place} for place in places],
        "requestBody": {"$ref": places[0]}, "responses": {"200": {"$ref": places[2]}},
    }  # fmt: skip
    documents = [
        json_document(
            openapi(
                {**{f"/p{i}": {"$ref": place} for i, place in enumerate(places)}, "/a": {"post": operation}},
                components={"schemas": refs},
                servers=[{"url": places[1]}],
            )
        ),
        yaml_document(
            openapi(
                {
                    "/b": {
                        "put": {
                            "requestBody": {"content": {"application/json": {"schema": {"properties": refs}}}}
                        }
                    }
                }
            )
        ),
        Document(
            "y",
            b"swagger: '2.0'\ninfo: !include /etc/passwd\nbase: !!python/object/apply:os.system ['true']\npaths: {}\n",
        ),
        json_document(
            collection(
                *[
                    request(f"r{i}", place, "POST", body={"mode": "file", "file": {"src": place}})
                    for i, place in enumerate(places)
                ]
            )
        ),
        json_document(
            collection(
                folder(
                    "f",
                    request(
                        "q",
                        body={"mode": "formdata", "formdata": [{"key": "k", "type": "file", "src": places}]},
                    ),
                )
            )
        ),
        zipped(
            **{
                "a.json": openapi({"/z": {"get": {"responses": {"200": {"$ref": "b.json#/x"}}}}}),
                "b.json": {"x": {}},
            }
        ),
        *[make(root) for root in EVERY_FORMAT.values() for make in (json_document, yaml_document)],
    ]
    for document in documents:  # whatever is imported lazily is imported now
        _outcome(document)

    def forbidden(*_: object, **__: object) -> Any:
        raise AssertionError("ingestion reached outside")

    monkeypatch.setattr(builtins, "open", forbidden)
    monkeypatch.setattr(io, "open", forbidden)
    monkeypatch.setattr(Path, "open", forbidden)
    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    monkeypatch.setattr(urllib.request, "urlopen", forbidden)
    outcomes = [_outcome(document) for document in documents]
    assert outcomes.count("error") == 1  # a document whose `info` names a file has no `info`
    assert all(
        place not in str(catalog.apis) for catalog in outcomes if catalog != "error" for place in places[3:4]
    )


def _outcome(document: Document) -> Any:
    try:
        return ingest([document])
    except CatalogError:
        return "error"


def test_diagnostics_over_the_limit_are_counted() -> None:
    catalog = ingest(
        [json_document(collection(*[request(f"r{i}", method="") for i in range(9)]))],
        limits=Limits(diagnostics=3),
    )
    assert codes(catalog) == ["missing_method"] * 3 + ["more_diagnostics"]
    assert catalog.diagnostics[-1].message.startswith("6 ")


def test_texts_are_one_line_cut_between_words_and_scrubbed() -> None:
    text = "Lists the orders.\n\n" + "word " * 200 + "ada.lovelace@corp.example.com"
    (api,) = read(
        {
            "apis": [
                {
                    "name": "a",
                    "description": text,
                    "parameters": [{"name": "p", "description": "ask ada.lovelace@analytical-engines.com"}],
                }
            ]
        }
    ).apis
    assert api.description.startswith("Lists the orders. word")
    assert api.description.endswith("word…")
    assert len(api.description) <= 500
    assert "ada.lovelace@analytical" not in repr(api)


def test_examples_over_the_limit_are_not_kept() -> None:
    (api,) = read(collection(request("r", method="POST", body={"small": [1], "big": ["x" * 300] * 9}))).apis
    assert {p.name: p.default for p in api.parameters} == {"small": [1], "big": None}


NINE = {
    "OpenAPI": openapi({f"/p{i}": {"get": {"summary": "x"}} for i in range(9)}),
    "Postman": collection(folder("f", *[request(f"r{i}", f"{{{{base}}}}/p{i}") for i in range(9)])),
    "simple form": [{"name": f"f{i}", "parameters": {}} for i in range(9)],
}


@pytest.mark.parametrize("root", NINE.values(), ids=NINE)
def test_operations_over_the_limit_are_counted_and_not_read(root: Any) -> None:
    whole = ingest([json_document(root)])
    catalog = ingest([json_document(root)], limits=Limits(operations=4))
    assert [api.name for api in catalog.apis] == [api.name for api in whole.apis[:4]]
    (told,) = [d.message for d in catalog.diagnostics if d.code == "operation_limit"]
    assert told.startswith("5 operations over the limit of 4")


def test_the_limit_of_operations_is_one_for_all_documents_of_an_upload() -> None:
    documents = [json_document(root, f"{number}.json") for number, root in enumerate(NINE.values())]
    catalog = ingest(documents, limits=Limits(operations=12))
    assert len(catalog.apis) == 12
    (told,) = [d.message for d in catalog.diagnostics if d.code == "operation_limit"]
    assert told.startswith("15 operations")


def test_an_unusable_document_of_a_zip_takes_no_room_from_the_others() -> None:
    one = openapi({"/a": {"get": {}}})
    broken = [one, {**one, "info": None}]
    catalog = ingest([zipped(a=broken, b=NINE["OpenAPI"])], limits=Limits(operations=9))
    assert len(catalog.apis) == 9
    assert "operation_limit" not in codes(catalog)
