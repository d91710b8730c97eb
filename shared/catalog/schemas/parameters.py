"""Collects the parameters of one operation: one argument per name, without headers of the transport."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from shared.catalog.model import JsonSchema, Location, Parameter
from shared.catalog.reading import Reading
from shared.catalog.schemas.conditions import mentioned
from shared.catalog.schemas.fitness import fits
from shared.catalog.schemas.leaves import FILLERS
from shared.catalog.schemas.patterns import is_found
from shared.catalog.schemas.typed_values import fitted, text_of
from shared.catalog.schemas.types import type_of_schema
from shared.scrub.names import NameKind, name_kind
from shared.scrub.stand_ins import PLACEHOLDER

_NOISE = frozenset(
    "accept accept-encoding accept-language accept-charset cache-control connection content-encoding content-length "
    "content-type cookie cookie2 date dnt expect host origin postman-token pragma referer te trailer "
    "transfer-encoding upgrade upgrade-insecure-requests user-agent via".split()
)
_MAX_NAME = 128


@lru_cache(maxsize=2_048)
def is_noise(header: str) -> bool:
    """Whether a header belongs to the transport (or is a cookie) and is no argument of the operation."""
    name = header.strip().lower()
    return name in _NOISE or name.startswith("sec-")


def _is_listed(value: Any, schema: JsonSchema) -> bool:
    return "enum" not in schema or isinstance(value, list | dict) or value in schema["enum"]


class Parameters:
    """The arguments of one operation in the order of their source; names are unique over all locations."""

    __slots__ = ("_conditions", "_kept", "_most", "_over", "_reading", "_where")

    def __init__(self, reading: Reading, where: str) -> None:
        self._reading = reading
        self._where = where
        self._kept: dict[str, Parameter] = {}
        self._most = reading.limits.parameters
        self._over = 0
        self._conditions: list[JsonSchema] = []

    def __contains__(self, name: str) -> bool:
        return name in self._kept

    def names_in(self, location: Location) -> set[str]:
        """Names of the arguments in this location."""
        return {one.name for one in self._kept.values() if one.location == location}

    def add(
        self,
        name: Any,
        location: Location,
        schema: JsonSchema,
        *,
        required: bool = False,
        default: Any = None,
        description: Any = "",
        enum: tuple[Any, ...] = (),
        is_declared: bool = False,
    ) -> Parameter | None:
        """Keep one argument. `default` and `description` are as documented; they are trimmed and scrubbed here.

        A header of the transport is no argument unless the document declares it as one.

        Returns it, which other operations may share; None if it was left out or has another name in this one.
        """
        asked = name if isinstance(name, str) else text_of(name) or ""
        name = self._usable(asked)
        if name is None or (location == "header" and not is_declared and is_noise(name)):
            return None
        if required and location in ("header", "query") and self._is_credential(name, location):
            required = False  # whoever executes the plan authenticates it
        name = self._free(name, location)
        if len(self._kept) >= self._most:
            self._over += 1
            return None
        schema, default = self._documented(name, location, schema, default)
        if not enum and "enum" in schema:
            enum = tuple(schema["enum"])
        limit = self._reading.limits.parameter_description
        words = self._reading.text(description, limit) if description else ""
        made = Parameter(name, location, type_of_schema(schema), required, enum, default, words, schema)
        self._kept[name] = made
        return made if name == asked else None

    def _usable(self, name: str) -> str | None:
        """A name trimmed and scrubbed; None (and a note) if no argument can have it."""
        name = name.strip()
        if not name or len(name) > _MAX_NAME:
            self._reading.note(
                "unnamed_parameter", self._where, "A parameter without a usable name is left out."
            )
            return None
        return self._reading.line(name, _MAX_NAME)

    def _documented(self, name: str, location: str, schema: JsonSchema, said: Any) -> tuple[JsonSchema, Any]:
        """A schema and its default or example; None (and counted) if the documented value does not fit.

        A value that only misses the format stays and is counted: documents often name a wrong format.
        """
        if said is None:
            return schema, None
        kept = self._reading.value(fitted(said, schema), name, location)
        default = (
            fitted(kept, schema) if isinstance(kept, str) else kept
        )  # a number too long for JSON became one
        if isinstance(default, str) and (default in FILLERS or PLACEHOLDER in default):
            return schema, default if fits(default, schema) else None
        if isinstance(default, str) and "pattern" in schema and not is_found(schema["pattern"], default):
            # Of a pattern and a value that it does not fit the value is the better witness.
            shown = self._reading.line(schema["pattern"], 80)
            message = f"`pattern` ({shown}) of {name} does not fit its own example; left out."
            self._reading.note("keyword_left_out", self._where, message)
            schema = {key: value for key, value in schema.items() if key != "pattern"}
        if default is None or not _is_listed(default, schema) or not fits(default, schema, formats=False):
            if kept is not None or fitted(said, schema) is None:
                self._reading.count("default_left_out", name)
            return schema, None  # a call with it would be wrong
        if not fits(default, schema):
            self._reading.count("format_in_doubt", name)
        return schema, default

    def _is_credential(self, name: str, location: str) -> bool:
        return name_kind(name, location) is NameKind.SECRET or self._reading.secrets.names_one(name, location)

    def _free(self, name: str, location: str) -> str:
        """`name`, prefixed with the location if another argument has it already."""
        if name not in self._kept:
            return name
        known = self._kept[name].location
        message = f"Parameter {name} is both {known} and {location}; the second is named after its location."
        self._reading.note("repeated_parameter", self._where, message)
        candidate, count = f"{location}_{name}", 1
        while candidate in self._kept:
            count += 1
            candidate = f"{location}_{name}_{count}"
        return candidate

    def share(self, known: tuple[Parameter, ...]) -> bool:
        """Keep arguments made for another operation; False, and none kept, if a name or a place is taken."""
        kept = self._kept
        if len(kept) + len(known) > self._most:
            return False
        if len(known) == 1:  # as most
            name = known[0].name
            if name in kept:
                return False
            kept[name] = known[0]
            return True
        made = {parameter.name: parameter for parameter in known}
        if not kept.keys().isdisjoint(made):
            return False
        kept.update(made)
        return True

    def require(self, conditions: Sequence[JsonSchema], location: Location, *, is_needed: bool) -> None:
        """Keep conditions on the arguments of a body that are there; `is_needed` says that the body must be sent.

        One that speaks of a field whose name another argument has is left out.
        """
        for one in conditions:
            names = mentioned(one)
            places = {self._kept[name].location for name in names if name in self._kept}
            if location == "query" or not places <= {location}:
                words = ", ".join(one)
                message = f"`{words}` of the body speaks of fields that have other names here; left out."
                self._reading.note("keyword_left_out", self._where, message)
            else:
                self._conditions.append(one if is_needed else {"anyOf": [{"maxProperties": 0}, one]})

    def conditions(self) -> tuple[JsonSchema, ...]:
        """Conditions on the combination of arguments of the body."""
        return tuple(self._conditions)

    def done(self) -> tuple[Parameter, ...]:
        """All arguments; over the limit, a diagnostic says how many are missing."""
        if self._over:
            message = (
                f"{self._over} parameters over the limit of {self._reading.limits.parameters} are left out."
            )
            self._reading.note("parameter_limit", self._where, message)
        return tuple(self._kept.values())
