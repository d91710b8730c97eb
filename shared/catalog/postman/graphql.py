"""GraphQL bodies: the variables of the operation are its parameters, its name chooses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.catalog.decode.templated_text import is_variable, parse_templated_json, without_marks
from shared.catalog.model import JsonSchema
from shared.catalog.reading import Reading
from shared.catalog.schemas.inferred import schema_of
from shared.catalog.schemas.parameters import Parameters

if TYPE_CHECKING:
    from graphql.language import ast

_MAX_TOKENS = 20_000
_MAX_NESTING = 60
_STRING_OR_VARIABLE = re.compile(r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|((?:\{\{[^{}\n]{0,120}\}\})+)')
_SCALARS = {"Int": "integer", "Float": "number", "String": "string", "ID": "string", "Boolean": "boolean"}


@dataclass(frozen=True, slots=True)
class GraphqlOperation:
    """One operation of a GraphQL text: its name (or what it asks for) and its tree."""

    name: str
    node: ast.OperationDefinitionNode


def read_graphql(body: dict[str, Any], where: str, reading: Reading) -> GraphqlOperation | None:
    """The operation that `body` sends; None with a diagnostic if its text cannot be read."""
    text = _STRING_OR_VARIABLE.sub(
        lambda m: m.group() if m.group(1) is None else f'"{m.group(1)}"', body["query"]
    )
    document = _parse(text) if _nesting(text) <= _MAX_NESTING else None
    if document is None:
        reading.note(
            "graphql_unreadable", where, "The GraphQL text cannot be read; kept as one opaque parameter."
        )
        return None
    operations = [node for node in document.definitions if node.kind == "operation_definition"]
    if not operations:
        reading.note(
            "graphql_unreadable", where, "The GraphQL text has no operation; kept as one opaque parameter."
        )
        return None
    sent = _sent_one(operations, body)
    if len(operations) > 1:
        names = ", ".join(_name(node) or "(unnamed)" for node in operations if node is not sent)
        message = (
            f"Of {len(operations)} GraphQL operations in one text {_name(sent)} is sent; left out: {names}."
        )
        reading.note("graphql_operations_left_out", where, message)
    return GraphqlOperation(_name(sent), sent)


def _sent_one(operations: list[Any], body: dict[str, Any]) -> Any:
    """The operation chosen by name, else the one whose declared variables match those sent best."""
    wanted = body.get("operationName")
    for node in operations:
        if node.name is not None and node.name.value == wanted:
            return node
    given = _given(body.get("variables")).keys()

    def fit(node: Any) -> tuple[int, int]:
        declared = {one.variable.name.value for one in node.variable_definitions or ()}
        return -len(declared & given), len(declared - given)

    return min(operations, key=fit) if given else operations[0]


def _name(node: Any) -> str:
    if node.name is not None:
        return str(node.name.value)
    roots = [field.name.value for field in node.selection_set.selections if field.kind == "field"]
    return "_".join(roots[:3])


def _parse(text: str) -> Any:
    from graphql import GraphQLError, parse

    try:
        return parse(text, no_location=True, max_tokens=_MAX_TOKENS)
    except (GraphQLError, RecursionError):
        return None


def _nesting(text: str) -> int:
    """An upper bound of how deep the text nests, so that the recursive parser stays within its stack."""
    level = deepest = 0
    for ch in text:
        if ch in "{[(":
            level += 1
            deepest = max(deepest, level)
        elif ch in "}])":
            level = max(0, level - 1)
    return deepest


def add_graphql(
    body: dict[str, Any], operation: GraphqlOperation, into: Parameters, reading: Reading
) -> None:
    """Add the declared variables; if there are none, the arguments written out in the text."""
    given = _given(body.get("variables"))
    if operation.name:
        into.add(
            "operationName",
            "body",
            {"type": "string", "enum": [operation.name]},
            required=True,
            default=operation.name,
        )
    declared = operation.node.variable_definitions or ()
    for definition in declared:
        name = definition.variable.name.value
        schema, required = _type(definition.type)
        default = _literal(definition.default_value) if definition.default_value is not None else None
        example = given.pop(name, None)
        into.add(
            name,
            "body",
            _shown(schema, example, reading),
            required=required and default is None,
            default=_example(example if example is not None else default),
        )
    for name, value in given.items():
        into.add(name, "body", _inferred(value, reading), default=_example(value))
    if not declared:
        _add_arguments(operation, into, reading)


def add_unread(body: dict[str, Any], into: Parameters, reading: Reading) -> None:
    """Add the text as it is, and the variables that are sent with it."""
    into.add("query", "body", {"type": "string"}, required=True, default=body["query"])
    for name, value in _given(body.get("variables")).items():
        into.add(name, "body", _inferred(value, reading), default=_example(value))


def _add_arguments(operation: GraphqlOperation, into: Parameters, reading: Reading) -> None:
    selections: Any = operation.node.selection_set.selections
    for field in selections:
        for argument in getattr(field, "arguments", None) or ():
            value = _literal(argument.value)
            name = argument.name.value
            into.add(
                f"{field.name.value}.{name}" if name in into else name,
                "body",
                _inferred(value, reading),
                required=value not in (None, "", [], {}),
                default=_example(value),
            )


def _given(raw: Any) -> dict[str, Any]:
    value = parse_templated_json(raw) if isinstance(raw, str) else raw
    return dict(value) if isinstance(value, dict) else {}


def _type(node: Any) -> tuple[JsonSchema, bool]:
    """The schema of a declared type and whether `!` makes it required; custom types are left open."""
    if node.kind == "non_null_type":
        return _type(node.type)[0], True
    if node.kind == "list_type":
        items = _type(node.type)[0]
        return ({"type": "array", "items": items} if items else {"type": "array"}), False
    word = _SCALARS.get(node.name.value)
    return ({"type": word} if word else {}), False


def _shown(schema: JsonSchema, example: Any, reading: Reading) -> JsonSchema:
    """A custom type takes the shape of its example."""
    return schema or (_inferred(example, reading) if isinstance(example, dict | list) else {})


def _inferred(value: Any, reading: Reading) -> JsonSchema:
    return schema_of(
        value, depth=reading.limits.schema_depth, nodes=reading.limits.schema_nodes, reading=reading
    )


def _example(value: Any) -> Any:
    return None if is_variable(value) else without_marks(value)


def _literal(node: Any) -> Any:
    from graphql import value_from_ast_untyped

    try:
        return value_from_ast_untyped(node)
    except (ValueError, TypeError):
        return None
