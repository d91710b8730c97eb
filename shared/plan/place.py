"""What the catalog says of one place in the arguments of an operation; of a whole argument it is worked out once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.catalog.model import Parameter
from shared.curriculum.kinds import is_cursor
from shared.identifiers import words_of
from shared.plan.references import Part
from shared.plan.schema_paths import branches
from shared.scrub.names import NameKind, name_kind

VALUES = ("enum", "examples")
SINGLES = ("const", "default", "example")
_DEPRECATED = re.compile(r"\s*[*_\[(]*\s*deprecated\b", re.IGNORECASE)
_STRICT = frozenset(
    "id ids uuid guid key keys ref reference references code codes number numbers no name names username user users "
    "login handle email emails mail phone mobile fax address street city town country region postcode zip url uri link "
    "href slug sku isbn iban account owner author assignee recipient customer contact person member guest company "
    "vendor supplier channel file filename path folder index repo repository project workspace domain host hostname "
    "birthday amount price total cost budget sum fee salary balance latitude longitude lat lng lon".split()
)
_STRICT_FORMATS = frozenset(
    {"uuid", "email", "uri", "url", "hostname", "ipv4", "ipv6", "date", "date-time", "time"}
)


@dataclass(eq=False)
class Place:
    """Where a value stands, and what is said of values there.

    Attributes:
        parameter: the argument, as the catalog has it.
        where: path inside the arguments, the argument's name first.
        schemas: sub-schemas that a value may have; empty where nothing is known.
    """

    parameter: Parameter
    where: tuple[Part, ...]
    schemas: tuple[dict[str, Any], ...]

    @cached_property
    def name(self) -> str:
        """The last name on the way: what a value is called."""
        return next(str(part) for part in reversed(self.where) if isinstance(part, str))

    @cached_property
    def documented(self) -> tuple[Any, ...]:
        """Values that the catalog gives: enum, const, default, example; the whole argument's first."""
        found: list[Any] = []
        for example in (self.parameter.default, self.parameter.schema.get("example")):
            found += _inside(example, self.where[1:])
        if len(self.where) == 1:
            found += self.parameter.enum
        for branch in [branch for schema in self.schemas for branch in branches(schema)]:
            found += [branch[key] for key in SINGLES if key in branch]
            found += [value for key in VALUES if isinstance(branch.get(key), list) for value in branch[key]]
        return tuple(found)

    @cached_property
    def description(self) -> str:
        """What the catalog says of this very place, the argument's own words included."""
        told = [str(schema.get("description") or schema.get("title") or "") for schema in self.schemas]
        return " ".join([self.parameter.description, *told])

    @cached_property
    def is_cursor(self) -> bool:
        """Whether a value says where in a list to go on."""
        return is_cursor(self.name)

    @cached_property
    def is_credential(self) -> bool:
        """Whether a value lets somebody in."""
        return not self.is_cursor and name_kind(self.name, self.parameter.location) is NameKind.SECRET

    @cached_property
    def is_strict(self) -> bool:
        """Whether a value names a thing, a person, a place, an amount or a time, which nobody may make up."""
        if self.parameter.location == "path" and len(self.where) == 1:
            return True
        if any(schema.get("format") in _STRICT_FORMATS for schema in (*self.schemas, self.parameter.schema)):
            return True
        words = words_of(self.name)
        return bool(words) and (words[-1] in _STRICT or self.name.lower() in _STRICT)

    @cached_property
    def is_deprecated(self) -> bool:
        """Whether the catalog calls the argument deprecated, and no call needs it."""
        schema = self.schemas[0] if self.schemas else {}
        return not self.parameter.required and is_deprecated(
            {**schema, "description": self.parameter.description}
        )

    @cached_property
    def may_be_deprecated(self) -> bool:
        """Whether the argument or anything below it is said to be deprecated."""
        return self.is_deprecated or any(map(_speaks_of_deprecated, self.schemas))


def is_deprecated(schema: dict[str, Any]) -> bool:
    """Whether a schema or parameter is marked deprecated, by keyword or by the first word of its description."""
    return schema.get("deprecated") is True or bool(_DEPRECATED.match(str(schema.get("description") or "")))


def _speaks_of_deprecated(node: Any) -> bool:
    if isinstance(node, dict):
        return is_deprecated(node) or any(map(_speaks_of_deprecated, node.values()))
    return isinstance(node, list) and any(map(_speaks_of_deprecated, node))


def _inside(value: Any, where: tuple[Part, ...]) -> list[Any]:
    """What an example holds at a path; any element of a list stands for every position."""
    current = [value]
    for part in where:
        following: list[Any] = []
        for node in current:
            if isinstance(part, int) and isinstance(node, list):
                following += node
            elif isinstance(node, dict) and part in node:
                following.append(node[part])
        current = following
    return [node for node in current if node is not None and not isinstance(node, dict | list)]
