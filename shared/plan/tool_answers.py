"""What the calls of a plan answer in an acted-out conversation: typed, and consistent with what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from uuid import UUID

from shared.identifiers import words_of
from shared.plan.api_check import ApiCheck
from shared.plan.references import Part, Use, find, replace
from shared.plan.sample import sample
from shared.plan.schema_paths import (
    RESULT,
    at,
    branches,
    declared_types,
    in_response,
    is_known,
    type_of,
    types,
)

_DEPTH = 6
_ID_WORDS = frozenset({"id", "uuid", "guid", "key", "code", "number", "reference", "slug"})
_DONE: dict[str, Any] = {"status": "ok"}


def act_out(plan: Mapping[str, Any], checks: Mapping[str, ApiCheck]) -> list[tuple[dict[str, Any], Any]]:
    """For each step, its arguments with every reference replaced, and what the call answers.

    Where the response's schema is known the answer has its fields: one that is called like an argument of the call
    repeats it, identifiers differ from call to call, everything else is a typed sample. Every value that a later step
    refers to is there. The same plan gives the same answers.
    """
    steps: list[dict[str, Any]] = plan["steps"]
    wanted = _wanted(steps, checks)
    answers: dict[int, Any] = {}
    acted: list[tuple[dict[str, Any], Any]] = []
    for step in steps:
        uses = [use.reference for use in find(step["arguments"]) if isinstance(use, Use)]
        values = {reference: _read(answers.get(reference.step), reference.parts) for reference in uses}
        arguments = replace(step["arguments"], values)
        answer = _answer(checks.get(step["api"]), arguments, step["index"])
        for parts, schema in wanted.get(step["index"], ()):
            answer = _with_value(answer, _below(answer, parts), schema, step["index"])
        answers[step["index"]] = answer
        acted.append((arguments, answer))
    return acted


def _wanted(
    steps: list[dict[str, Any]], checks: Mapping[str, ApiCheck]
) -> dict[int, list[tuple[tuple[Part, ...], Any]]]:
    """By step, the paths that later steps refer to, each with the schema of where the value goes."""
    found: dict[int, list[tuple[tuple[Part, ...], Any]]] = {}
    for step in steps:
        check = checks.get(step["api"])
        for use in find(step["arguments"]):
            if not isinstance(use, Use):
                continue
            known = check.parameters.get(str(use.where[0])) if check and use.whole else None
            schemas = at(known.schema, use.where[1:]) if known else None
            source = (
                checks.get(steps[use.reference.step - 1]["api"]) if use.reference.step <= len(steps) else None
            )
            own = in_response(source.api.responses, use.reference.parts) if source else None
            schema: Any = next((one for one in (*(own or ()), *(schemas or ())) if types([one])), {})
            found.setdefault(use.reference.step, []).append((use.reference.parts, schema))
    return found


def _answer(check: ApiCheck | None, arguments: Mapping[str, Any], index: int) -> Any:
    if check is None or not is_known(check.api.responses):
        return dict(_DONE)
    return _filled(check.api.responses, "", arguments, index, 0)


def _filled(schema: Any, name: str, arguments: Mapping[str, Any], index: int, depth: int) -> Any:
    """A value of the schema, as the call with these arguments would answer it."""
    kind, branch = _branch(schema)
    if kind == "object" and depth < _DEPTH and isinstance(branch.get("properties"), dict):
        return {
            key: _filled(child, key, arguments, index, depth + 1)
            for key, child in branch["properties"].items()
        }
    if kind == "array" and depth < _DEPTH:
        return [_filled(branch.get("items", {}), name, arguments, index, depth + 1)]
    given = arguments.get(name)
    if given is not None and type_of(given) == kind and not isinstance(given, dict | list):
        return given
    if kind in ("string", "integer") and words_of(name)[-1:] and words_of(name)[-1] in _ID_WORDS:
        return _identifier(branch, name, index)
    return sample(schema)


def _branch(schema: Any) -> tuple[str, dict[str, Any]]:
    """The most structured branch of a schema and its type."""
    options = [(kind, branch) for branch in branches(schema) for kind in sorted(declared_types(branch))]
    for kind in ("object", "array", "string", "integer", "number", "boolean"):
        for found, branch in options:
            if found == kind:
                return kind, branch
    return "any", {}


def _identifier(branch: Mapping[str, Any], name: str, index: int) -> Any:
    """An identifier of its own for each call, in the schema's format."""
    if branch.keys() & {"enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum"}:
        return sample(dict(branch))
    digest = blake2b(f"{name}:{index}".encode(), digest_size=16).digest()
    if "integer" in declared_types(dict(branch)):
        return 1000 + int.from_bytes(digest[:4]) % 90_000
    if branch.get("format") in ("uuid", "guid"):
        return str(UUID(bytes=digest, version=4))
    noun = next((word for word in words_of(name) if word not in _ID_WORDS), "item")
    return f"{noun}-{1000 + int.from_bytes(digest[:4]) % 9_000}"


def _below(answer: Any, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return parts[1:] if parts and parts[0] == RESULT and not isinstance(answer, dict) else parts


def _read(answer: Any, parts: tuple[Part, ...]) -> Any:
    value = answer
    for part in _below(answer, parts):
        if isinstance(part, int) and isinstance(value, list) and value:
            value = value[min(part, len(value) - 1)]
        elif isinstance(part, str) and isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return "unknown"
    return value


def _with_value(answer: Any, parts: tuple[Part, ...], schema: Any, index: int) -> Any:
    """`answer` with a value at a path, made where there is none: responses that the catalog does not know."""
    if not parts:
        if answer is not None and answer != {}:
            return answer
        kind, branch = _branch(schema)
        return _identifier(branch, "id", index) if kind in ("any", "string", "integer") else sample(schema)
    part, rest = parts[0], parts[1:]
    if isinstance(part, int):
        held = list(answer) if isinstance(answer, list) else []
        while len(held) <= part:
            held.append(None)
        held[part] = _with_value(held[part], rest, schema, index)
        return [one if one is not None else held[part] for one in held]
    found = dict(answer) if isinstance(answer, dict) else {}
    if not rest and part not in found:
        kind, branch = _branch(schema)
        is_id = kind in ("any", "string", "integer")
        found[part] = _identifier(branch, part, index) if is_id else sample(schema)
        return found
    found[part] = _with_value(found.get(part), rest, schema, index)
    return found


def levels(steps: list[dict[str, Any]]) -> list[list[int]]:
    """Positions of the steps by turn: those of one turn wait for none of each other."""
    turn: dict[int, int] = {}
    for step in steps:
        turn[step["index"]] = 1 + max((turn.get(other, 0) for other in step.get("depends_on", [])), default=0)
    last = max(turn.values(), default=0)
    return [
        [p for p, step in enumerate(steps) if turn[step["index"]] == number] for number in range(1, last + 1)
    ]
