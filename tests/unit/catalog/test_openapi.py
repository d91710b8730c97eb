"""OpenAPI 3.x and Swagger 2.0 as they really look."""

from __future__ import annotations

import copy
import gc
from typing import Any

import pytest

from shared.catalog.ingest import Document, ingest
from shared.catalog.limits import Limits
from shared.catalog.model import Api
from shared.errors import CatalogError
from tests.builders.documents import codes, json_document, only, openapi, read, swagger, yaml_document


def operation(verb: str = "get", path: str = "/a", more: Any = None, **node: Any) -> dict[str, Any]:
    return openapi({path: {verb: node}}, **(more or {}))


def body(schema: Any, media: str = "application/json", required: bool = True) -> dict[str, Any]:
    return {"content": {media: {"schema": schema}}, "required": required}


def success(schema: Any) -> dict[str, Any]:
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


def said(api: Api) -> dict[str, tuple[str, str, bool]]:
    return {p.name: (p.location, p.type, p.required) for p in api.parameters}


@pytest.mark.parametrize(
    ("operation_id", "path", "name"),
    [
        ("getOrder", "/orders", "getOrder"),
        ("find pet by id", "/pets", "find_pet_by_id"),
        ("post_token#refresh", "/token", "post_token_refresh"),
        ("", "/orders/{id}/lines", "get_orders_id_lines"),
        ("", "/", "get_root"),
        ("a" * 70, "/x", "a" * 40),
        ("very.long.group." + "b" * 60, "/x", "b" * 60),
    ],
)
def test_a_name_comes_from_the_operation_id_or_verb_and_path(operation_id: str, path: str, name: str) -> None:
    found = only(operation(path=path, operationId=operation_id)).name
    assert found.startswith(name)
    assert len(found) <= 64


def test_operations_that_share_an_id_are_told_apart_by_what_they_are() -> None:
    root = openapi(
        {
            "/a": {"get": {"operationId": "run"}, "post": {"operationId": "run"}},
            "/b": {"get": {"operationId": "run"}},
        }
    )
    assert {api.name for api in read(root).apis} == {"run_get_a", "run_post", "run_get_b"}


def test_path_parameters_are_inherited_and_overridden() -> None:
    item = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "q", "in": "query"},
        ],
        "get": {
            "parameters": [{"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}}]
        },
    }
    assert said(only(openapi({"/a/{id}": item}))) == {
        "id": ("path", "string", True),
        "q": ("query", "integer", True),
    }


@pytest.mark.parametrize(
    ("flag", "required"),
    [(True, True), ("true", True), ("false", False), (False, False), ("no", False), (1, False)],
)
def test_required_as_a_string_is_no_trap(flag: Any, required: bool) -> None:
    api = only(operation(parameters=[{"name": "q", "in": "query", "required": flag, "schema": {}}]))
    assert api.parameters[0].required is required


def test_an_undeclared_path_variable_is_a_parameter_with_a_diagnostic() -> None:
    catalog = read(operation(path="/a/{id}"))
    assert said(catalog.apis[0]) == {"id": ("path", "string", True)}
    assert codes(catalog) == ["undeclared_path_parameter"]


def test_fields_of_a_body_are_parameters_and_read_only_ones_are_not() -> None:
    schema = {
        "required": ["name", "id"],
        "properties": {
            "id": {"type": "integer", "readOnly": True}, "name": {"type": "string", "example": "ada"},
            "deep": {"type": "object", "properties": {"x": {"type": "number"}}},
        },
    }  # fmt: skip
    api = only(operation("post", requestBody=body(schema)))
    assert said(api) == {"name": ("body", "string", True), "deep": ("body", "object", False)}
    assert (api.parameters[0].default, api.parameters[1].schema["properties"]) == (
        "ada",
        {"x": {"type": "number"}},
    )


@pytest.mark.parametrize(
    ("media", "location"),
    [
        ("application/vnd.api+json", "body"),
        ("application/x-www-form-urlencoded", "form"),
        ("multipart/form-data; x=y", "form"),
    ],
)
def test_media_types_give_the_location(media: str, location: str) -> None:
    api = only(operation("post", requestBody=body({"properties": {"a": {"type": "string"}}}, media)))
    assert said(api) == {"a": (location, "string", False)}


@pytest.mark.parametrize(
    ("media", "schema"), [("text/xml", {"type": "object"}), ("application/json", {"type": "array"})]
)
def test_a_body_without_fields_is_one_parameter(media: str, schema: Any) -> None:
    assert list(said(only(operation("post", requestBody=body(schema, media))))) == ["body"]


def test_an_optional_body_requires_nothing() -> None:
    schema = {"required": ["a"], "properties": {"a": {"type": "string"}}}
    assert not only(operation("post", requestBody=body(schema, required=False))).parameters[0].required


def test_all_of_is_merged_and_variants_are_kept() -> None:
    components = {
        "components": {
            "schemas": {
                "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
                "Cat": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Base"},
                        {"properties": {"lives": {"type": "integer"}}},
                    ]
                },
                "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"type": "string"}]},
            }
        }
    }
    shape = only(
        operation(more=components, responses=success({"$ref": "#/components/schemas/Pet"}))
    ).responses
    cat, text = shape["anyOf"]
    assert (list(cat["properties"]), cat["required"], text) == (["id", "lives"], ["id"], {"type": "string"})


