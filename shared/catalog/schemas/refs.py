"""Local `$ref` of one document, followed lazily; any other is noted and never followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urljoin

from shared.catalog.reading import Reading

_MAX_HOPS = 32
# What holds values and no schemas, so that a `$ref`, `$id` or `$anchor` within is none.
VALUES = frozenset(("example", "examples", "default", "enum", "const", "x-example"))


class Refs:
    """Resolves JSON pointers, anchors and `$id` of `root`."""

    def __init__(self, root: dict[str, Any], reading: Reading, beside: dict[str, Any] | None = None) -> None:
        """References that `root` does not resolve are looked up in `beside`."""
        self._roots = [root, beside] if beside else [root]
        self._reading = reading
        self._found: dict[str, Any] = {}
        self._holders: dict[str, list[Any]] = {}
        self._named: dict[str, Any] | None = None

    def find(self, ref: str) -> Any:
        """The target of `ref` (whose own `$ref` is not followed); None, with a diagnostic, if there is none."""
        if ref in self._found:
            return self._found[ref]
        if self._reading.refs_left <= 0:
            self._reading.note("ref_limit", ref, "Too many $ref in the document; the rest is left open.")
            return None
        self._reading.refs_left -= 1
        value = self._found[ref] = self._look_up(ref)
        return value

    def resolve(self, node: Any, where: str) -> dict[str, Any] | None:
        """`node`, or the object at the end of its references; None, with a diagnostic, if there is no such object."""
        if type(node) is dict:
            if "$ref" not in node:
                return node
            known = self._found.get(ref) if type(ref := node["$ref"]) is str else None
            if type(known) is dict and "$ref" not in known:
                return known
        for _ in range(_MAX_HOPS):
            if not isinstance(node, dict):
                return None
            ref = node.get("$ref")
            if not isinstance(ref, str):
                return node
            node = self.find(ref)
            if node is None:
                return None
        self._reading.note("ref_cycle", where, "A $ref leads back to itself; left out.")
        return None

    def named_schemas(self) -> dict[str, Any]:
        """The schemas that the document gives names, of OpenAPI 3 or Swagger 2."""
        components = self._roots[0].get("components")
        holder = components.get("schemas") if isinstance(components, dict) else None
        holder = holder if isinstance(holder, dict) else self._roots[0].get("definitions")
        return holder if isinstance(holder, dict) else {}

    def has_name(self, ref: str) -> bool:
        """Whether an `$id` or an anchor of the document is what `ref` names."""
        return self._by_name(ref) is not None

    def _look_up(self, ref: str) -> Any:
        if ref == "#":
            return self._roots[0]
        if ref.startswith("#/"):
            holder, _, last = ref.rpartition("/")
            for node in self._holders.get(holder) or self._at(holder):
                if (found := step(node, last)) is not None:
                    return found
        elif (found := self._by_name(ref)) is not None:
            return found
        if ref.startswith("#"):
            self._reading.note("broken_ref", ref, "The reference points to nothing in the document.")
        else:
            note_external(ref, self._reading)
        return None

    def _at(self, pointer: str) -> list[Any]:
        """The targets of a pointer in all roots; cached, because most references share few parents."""
        if pointer not in self._holders:
            found: list[Any] = self._roots
            for key in pointer.split("/")[1:]:
                found = [step(node, key) for node in found]
            self._holders[pointer] = found
        return self._holders[pointer]

    def _by_name(self, ref: str) -> Any:
        """What an anchor or the `$id` of a schema of this document names; a pointer may go on from there."""
        if self._named is None:
            self._named = {name: node for root in reversed(self._roots) for name, node in _named(root)}
        base = self._roots[0].get("$self", self._roots[0].get("$id"))
        for name in (ref, joined(base, ref)) if isinstance(base, str) else (ref,):
            if (found := self._named.get(name)) is not None:
                return found
            head, mark, pointer = name.partition("#")
            node = self._named.get(head)
            if head and node is None and isinstance(base, str) and head == base.partition("#")[0]:
                node = self._roots[0]
            for key in pointer.split("/")[1:] if mark else ():
                node = step(node, key)
            if node is not None:
                return node
        return None


def joined(base: str, ref: str) -> str:
    """`ref` resolved against `base`; unchanged if one of them is not a url."""
    try:
        return urljoin(base, ref)
    except ValueError:
        return ref


def note_external(ref: str, reading: Reading) -> None:
    """Say that `ref` leads out of the document."""
    message = (
        "A reference to another document is never followed; what it names is left open. Bundle them into one."
    )
    reading.note("external_ref", ref, message)


def objects(root: Any, base: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Each object of a document that may be a schema, with the base that its references count from."""
    waiting = [(root, base)]
    while waiting:
        node, base = waiting.pop()
        if isinstance(node, list):
            waiting += [(one, base) for one in node]
        elif isinstance(node, dict):
            if isinstance(said := node.get("$id"), str) and said:
                base = joined(base, said)
            yield node, base
            waiting += [(value, base) for key, value in node.items() if key not in VALUES]


def _named(root: Any) -> Iterator[tuple[str, Any]]:
    """Every anchor (`#name`, also after the `$id` it stands in) and `$id` of a document with what it names.

    Of several anchors of one name the first is given last, so that it stays in a mapping.
    """
    found: list[tuple[str, Any]] = []
    for node, base in objects(root):
        if isinstance(said := node.get("$id"), str) and said:
            found += [(base, node), (said, node)]
        for word in ("$anchor", "$dynamicAnchor"):
            if isinstance(anchor := node.get(word), str):
                found += [(f"#{anchor}", node), (f"{base}#{anchor}", node)]
    yield from reversed(found)


def step(node: Any, raw: str) -> Any:
    """The target of one token of a pointer; None if there is none.

    Percent-encoding is undone before `~1` and `~0` (RFC 6901, section 6).
    """
    if isinstance(node, dict):
        if raw in node and "~" not in raw and "%" not in raw:
            return node[raw]
        for text in (unquote(raw), raw):
            if (key := text.replace("~1", "/").replace("~0", "~")) in node:
                return node[key]
        return None
    if isinstance(node, list) and raw.isascii() and raw.isdigit() and len(raw) < 6 and int(raw) < len(node):
        return node[int(raw)]
    return None
