"""Where the entries of the simple form stand: in a list, a mapping by name, a wrapper, or lists within lists."""

from __future__ import annotations

from typing import Any

LISTS = ("apis", "tools", "functions", "operations", "endpoints")
SCHEMA_WORDS = (
    "parameters",
    "parameter_definitions",
    "parameterDefinitions",
    "inputSchema",
    "input_schema",
    "parametersJsonSchema",
    "parameters_json_schema",
    "params",
    "arguments",
    "args",
    "inputs",
)
_GROUPS = ("functionDeclarations", "function_declarations", "api_list", "function", *LISTS)
_KNOWN = (*SCHEMA_WORDS, "required_parameters", "description", "path", "url", "method")
_SHELLS = ("function", "toolSpec")
_WRAPPERS = ("result", "data", "toolConfig", "tool_config")


def simple_entries(root: Any) -> list[Any] | None:
    """The entries of a document in the simple form; None if it is no such document."""
    if isinstance(root, list):
        entries = _flattened([entry for one in root for entry in _of_page(one)])
        return entries if any(map(_looks_like_entry, entries[:20])) else None
    if not isinstance(root, dict):
        return None
    for holder in (root, *(root[word] for word in _WRAPPERS if isinstance(root.get(word), dict))):
        found = _listed(holder)
        if found is not None:
            return found
    if _looks_like_entry(root):
        return [root]
    by_name = list(root.values())
    if by_name and all(
        isinstance(item, dict) and any(isinstance(item.get(word), dict) for word in SCHEMA_WORDS)
        for item in by_name
    ):
        return _named(root)
    return None


def pages_of(root: Any) -> list[dict[str, Any]]:
    """The objects with a list of entries in one answer of a server, or in a list of answers."""
    answers = root if isinstance(root, list) else [root]
    return [
        one[word]
        for one in answers
        if isinstance(one, dict)
        for word in _WRAPPERS
        if isinstance(one.get(word), dict)
    ]


def _of_page(item: Any) -> list[Any]:
    """The entries of one answer in a list of answers; an item that is no answer stays."""
    found = [entry for page in pages_of(item) for entry in _listed(page) or ()]
    return found or [item]


def unwrapped(entry: Any) -> Any:
    """The entry without the shell that some chat models put around it."""
    if isinstance(entry, dict):
        for word in _SHELLS:
            if isinstance(entry.get(word), dict):
                return entry[word]
    return entry


def _listed(root: dict[str, Any]) -> list[Any] | None:
    """The entries in all lists and mappings of an object; None if it has no such list."""
    found: list[Any] | None = None
    for word in _GROUPS:
        entries = root.get(word)
        if isinstance(entries, dict):
            entries = _named(entries)
        if isinstance(entries, list):
            entries = _flattened(entries)
            if word == "apis" or any(map(_looks_like_entry, entries[:20])):
                found = [*(found or ()), *entries]
    return found


def _named(entries: dict[str, Any]) -> list[Any]:
    return [{"name": name, **item} for name, item in entries.items() if isinstance(item, dict)]


def _flattened(entries: list[Any]) -> list[Any]:
    """`entries` with groups replaced by the entries in them."""
    found: list[Any] = []
    for item in entries:
        is_group = (
            unwrapped(item) is item
            and isinstance(item, dict)
            and not any(word in item for word in SCHEMA_WORDS)
        )
        inner = (
            next((item[word] for word in _GROUPS if isinstance(item.get(word), list)), None)
            if is_group
            else None
        )
        if inner and any(map(_looks_like_entry, inner[:20])):
            found.extend(_of_group(one, item) for one in inner)
        else:
            found.append(item)
    return found


def _of_group(entry: Any, group: dict[str, Any]) -> Any:
    """An entry tagged with the name of its group, unless it has a tag."""
    name = next(
        (group[word] for word in ("name", "tool_name", "title") if isinstance(group.get(word), str)), ""
    )
    inner = unwrapped(entry)
    if not name or not isinstance(inner, dict) or any(word in inner for word in ("tags", "tag", "category")):
        return entry
    return {**inner, "tags": [name]}


def _looks_like_entry(item: Any) -> bool:
    inner = unwrapped(item)
    if not isinstance(inner, dict):
        return False
    return isinstance(inner.get("name"), str) and any(word in inner for word in _KNOWN)