ONE, TWO = {"const": 1, "title": "one"}, {"const": 2, "description": "x", "x-name": "two"}


@pytest.mark.parametrize(
    ("schema", "closed"),
    [
        ({"type": "integer", "oneOf": [ONE, TWO]}, {"type": "integer", "enum": [1, 2]}),
        ({"anyOf": [ONE, {"enum": [2, 3]}]}, {"enum": [1, 2, 3]}),
        ({"oneOf": [{"type": "string", "const": "a"}, {"type": "string", "enum": ["b"]}]}, {"type": "string", "enum": ["a", "b"]}),
        ({"oneOf": [{"type": "string", "const": "a"}, {"type": "integer", "const": 1}]}, {"enum": ["a", 1]}),
        ({"oneOf": [{"const": value} for value in range(40)]}, {"enum": [*range(40)]}),
        # Variants that say more than a value stay what they are.
        ({"anyOf": [ONE, {"type": "string"}]}, {"anyOf": [{"enum": [1]}, {"type": "string"}]}),
        ({"anyOf": [ONE, {"enum": [2, 3], "minimum": 3}]}, {"anyOf": [{"enum": [1]}, {"minimum": 3, "enum": [2, 3]}]}),
        ({"oneOf": [ONE, {"enum": []}]}, {}),
        ({"anyOf": []}, {}),
        ({"enum": [3, 2], "anyOf": [ONE, TWO]}, {"enum": [2]}),
        ({"oneOf": [{"const": value} for value in range(501)]}, {}),
    ],
)  # fmt: skip
def test_variants_that_are_one_value_each_are_an_enum(schema: Any, closed: Any) -> None:
    api = only(operation("post", requestBody=body({"properties": {"a": schema}})))
    assert api.parameters[0].schema == closed
    assert api.parameters[0].enum == tuple(closed.get("enum", ()))


@pytest.mark.parametrize("word", ["properties", "required"])
@pytest.mark.parametrize("odd", [None, True, "a", 1, []])
def test_a_part_of_all_of_that_is_malformed_leaves_the_others(word: str, odd: Any) -> None:
    sound = {"properties": {"a": {"type": "string"}}, "required": ["a"]}
    api = only(operation("post", requestBody=body({"allOf": [{word: odd}, sound]})))
    assert said(api) == {"a": ("body", "string", True)}


def test_a_body_of_variants_has_the_fields_of_all_and_requires_what_all_require() -> None:
    one = {
        "type": "object",
        "required": ["kind", "a"],
        "properties": {"kind": {"type": "string", "enum": ["x"]}, "a": {"type": "string"}},
    }
    two = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "enum": ["y"]}, "b": {"type": "string"}},
    }
    api = only(operation("post", requestBody=body({"oneOf": [one, two]})))
    assert {p.name: p.required for p in api.parameters} == {"kind": True, "a": False, "b": False}
    assert api.parameters[0].enum == ("x", "y")


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/components/schemas/A"},
        {"properties": {"a": {"$ref": "#/components/schemas/A"}}},
        {"$ref": "#/components/schemas/Loop"},
        {"$ref": "#/components/schemas/Self"},
        {"$ref": "#/components/schemas/Both"},
    ],
)
def test_cycles_end(schema: Any) -> None:
    ref = "#/components/schemas/"
    components = {
        "components": {
            "schemas": {
                "A": {
                    "type": "object",
                    "properties": {
                        "next": {"$ref": ref + "A"},
                        "all": {"type": "array", "items": {"$ref": ref + "A"}},
                    },
                },
                "Loop": {"$ref": ref + "Loop"},
                "Self": {"allOf": [{"$ref": ref + "Self"}], "properties": {"x": {"type": "string"}}},
                "Both": {"anyOf": [{"$ref": ref + "Both"}, {"type": "null"}]},
            }
        }
    }
    document = operation("post", more=components, requestBody=body(schema), responses=success(schema))
    gc.collect()
    catalog = read(document)
    assert gc.collect() == 0, "reading left cycles behind, which only a search for them frees"
    assert len(repr(catalog)) < 40_000
    assert "$ref" not in repr(catalog.apis)


