"""Operations that are the same call: one of them is taught, the others only stand for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import orjson

from shared.catalog.model import Api
from shared.scrub.names import NameKind, name_kind


def representatives(apis: Sequence[Api]) -> dict[str, str]:
    """For each API, the first one (in the order of the catalog) that is the same call; mostly itself.

    The same method, path, arguments, schemas and examples make the same call; without a path nothing tells that two
    are one.
    """
    first: dict[bytes, str] = {}
    found: dict[str, str] = {}
    for api in apis:
        found[api.name] = first.setdefault(_call(api), api.name) if api.path else api.name
    return found


def relatives(apis: Sequence[Api], represented: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """For each representative, the other ones that differ from it in headers, examples and answers alone."""
    families: dict[bytes, list[str]] = defaultdict(list)
    for api in apis:
        if api.path and represented[api.name] == api.name:
            families[_call(api, is_loose=True)].append(api.name)
    return {
        name: tuple(other for other in family if other != name)
        for family in families.values()
        if len(family) > 1
        for name in family
    }


def _call(api: Api, *, is_loose: bool = False) -> bytes:
    """What is the same for the same call; `is_loose` for requests that differ in headers and examples alone."""
    parameters = [
        (p.name, p.location, p.type, p.required, p.enum, _without_examples(p.schema))
        if is_loose
        else (p.name, p.location, p.type, p.required, p.enum, p.schema, p.default)
        for p in api.parameters
        if not is_loose or p.location != "header"
    ]
    responses = None if is_loose else api.responses
    parts = [api.method, api.path, sorted(parameters, key=lambda part: part[:2]), responses]
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS, default=str)


def _without_examples(schema: object) -> object:
    if isinstance(schema, dict):
        return {
            key: _without_examples(value)
            for key, value in schema.items()
            if key not in ("examples", "example")
        }
    if isinstance(schema, list):
        return [_without_examples(value) for value in schema]
    return schema


def signs_in(api: Api) -> bool:
    """Whether a call carries somebody's sign-in."""
    return any(
        p.location == "header" and name_kind(p.name, p.location) is NameKind.SECRET for p in api.parameters
    )
