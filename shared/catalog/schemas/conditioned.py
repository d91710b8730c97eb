"""Adds conditions (`if`, `not`, dependent fields …) to closed schemas, as far as they can be kept exactly."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from shared.catalog.model import JsonSchema
from shared.catalog.reading import Reading
from shared.catalog.schemas.conditions import UNEVALUATED, Part, composed, mentioned
from shared.catalog.schemas.exact import Exact
from shared.catalog.schemas.keywords import unkept

# What tells the shape of an answer; whatever else an answer satisfies is of no use to a plan.
_OF_SHAPE = ("prefixItems", "patternProperties")
_SHOWN = 80


class Conditioned:
    """Keeps the conditions of the schemas of one document, or notes them with their place."""

    def __init__(self, exact: Exact, reading: Reading) -> None:
        self._exact = exact
        self._reading = reading

    def schema(
        self,
        closed: JsonSchema,
        conditions: Iterable[Part],
        name: str,
        hidden: Collection[str],
        *,
        is_open: bool,
    ) -> JsonSchema:
        """`closed` with the conditions on a value of the field `name`.

        Those that speak of `hidden` fields are left out; `is_open` says that variants have fields of their own.
        """
        kept = []
        for one in conditions:
            if one == {"unevaluatedProperties": False} and not is_open:
                closed.setdefault("additionalProperties", False)
            elif (made := self._made(one, name, hidden)) is not None:
                kept.append(made)
            elif "patternProperties" in one:
                closed.pop("additionalProperties", None)  # which allows what is not left out
        return composed(closed, kept)

    def of_answer(self, closed: JsonSchema, conditions: Iterable[Part], name: str) -> JsonSchema:
        """`closed`, a response or a part of one, with the conditions that affect its shape; others are counted."""
        of_shape = []
        for one in conditions:
            if any(word in one for word in _OF_SHAPE):
                of_shape.append(one)
            else:
                self._reading.count("keywords_left_out", next(iter(one)))
        return self.schema(closed, of_shape, name, (), is_open=True)

    def of_arguments(self, conditions: Iterable[Part], hidden: Collection[str]) -> list[JsonSchema]:
        """The conditions on the combination of fields of a body."""
        made = [self._made(one, "the body", hidden) for one in conditions]
        return [one for one in made if one is not None]

    def note_unkept(self, said: dict[str, Any], closed: JsonSchema, name: str) -> None:
        """Note each keyword of a schema that constrains values and is not in its closed form."""
        for word in sorted(unkept(said, closed)):
            is_shown = word != "enum" and not isinstance(said[word], dict | list)
            self._left_out(word, str(said[word]) if is_shown else "", name)

    def note_left_out(self, word: str, name: str) -> None:
        """Note a keyword that the catalog cannot express."""
        self._left_out(word, "", name)

    def _made(self, condition: Part, name: str, hidden: Collection[str]) -> JsonSchema | None:
        made = self._exact.copy(condition) if UNEVALUATED.isdisjoint(condition) else None
        if made is None or not mentioned(made).isdisjoint(hidden):
            self._left_out(next(iter(condition)), "", name)
            return None
        return made

    def _left_out(self, word: str, value: str, name: str) -> None:
        shown = f" ({self._reading.line(value, _SHOWN)})" if value else ""
        message = f"`{word}`{shown} of {name or 'a schema'} cannot be kept as it is; left out."
        self._reading.note("keyword_left_out", self._reading.place, message)