def test_a_schema_of_too_many_fields_is_closed_with_fewer_levels() -> None:
    deep: dict[str, Any] = {
        "type": "object",
        "properties": {f"f{i}": {"$ref": "#/components/schemas/D"} for i in range(30)},
    }
    catalog = read(
        operation(
            more={"components": {"schemas": {"D": deep}}},
            responses=success({"$ref": "#/components/schemas/D"}),
        )
    )
    assert len(catalog.apis[0].responses["properties"]) == 30
    assert len(repr(catalog)) < 20_000


@pytest.mark.parametrize(
    ("schema", "closed"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "null", "nullable": True}, {"type": "null"}),
        ({"type": ["integer", "null"]}, {"type": ["integer", "null"]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, {"type": "integer", "minimum": 3, "exclusiveMinimum": 3}),
        ({"type": "file"}, {"type": "string", "format": "binary"}),
        ({"type": "string", "pattern": "(a+)+$", "minLength": "x", "x-any": 1, "description": "d"}, {"type": "string", "pattern": "(a+)+$"}),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}),
        (True, {}),
        ({"additionalProperties": {"type": "string"}}, {"type": "object", "additionalProperties": {"type": "string"}}),
    ],
)  # fmt: skip
def test_schemas_are_brought_to_one_draft(schema: Any, closed: Any) -> None:
    assert (
        only(operation(parameters=[{"name": "q", "in": "query", "schema": schema}])).parameters[0].schema
        == closed
    )


def test_external_references_are_told_and_never_followed() -> None:
    refs = ["other.yaml#/a", "http://127.0.0.1:1/x.json", "file:///etc/passwd", "../../../etc/passwd#/x"]
    schema = {"properties": {f"p{i}": {"$ref": ref} for i, ref in enumerate(refs)}}
    catalog = read(operation("post", requestBody=body(schema), parameters=[{"$ref": refs[0]}]))
    assert [p.schema for p in catalog.apis[0].parameters] == [{}, {}, {}, {}]
    assert codes(catalog).count("external_ref") == 4


@pytest.mark.parametrize("make", [json_document, yaml_document])
def test_an_external_reference_that_no_operation_reaches_is_told_too(make: Any) -> None:
    root = {**operation(), "x-policy": {"$ref": "../policies.yaml"}, "x-inner": {"$ref": "#/paths"}}
    catalog = ingest([make(root)])
    assert [(d.code, d.where) for d in catalog.diagnostics] == [("external_ref", "../policies.yaml")]


def test_a_reference_to_nothing_is_told() -> None:
    assert "broken_ref" in codes(read(operation(responses=success({"$ref": "#/components/schemas/Nope"}))))


def test_swagger_bodies_forms_and_files_are_read() -> None:
    root = swagger(
        {
            "/a": {
                "post": {
                    "parameters": [
                        {"name": "b", "in": "body", "required": True, "schema": {"$ref": "#/definitions/B"}},
                        {"name": "h", "in": "header", "type": "string"},
                    ],
                    "responses": {"201": {"schema": {"$ref": "#/definitions/B"}}},
                },
                "put": {
                    "parameters": [
                        {"name": "f", "in": "formData", "type": "file", "required": True},
                        {"$ref": "#/parameters/p"},
                    ]
                },
            }
        },
        definitions={"B": {"type": "object", "required": ["n"], "properties": {"n": {"type": "string"}}}},
        parameters={"p": {"name": "p", "in": "formData", "type": "integer", "format": "int32", "default": 3}},
    )
    post, put = read(root).apis
    assert said(post) == {"h": ("header", "string", False), "n": ("body", "string", True)}
    assert post.responses["properties"] == {"n": {"type": "string"}}
    assert said(put) == {"f": ("form", "string", True), "p": ("form", "integer", False)}
    assert put.parameters[1].default == 3


def test_integer_keys_of_yaml_are_codes() -> None:
    text = b"swagger: 2.0\ninfo: {}\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          schema: {type: array, items: {type: string}}\n"
    (api,) = ingest([Document("x", text)]).apis
    assert api.responses == {"type": "array", "items": {"type": "string"}}


def test_the_first_success_gives_the_shape_and_an_error_never_does() -> None:
    responses = {
        "404": success({"type": "string"})["200"],
        "201": success({"type": "integer"})["200"],
        "default": {},
    }
    assert only(operation(responses=responses)).responses == {"type": "integer"}
    assert only(operation(responses={"404": success({"type": "string"})["200"]})).responses == {}


