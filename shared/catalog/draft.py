"""An operation as read, before the whole upload is known and it can be named."""

from __future__ import annotations

from msgspec import Struct, field

from shared.catalog.model import Api, JsonSchema, Parameter
from shared.catalog.naming import NameHints


class Draft(Struct):
    """An `Api` without a name, and what it may be called."""

    hints: NameHints
    original_name: str = ""
    description: str = ""
    method: str = ""
    path: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    conditions: tuple[JsonSchema, ...] = ()
    responses: JsonSchema = field(default_factory=dict)

    def named(self, name: str) -> Api:
        """The finished operation."""
        return Api(
            name=name,
            description=self.description,
            method=self.method,
            path=self.path,
            tags=self.tags,
            parameters=self.parameters,
            conditions=self.conditions,
            responses=self.responses,
            original_name=self.original_name,
        )
