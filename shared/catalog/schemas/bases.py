"""References of schemas that have a base of their own (`$id`), written so that they lead to the same from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from shared.catalog.schemas.refs import joined, objects, step

# Schemas made for what others give to their `$dynamicRef`; documents have a handful.
_MAX_BOUND = 200
_BOUND = "$defs"


def rebase(root: dict[str, Any]) -> None:
    """Make each reference within a schema that has an `$id` absolute, and each dynamic one a plain one, in place.

    A `$dynamicRef` means what the outermost schema on the way to it calls by that name (JSON Schema 2020-12, core,
    8.2.3.2): a schema with `$id` that refers to another one and brings dynamic anchors of its own gets a copy of that
    one, bound to them.
    """
    bases = _Bases(root)
    if bases.resources:
        bases.make_absolute()
        bases.bind()


class _Bases:
    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self.resources: dict[str, dict[str, Any]] = {}
        # Names of anchors, and of the dynamic ones among them, by base.
        self._anchors: dict[str, set[str]] = {}
        self._dynamic: dict[str, set[str]] = {}
        for node, base in objects(root):
            if base and node.get("$id"):
                self.resources.setdefault(base, node)
            for word, held in (
                ("$anchor", (self._anchors,)),
                ("$dynamicAnchor", (self._anchors, self._dynamic)),
            ):
                if isinstance(name := node.get(word), str):
                    for names in held:
                        names.setdefault(base, set()).add(name)
        self._uses: dict[str, set[str]] = {}
        self._bound: dict[str, dict[str, Any]] = {}

    def make_absolute(self) -> None:
        """Make each reference absolute whose target is in the schema with its base."""
        for base, resource in self.resources.items():
            for node in _own_nodes(resource):
                for word in ("$ref", "$dynamicRef"):
                    if isinstance(ref := node.get(word), str):
                        node[word] = self._absolute(ref, base, resource)

    def bind(self) -> None:
        """Replace dynamic references by plain ones, to the anchors of the outermost schema."""
        self._uses = {base: self._dynamic_names(base) for base in self.resources}
        pristine = {base: deepcopy(self.resources[base]) for base, names in self._uses.items() if names}
        for base, resource in self.resources.items():
            for node in _own_nodes(resource):
                self._bind_node(node, base, base, base, pristine)
        if self._bound:
            holder = self._root.setdefault(_BOUND, {})
            if isinstance(holder, dict):
                holder |= self._bound

    def _absolute(self, ref: str, base: str, resource: dict[str, Any]) -> str:
        if ref.startswith("#"):
            return base + ref if ref == "#" or self._leads(ref[1:], base, resource) else ref
        whole = joined(base, ref)
        return whole if whole.partition("#")[0] in self.resources else ref

    def _leads(self, fragment: str, base: str, resource: Any) -> bool:
        if not fragment.startswith("/"):
            return fragment in self._anchors.get(base, ())
        for token in fragment.split("/")[1:]:
            resource = step(resource, token)
        return resource is not None

    def _bind_node(
        self, node: dict[str, Any], own: str, called: str, outer: str, pristine: dict[str, dict[str, Any]]
    ) -> None:
        """Bind one node of the schema `own`, or of its copy `called`, as seen from `outer`."""
        if isinstance(ref := node.get("$dynamicRef"), str) and "#" in ref:
            name = ref.partition("#")[2]
            del node["$dynamicRef"]
            node["$ref"] = f"{outer}#{name}" if name in self._dynamic.get(outer, ()) else ref
        elif isinstance(ref := node.get("$ref"), str):
            head, mark, rest = ref.partition("#")
            if head == own:
                node["$ref"] = f"{called}{mark}{rest}"
            elif head != outer and head in pristine and self._uses[head] & self._dynamic.get(outer, set()):
                node["$ref"] = f"{self._copy(head, outer, pristine)}{mark}{rest}"

    def _copy(self, base: str, outer: str, pristine: dict[str, dict[str, Any]]) -> str:
        """The name of a copy of a schema, bound to the dynamic anchors of another one."""
        called = f"{base};{outer}"
        if called not in self._bound and len(self._bound) < _MAX_BOUND:
            made = self._bound[called] = deepcopy(pristine[base])
            made["$id"] = called
            for node in _own_nodes(made):
                self._bind_node(node, base, called, outer, pristine)
        return called if called in self._bound else base

    def _dynamic_names(self, base: str) -> set[str]:
        """Names of the dynamic references in a schema and in the schemas it refers to."""
        found: set[str] = set()
        waiting, seen = [base], {base}
        while waiting:
            for node in _own_nodes(self.resources[waiting.pop()]):
                if isinstance(ref := node.get("$dynamicRef"), str):
                    found.add(ref.partition("#")[2])
                head = ref.partition("#")[0] if isinstance(ref := node.get("$ref"), str) else ""
                if head in self.resources and head not in seen:
                    seen.add(head)
                    waiting.append(head)
        return found


def _own_nodes(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each object of a schema that has no base of its own but that of the schema."""
    for node, base in objects({**resource, "$id": ""}):
        if not base:
            yield resource if node.get("$id") == "" else node
