"""A small catalog with valid defaults, for tests that need any catalog at all."""

from __future__ import annotations

import orjson

from shared.catalog.model import Api, Catalog, Parameter

_ID = {"type": "string"}


def shop(resources: int = 4) -> Catalog:
    """`resources` × (create, get, list): each `create_x` gives an `id` that `get_x` takes."""
    apis: list[Api] = []
    for number in range(resources):
        name = f"thing{number}"
        shape = {"type": "object", "properties": {"id": _ID, "name": {"type": "string"}}}
        apis += [
            Api(
                name=f"create_{name}",
                description=f"Create a {name}",
                method="POST",
                path=f"/{name}",
                tags=(name,),
                parameters=(Parameter("name", "body", "string", required=True, schema={"type": "string"}),),
                responses=shape,
            ),
            Api(
                name=f"get_{name}",
                description=f"Read a {name}",
                method="GET",
                path=f"/{name}/{{id}}",
                tags=(name,),
                parameters=(Parameter("id", "path", "string", required=True, schema=_ID),),
                responses=shape,
            ),
            Api(
                name=f"list_{name}",
                description=f"List every {name}",
                method="GET",
                path=f"/{name}",
                tags=(name,),
                parameters=(Parameter("limit", "query", "integer", schema={"type": "integer"}),),
                responses={"type": "object", "properties": {"items": {"type": "array", "items": shape}}},
            ),
        ]
    return Catalog(name="Shop", description="A shop", apis=tuple(apis))


def simple_document(catalog: Catalog) -> bytes:
    """The catalog in the simple form, as a user would upload it."""
    apis = [
        {
            "name": api.name,
            "description": api.description,
            "method": api.method,
            "path": api.path,
            "parameters": [
                {"name": p.name, "in": p.location, "type": p.type, "required": p.required} for p in api.parameters
            ],
        }
        for api in catalog.apis
    ]
    return orjson.dumps({"name": catalog.name, "apis": apis})
