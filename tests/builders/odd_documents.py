"""Documents in which anything may stand anywhere: Hypothesis strategies of every format."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

type Strategy = st.SearchStrategy[Any]

SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=4)
ODD = SCALARS | st.sampled_from(({}, [], [[]], [{}], {"a": 1}))
NAMES = st.sampled_from("abc")
WORDS = st.sampled_from(("string", "integer", "object", "array", "null", "date"))

_IS_SOUND = st.sampled_from((True,) * 9 + (False,))


def mostly(sound: Strategy) -> Strategy:
    """What should stand in a place, and one time in ten anything else."""
    return _IS_SOUND.flatmap(lambda is_sound: sound if is_sound else ODD)


def some(sound: dict[str, Strategy], always: tuple[str, ...] = (), most: int = 4) -> Strategy:
    """Objects with a few of these keys, some of them `always`."""
    kept = {key: mostly(one) for key, one in sound.items()}
    few = st.lists(st.sampled_from(sorted(sound)), max_size=most, unique=True)
    return few.flatmap(lambda keys: st.fixed_dictionaries({key: kept[key] for key in (*always, *keys)}))


def listed(one: Strategy, most: int = 3) -> Strategy:
    """Lists of such."""
    return st.lists(mostly(one), max_size=most)


def _schema(inner: Strategy) -> Strategy:
    return some(
        {
            "$ref": st.just("#/components/schemas/A"),
            "type": WORDS | st.lists(WORDS, max_size=2),
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "required": st.lists(NAMES, max_size=2),
            **dict.fromkeys(("items", "additionalProperties"), inner),
            **dict.fromkeys(("oneOf", "anyOf", "allOf"), st.lists(inner, max_size=3)),
            "enum": st.lists(SCALARS, max_size=3),
            **dict.fromkeys(
                ("const", "default", "minimum", "maxLength", "exclusiveMinimum", "nullable"), SCALARS
            ),
        },
        most=3,
    )


SCHEMAS = st.recursive(ODD, _schema, max_leaves=20)

_TEXTS = st.sampled_from(
    ("", "a text", "{{a}}", '{"a": {{b}}, "c": "d"}', "[1]", "<a/>", "a=b&c=d", "query { a }")
)
_VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2)
)

_MEDIA = some(
    {"schema": SCHEMAS, "example": _VALUES, "examples": st.dictionaries(NAMES, some({"value": _VALUES}))}
)
_CONTENT = st.dictionaries(
    st.sampled_from(("application/json", "text/xml", "multipart/form-data", "*/*", "")),
    mostly(_MEDIA),
    max_size=2,
)
_PARAMETER = some(
    {
        "name": NAMES,
        "in": st.sampled_from(("path", "query", "header", "cookie", "body", "formData")),
        "required": st.sampled_from((True, "false")),
        "schema": SCHEMAS,
        "content": _CONTENT,
        "type": WORDS,
        "example": _VALUES,
        "$ref": st.just("#/components/parameters/P"),
    },
    always=("name", "in"),
)
_OPERATION = some(
    {
        "operationId": st.text(max_size=6),
        **dict.fromkeys(("summary", "description"), _TEXTS),
        "tags": listed(NAMES),
        "parameters": listed(_PARAMETER),
        "requestBody": some({"content": _CONTENT, "required": st.booleans(), "description": _TEXTS}),
        "responses": st.dictionaries(
            st.sampled_from(("200", "201", "default", "2XX", "404")),
            some({"content": _CONTENT, "schema": SCHEMAS, "examples": _VALUES, "links": _VALUES}),
            max_size=2,
        ),
        "callbacks": _VALUES,
    },
    always=("responses",),
)
_PATH = some(
    {
        **dict.fromkeys(("get", "post", "PUT", "x-a"), _OPERATION),
        "parameters": listed(_PARAMETER),
        "$ref": st.sampled_from(("#/paths/~1a", "#/components/pathItems/I", "other.json")),
    },
    always=("get",),
    most=2,
)
_COMPONENTS = some(
    {
        "schemas": st.dictionaries(st.just("A"), SCHEMAS),
        "parameters": st.dictionaries(st.just("P"), _PARAMETER),
        "securitySchemes": st.dictionaries(
            NAMES, some({"type": st.just("apiKey"), "in": NAMES, "name": NAMES})
        ),
    }
)
OPENAPI = st.fixed_dictionaries(
    {
        "openapi": st.just("3.1.0"),
        "info": some({"title": _TEXTS, "description": _TEXTS}),
        "paths": st.dictionaries(
            st.sampled_from(("/a", "/a/{b}", "x-a", "")), mostly(_PATH), min_size=1, max_size=2
        ),
    },
    optional={"components": _COMPONENTS, "webhooks": ODD, "x-ms-paths": ODD, "security": ODD},
)

_ROW = some(
    {
        "key": NAMES,
        "value": _TEXTS | _VALUES,
        "description": _TEXTS | some({"content": _TEXTS}),
        "disabled": st.booleans(),
        "type": st.sampled_from(("text", "file", "secret")),
    },
    always=("key",),
)
_URL = _TEXTS | some(
    {
        "raw": st.sampled_from(("https://a.test/b/:c?d=e", "{{a}}/b")),
        "host": listed(NAMES),
        "path": listed(NAMES),
        "query": listed(_ROW),
        "variable": listed(_ROW),
    }
)
_BODY = some(
    {
        "mode": st.sampled_from(("raw", "urlencoded", "formdata", "graphql", "file")),
        "raw": _TEXTS | _VALUES,
        "urlencoded": listed(_ROW) | _TEXTS,
        "formdata": listed(_ROW),
        "graphql": some({"query": _TEXTS, "variables": _TEXTS | _VALUES, "operationName": NAMES}),
    }
)
_AUTH = some(
    {"type": st.sampled_from(("bearer", "apikey", "noauth")), "bearer": listed(_ROW), "apikey": listed(_ROW)}
)
_REQUEST = _TEXTS | some(
    {
        "method": st.sampled_from(("GET", "post", "")),
        "url": _URL,
        "header": listed(_ROW) | _TEXTS,
        "body": _BODY,
        "auth": _AUTH,
        "description": _TEXTS,
    },
    always=("url",),
)
_ITEM = st.recursive(
    some(
        {
            "name": NAMES,
            "request": _REQUEST,
            "response": listed(some({"code": SCALARS, "body": _TEXTS})),
            "event": ODD,
        },
        always=("name", "request"),
    ),
    lambda inner: some(
        {"name": NAMES, "item": listed(inner), "auth": _AUTH, "variable": listed(_ROW)}, always=("item",)
    ),
    max_leaves=4,
)
POSTMAN = st.fixed_dictionaries(
    {
        "info": some({"name": NAMES, "description": _TEXTS, "schema": st.just("postman")}),
        "item": st.lists(mostly(_ITEM), min_size=1, max_size=4),
    },
    optional={"variable": listed(_ROW), "auth": _AUTH, "event": ODD},
)

_ENTRY = some(
    {
        "name": NAMES,
        "description": _TEXTS,
        "parameters": SCHEMAS | st.dictionaries(NAMES, WORDS | SCHEMAS, max_size=2) | listed(_PARAMETER),
        "required": listed(NAMES),
        "returns": SCHEMAS,
        "method": st.just("GET"),
        "path": st.just("/a/{b}"),
    },
    always=("name", "parameters"),
)
_ENTRIES = st.lists(mostly(_ENTRY), min_size=1, max_size=4)
SIMPLE = _ENTRIES | st.fixed_dictionaries({"apis": _ENTRIES})