def test_an_example_gives_the_shape_where_there_is_no_schema() -> None:
    responses = {"200": {"content": {"application/json": {"example": {"id": 3}}}}}
    assert only(operation(responses=responses)).responses == {
        "type": "object",
        "properties": {"id": {"type": "integer"}},
    }


def test_webhooks_are_told_and_a_document_of_webhooks_alone_is_an_error() -> None:
    hooks = {"webhooks": {"paid": {"post": {}}}}
    assert codes(read(operation(more=hooks))) == ["webhook_left_out"]
    with pytest.raises(CatalogError, match="webhook") as caught:
        read({"openapi": "3.1.0", "info": {"title": "x"}, **hooks})
    assert caught.value.code == "no_operations"


def test_cookies_and_what_clients_send_by_themselves_are_left_out() -> None:
    parameters = [
        {"name": "sid", "in": "cookie"}, {"name": "Authorization", "in": "header", "required": True},
        {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}},
    ]  # fmt: skip
    catalog = read(operation(parameters=parameters))
    assert {p.name: p.required for p in catalog.apis[0].parameters} == {"If-Match": True}
    assert codes(catalog) == ["cookie_left_out", "header_left_out"]


def test_one_name_in_two_places_is_two_parameters() -> None:
    root = operation("put", "/a/{id}", requestBody=body({"properties": {"id": {"type": "integer"}}}))
    catalog = read(root)
    assert said(catalog.apis[0]) == {"id": ("path", "string", True), "body_id": ("body", "integer", False)}
    assert "repeated_parameter" in codes(catalog)


@pytest.mark.parametrize(
    "junk",
    [None, 7, "x", [], [3], {"get": 3}, {"get": None}, {"$ref": "#/nope"}, {"parameters": 3, "get": {}}],
)
def test_malformed_paths_and_operations_are_told(junk: Any) -> None:
    catalog = read(openapi({"/bad": junk, "/good": {"get": {"operationId": "good"}}}))
    assert "good" in [api.name for api in catalog.apis]
    assert catalog.diagnostics or junk == {}


@pytest.mark.parametrize("version", ["3.0", "3.0.3", "3.1.0", "3.2.0", 3.1])
def test_every_version_3_is_read_as_json_and_yaml(version: Any) -> None:
    root = {**operation(), "openapi": version}
    for document in (json_document(root), yaml_document(root)):
        assert len(ingest([document]).apis) == 1


@pytest.mark.parametrize("root", [{"openapi": "4.0.0"}, {"openapi": "1.2"}, {"swagger": "1.2"}])
def test_other_versions_are_one_error(root: Any) -> None:
    with pytest.raises(CatalogError) as caught:
        read({**root, "info": {}, "paths": {}})
    assert caught.value.code == "unsupported_format"


def test_references_over_the_limit_are_left_open() -> None:
    schemas = {
        f"S{i}": {"type": "object", "properties": {"n": {"$ref": f"#/components/schemas/S{i + 1}"}}}
        for i in range(50)
    }
    paths = {
        f"/p{i}": {"get": {"responses": success({"$ref": f"#/components/schemas/S{i}"})}} for i in range(40)
    }
    catalog = ingest(
        [json_document(openapi(paths, components={"schemas": schemas}))], limits=Limits(ref_expansions=10)
    )
    assert len(catalog.apis) == 40
    assert "ref_limit" in codes(catalog)


def test_equal_parameters_and_fields_of_several_operations_are_read_alike() -> None:
    field = {"type": "string", "enum": ["a", "b"], "description": "Which one"}
    operation: dict[str, Any] = {
        "parameters": [{"name": "kind", "in": "query", "schema": dict(field)}],
        "requestBody": body({"properties": {"mode": dict(field)}}),
        "responses": {},
    }
    other = copy.deepcopy(operation)
    other["requestBody"]["content"]["application/json"]["schema"]["required"] = ["mode"]
    one, two = read(openapi({"/a": {"post": operation}, "/b": {"post": other}})).apis
    assert one.parameter("kind") == two.parameter("kind")
    assert [argument.enum for argument in two.parameters] == [("a", "b")] * 2
    assert [api.parameter("mode").required for api in (one, two)] == [False, True]


def test_an_enum_is_scrubbed_by_the_name_it_stands_under() -> None:
    values = {"type": "string", "enum": ["a1B2c3D4e5F6g7H8i9J0k1L2"]}
    schema = {"properties": {"label_id": dict(values), "api_key": dict(values)}}
    body = {"content": {"application/json": {"schema": schema}}}
    (api,) = read(openapi({"/a": {"post": {"requestBody": body, "responses": {}}}})).apis
    assert api.parameter("label_id").enum == ("a1B2c3D4e5F6g7H8i9J0k1L2",)
    assert api.parameter("api_key").enum == ("<secret:string>",)


