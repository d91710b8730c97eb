"""Nothing is lost in silence: what is not read has a diagnostic."""

from __future__ import annotations

import pytest

from shared.catalog.ingest import Document, ingest
from shared.catalog.model import Catalog
from shared.errors import CatalogError
from tests.builders.documents import codes, openapi, read

_HEAD = '"openapi": "3.0.0", "info": {"title": "t"}'


def taken(text: str | bytes) -> Catalog:
    return ingest([Document("x", text.encode() if isinstance(text, str) else text)])


@pytest.mark.parametrize("filling", ["", "x" * 300_000], ids=["small", "large"])
def test_a_path_that_stands_twice_has_a_diagnostic(filling: str) -> None:
    paths = f'{{"/a": {{"get": {{"description": "{filling}"}}}}, "/a": {{"post": {{}}}}}}'
    catalog = taken(f'{{{_HEAD}, "paths": {paths}}}')
    assert [(found.code, "/a" in found.message) for found in catalog.diagnostics] == [("repeated_key", True)]


def test_a_yaml_key_that_stands_twice_has_a_diagnostic() -> None:
    text = "openapi: 3.0.0\ninfo: {title: t}\npaths:\n  /a:\n    get: {}\n  /a:\n    post: {}\n"
    assert codes(taken(text)) == ["repeated_key"]


def test_one_name_in_several_objects_is_no_repeated_key() -> None:
    assert (
        codes(taken(f'{{{_HEAD}, "paths": {{"/a": {{"get": {{}}, "post": {{}}}}, "/b": {{"get": {{}}}}}}}}'))
        == []
    )


def test_callbacks_and_links_are_counted() -> None:
    links = {"next": {"operationId": "b"}, "last": {"operationId": "b"}}
    node = {"callbacks": {"paid": {}}, "responses": {"200": {"description": "ok", "links": links}}}
    found = read(openapi({"/a": {"get": node, "post": node}})).diagnostics
    assert [(one.code, one.message.split()[0]) for one in found] == [
        ("callbacks_left_out", "2"),
        ("links_left_out", "4"),
    ]


def test_links_of_shared_responses_are_counted() -> None:
    shared = {"responses": {"Ok": {"description": "ok", "links": {"next": {"operationId": "b"}}}}}
    node = {"responses": {"200": {"$ref": "#/components/responses/Ok"}}}
    assert codes(read(openapi({"/a": {"get": node}}, components=shared))) == ["links_left_out"]


@pytest.mark.parametrize("text", ["note: x\n---\n{}", "{}\n---\nnote: x\n", "{}\n---\njust text\n"])
def test_yaml_documents_beside_a_catalog_are_left_out_with_a_diagnostic(text: str) -> None:
    catalog = taken(text.replace("{}", "openapi: 3.0.0\ninfo: {title: t}\npaths: {/a: {get: {}}}\n"))
    assert (len(catalog.apis), codes(catalog)) == (1, ["further_documents"])


def test_several_catalogs_in_one_yaml_file_are_all_read() -> None:
    one = "openapi: 3.0.0\ninfo: {title: t}\npaths: {/%s: {get: {}}}\n"
    catalog = taken((one % "a") + "---\n" + (one % "b"))
    assert (len(catalog.apis), codes(catalog)) == (2, [])


def test_a_list_of_catalogs_may_be_one_of_several_yaml_documents() -> None:
    one = "openapi: 3.0.0\ninfo: {title: t}\npaths: {/b: {get: {}}}\n"
    listed = '[{openapi: "3.0.0", info: {title: t}, paths: {/a: {get: {}}}}]\n'
    # Begins with a mark, because a file that begins with a bracket is read as JSON.
    catalog = taken("---\n" + listed + "---\n" + one)
    assert (len(catalog.apis), codes(catalog)) == (2, [])


def test_yaml_documents_without_any_catalog_are_refused() -> None:
    with pytest.raises(CatalogError, match="no API catalog"):
        taken("a: 1\n---\nb: 2\n")


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le"])
def test_utf_16_without_a_byte_order_mark_is_taken(encoding: str) -> None:
    text = f'{{{_HEAD}, "paths": {{"/a": {{"get": {{"operationId": "naïve"}}}}}}}}'
    assert taken(text.encode(encoding)).apis[0].original_name == "naïve"
