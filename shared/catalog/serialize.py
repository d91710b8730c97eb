"""`catalog.json`: the model as canonical JSON and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import orjson

from shared.catalog.model import Api, Catalog, Diagnostic, Parameter


def to_json(catalog: Catalog) -> bytes:
    """The catalog as UTF-8 JSON; equal catalogs give equal bytes, and `from_json` gives the catalog back."""
    return orjson.dumps(catalog, option=orjson.OPT_SORT_KEYS)


def from_json(data: bytes) -> Catalog:
    """The catalog that `to_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    raw = orjson.loads(data)
    return Catalog(
        name=raw["name"],
        description=raw["description"],
        apis=tuple(_api(item) for item in raw["apis"]),
        diagnostics=tuple(Diagnostic(**item) for item in raw["diagnostics"]),
    )


_API_FIELDS = tuple(field.name for field in fields(Api))


def _api(raw: dict[str, Any]) -> Api:
    parameters = tuple(Parameter(**{**item, "enum": tuple(item["enum"])}) for item in raw["parameters"])
    kept = {name: raw[name] for name in _API_FIELDS}
    return Api(**{**kept, "tags": tuple(raw["tags"]), "parameters": parameters})
