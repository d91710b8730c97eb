"""A catalog in the simple form, as a user would upload it."""

from __future__ import annotations

import orjson

from shared.catalog.model import Catalog


def simple_document(catalog: Catalog) -> bytes:
    """The catalog as one JSON document; response shapes are left out."""
    apis = [
        {
            "name": api.name,
            "description": api.description,
            "method": api.method,
            "path": api.path,
            "parameters": [
                {"name": p.name, "in": p.location, "type": p.type, "required": p.required}
                for p in api.parameters
            ],
        }
        for api in catalog.apis
    ]
    return orjson.dumps({"name": catalog.name, "apis": apis})
