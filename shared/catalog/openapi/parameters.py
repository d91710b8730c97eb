"""Parameter objects of OpenAPI 3 and Swagger 2."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import Location, Parameter
from shared.catalog.openapi.templates import foreign_variables, variables
from shared.catalog.reading import Reading
from shared.catalog.schemas.expand import Schemas
from shared.catalog.schemas.parameters import Parameters
from shared.catalog.schemas.refs import Refs

_VALUES = frozenset(("default", "example", "x-example", "examples"))
_LOCATIONS: dict[str, Location] = {"path": "path", "query": "query", "header": "header", "formdata": "form"}
_BESIDE_REFS = frozenset(("$ref", "summary", "description"))
# What a document may declare and a client sends by itself (OpenAPI 3.2, "Parameter Object").
_SENT_BY_CLIENTS = frozenset(("accept", "content-type", "authorization"))


_YES = frozenset(("true", "yes", "on", "y"))


def is_true(value: Any) -> bool:
    """Whether a flag is set; documents in the wild also write it as a word, and `"false"` is not set."""
    return value is True or (isinstance(value, str) and value.strip().lower() in _YES)


def effective_parameters(
    shared: Any, own: Any, schemas: Schemas, reading: Reading, where: str
) -> list[dict[str, Any]]:
    """Parameters of a path and of its operation, references followed; the operation's win by (name, in).

    Of several in one list the last is read, with a diagnostic where they differ.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for source in (shared, own):
        if source is not None and not isinstance(source, list):
            reading.note("malformed_parameters", where, "`parameters` is not a list; left out.")
            continue
        listed: dict[tuple[str, str], dict[str, Any]] = {}
        for raw in source or ():
            node = schemas.refs.resolve(raw, where)
            if node is None:
                if not (isinstance(raw, dict) and "$ref" in raw):
                    reading.note(
                        "malformed_parameter", where, "A parameter that is not an object is left out."
                    )
                else:
                    reading.note(
                        "parameter_left_out", where, "A parameter whose $ref leads nowhere is left out."
                    )
                continue
            key = str(node.get("name")), place_of(node)
            if listed.setdefault(key, node) != node:
                message = f"Parameter {key[0]} stands more than once in {key[1]}; only the last is read."
                reading.note("repeated_parameter", where, message)
            found[key] = _with_what_stands_beside(raw, node, reading)
    return list(found.values())


def _with_what_stands_beside(raw: Any, node: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """A parameter with the description beside its reference; other keywords there have no meaning."""
    if raw is node or len(raw) == 1:
        return node
    for word in raw.keys() - _BESIDE_REFS:
        if not str(word).startswith("x-"):
            reading.count("beside_ref", str(word)[:40])
    said = raw.get("description")
    return {**node, "description": said} if isinstance(said, str) and said else node


def add_parameter(
    node: dict[str, Any], into: Parameters, schemas: Schemas, reading: Reading, where: str
) -> Parameter | None:
    """One path, query, header or form parameter (see `Parameters.add`); cookies are left out with a diagnostic."""
    place = place_of(node)
    location = _LOCATIONS.get(place)
    name = node.get("name")
    if location is None:
        code = "cookie_left_out" if place == "cookie" else "malformed_parameter"
        reading.note(code, where, f"Parameter {name} in {place} is left out.")
        return None
    if location == "header" and isinstance(name, str) and name.strip().lower() in _SENT_BY_CLIENTS:
        reading.count("header_left_out", name.strip().lower())
        return None
    _note_other_media(node, reading, where)
    schema = schema_of_parameter(node)
    said = schemas.flatten(schema)
    closed = schemas.close(schema, name if isinstance(name, str) else "")
    return into.add(
        name,
        location,
        {**closed, "deprecated": True} if is_true(node.get("deprecated")) else closed,
        required=location == "path" or is_true(node.get("required")),
        default=documented_value(node, *_media_of(node), said, refs=schemas.refs),
        description=node.get("description") or schemas.description_of(schema),
        is_declared=True,
    )


def place_of(node: dict[str, Any]) -> str:
    """Where a parameter stands, in lower case as some documents write it in another."""
    return str(node.get("in")).strip().lower()


def add_undeclared(path: str, into: Parameters, reading: Reading, where: str) -> None:
    """Path variables that the document forgets to declare; a pattern of a framework declares nothing.

    One that is declared in other letters is that one; what is declared and stands nowhere in the path is noted.
    """
    found = variables(path)
    unused = into.names_in("path") - {word for one in found for word in (one.name, one.written)}
    like = {_letters(name): name for name in unused}
    for variable in found:
        if variable.name in into or variable.written in into:
            continue
        if (called := like.get(_letters(variable.name))) is not None:
            unused.discard(called)
            message = f"Path variable {variable.written} is declared as {called}; one parameter of that name."
            reading.note("undeclared_path_parameter", where, message)
            continue
        shown = f"Path variable {variable.written} is not declared"
        if variable.location == "path" and variable.is_plain:
            reading.note("undeclared_path_parameter", where, f"{shown}; read as a string.")
            into.add(variable.name, "path", {"type": "string"}, required=True)
        else:
            reading.note("undeclared_path_parameter", where, f"{shown}; left out.")
    written = foreign_variables(path)
    for name in sorted(unused - written):
        message = f"Parameter {name} is declared in the path, which has no such variable; kept."
        reading.note("undeclared_path_parameter", where, message)
    for name in sorted(name for name in written if name not in into):
        message = f"{name} looks like a path variable of a framework and is not declared; left out."
        reading.note("undeclared_path_parameter", where, message)


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def documented_value(*nodes: dict[str, Any], refs: Refs | None = None) -> Any:
    """The default, or else an example, that the first of `nodes` gives; None if none does.

    With `refs`, named examples may be references.
    """
    said = [node for node in nodes if not _VALUES.isdisjoint(node)]
    if not said:
        return None
    for word in ("default", "example", "x-example"):
        for node in said:
            if (value := node.get(word)) is not None:
                return value
    for node in said:
        examples = node.get("examples")
        if isinstance(examples, dict) and examples:
            named = [refs.resolve(item, "examples") if refs else item for item in examples.values()]
            examples = [
                item.get("value", item.get("dataValue", item.get("serializedValue")))
                for item in named
                if isinstance(item, dict)
            ]
        if isinstance(examples, list) and examples:
            return examples[0]
    return None


def _note_other_media(node: dict[str, Any], reading: Reading, where: str) -> None:
    content = node.get("content")
    if not isinstance(content, dict) or len(content) + ("schema" in node) < 2:
        return
    left = [*content] if "schema" in node else [*content][1:]
    message = f"{node.get('name')} is described more than once; {', '.join(map(str, left))} is left out."
    reading.note("media_type_left_out", where, message)


def _media_of(node: dict[str, Any]) -> list[dict[str, Any]]:
    content = node.get("content")
    return (
        [item for item in content.values() if isinstance(item, dict)][:1] if isinstance(content, dict) else []
    )


def schema_of_parameter(node: dict[str, Any]) -> Any:
    """The schema of a parameter: beside it (3.x), in its media type (3.x `content`) or in itself (2.0)."""
    if "schema" in node:
        return node["schema"]
    content = node.get("content")
    if isinstance(content, dict):
        media = next((item for item in content.values() if isinstance(item, dict)), {})
        return media.get("schema")
    # `required` means the parameter here, not a list of properties.
    return {key: value for key, value in node.items() if key != "required"}
