"""Local `$ref` of one document, followed lazily; any other is noted and never followed."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from shared.catalog.reading import Reading

_MAX_HOPS = 32


class Refs:
    """Resolves JSON pointers into `root`."""

    def __init__(self, root: dict[str, Any], reading: Reading, beside: dict[str, Any] | None = None) -> None:
        """`beside` is looked into for what `root` does not hold."""
        self._roots = [root, beside] if beside else [root]
        self._reading = reading
        self._found: dict[str, Any] = {}
        self._holders: dict[str, list[Any]] = {}

    def find(self, ref: str) -> Any:
        """What `ref` points to (a `$ref` there is not followed), None with a diagnostic if it is not to be had."""
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

    def _look_up(self, ref: str) -> Any:
        if not ref.startswith("#"):
            note_external(ref, self._reading)
            return None
        if ref == "#":
            return self._roots[0]
        holder, _, last = ref.rpartition("/")
        for node in self._holders.get(holder) or self._at(holder):
            if (found := _step(node, last)) is not None:
                return found
        self._reading.note("broken_ref", ref, "The reference points to nothing in the document.")
        return None

    def _at(self, pointer: str) -> list[Any]:
        """What stands at a pointer in each root; most references name things that stand in few places."""
        if pointer not in self._holders:
            found: list[Any] = self._roots
            for key in pointer.split("/")[1:] if pointer.startswith("#") else [pointer]:
                found = [_step(node, key) for node in found]
            self._holders[pointer] = found
        return self._holders[pointer]


def note_external(ref: str, reading: Reading) -> None:
    """Say that `ref` leads out of the document."""
    message = (
        "A reference to another document is never followed; what it names is left open. Bundle them into one."
    )
    reading.note("external_ref", ref, message)


def _step(node: Any, raw: str) -> Any:
    if isinstance(node, dict):
        key = raw
        if raw not in node or "~" in raw:
            key = raw.replace("~1", "/").replace("~0", "~")
            key = key if key in node else unquote(key)
        return node.get(key)
    if isinstance(node, list) and raw.isascii() and raw.isdigit() and len(raw) < 6 and int(raw) < len(node):
        return node[int(raw)]
    return None