def test_a_field_takes_the_default_of_the_schema_that_it_refers_to() -> None:
    fields = {
        "a": {"$ref": "#/components/schemas/Size"},
        "b": {"allOf": [{"$ref": "#/components/schemas/Size"}]},
    }
    media = {"schema": {"type": "object", "properties": fields}, "example": {"a": 5}}
    body = {"content": {"application/json": media}}
    root = openapi(
        {"/x": {"post": {"requestBody": body, "responses": {}}}},
        components={"schemas": {"Size": {"type": "integer", "default": 3}}},
    )
    assert [p.default for p in only(root).parameters] == [3, 3]


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ({"type": "boolean", "default": 1}, True),
        ({"type": "boolean", "default": "False"}, False),
        ({"type": "boolean", "default": 2}, None),
        ({"type": "string", "enum": ["a", "b"], "default": "A"}, None),
        ({"type": "string", "enum": ["a", "b"], "example": "b"}, "b"),
    ],
)
def test_a_default_is_a_value_that_a_call_may_have(schema: Any, default: Any) -> None:
    parameter = {"name": "p", "in": "query", "schema": schema}
    assert only(openapi({"/x": {"get": {"parameters": [parameter]}}})).parameters[0].default == default


def test_of_two_media_types_of_a_kind_the_one_with_a_schema_is_read() -> None:
    content = {
        "application/json": {"examples": {"one": {"value": None}}},
        "application/json; charset=utf-8": {"schema": {"type": "array", "items": {"type": "string"}}},
    }
    api = only(openapi({"/x": {"get": {"responses": {"200": {"content": content}}}}}))
    assert api.responses == {"type": "array", "items": {"type": "string"}}


def test_an_example_may_be_json_as_text() -> None:
    content = {"application/json": {"examples": {"one": {"value": '{"id": 1}'}}}}
    api = only(openapi({"/x": {"get": {"responses": {"200": {"content": content}}}}}))
    assert api.responses["properties"] == {"id": {"type": "integer"}}


def test_variants_too_many_to_be_kept_are_one_with_what_tells_them_apart() -> None:
    kind = {"type": {"enum": ["card", "bank"]}, "brand": {"type": "string"}}
    variants = [
        {
            "required": ["type"],
            "properties": {"type": {"const": f"k{n}"}, **{f"f{n}_{i}": {} for i in range(4)}},
        }
        for n in range(58)
    ]
    content = {
        "application/json": {"schema": {"oneOf": [*variants, {"properties": kind, "required": ["type"]}]}}
    }
    catalog = read(openapi({"/x": {"get": {"responses": {"200": {"content": content}}}}}))
    shape = catalog.apis[0].responses
    assert shape["properties"]["type"]["enum"] == [*(f"k{n}" for n in range(58)), "card", "bank"]
    assert shape["required"] == ["type"]
    assert codes(catalog) == ["variants_joined", "schema_cut"]


def test_items_do_not_make_a_list_of_what_a_variant_makes_a_text() -> None:
    items = {"type": "string"}
    schema = {"items": items, "oneOf": [{"type": "array"}, {"type": "string"}]}
    root = openapi({"/x": {"get": {"parameters": [{"name": "p", "in": "query", "schema": schema}]}}})
    assert only(root).parameters[0].schema == {"items": items, "anyOf": schema["oneOf"]}
    only_list = {"items": items, "oneOf": [{"minItems": 1}, {"maxItems": 3}]}
    root = openapi({"/x": {"get": {"parameters": [{"name": "p", "in": "query", "schema": only_list}]}}})
    assert only(root).parameters[0].type == "array"


def test_named_examples_may_be_references() -> None:
    examples = {"one": {"$ref": "#/components/examples/One"}}
    shared: dict[str, Any] = {"examples": {"One": {"value": "berlin"}}}
    parameter = {"name": "q", "in": "query", "schema": {"type": "string"}, "examples": examples}
    media = {
        "application/json": {
            "schema": {"properties": {"a": {}}},
            "examples": {"two": {"$ref": "#/components/examples/Two"}},
        }
    }
    shared["examples"]["Two"] = {"value": {"a": "paris"}}
    root = openapi(
        {"/a": {"post": {"parameters": [parameter], "requestBody": {"content": media}}}}, components=shared
    )
    assert [p.default for p in only(root).parameters] == ["berlin", "paris"]
