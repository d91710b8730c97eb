"""The Bicep files of `infra/`, read with tree-sitter: what they declare, refer to and set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import tree_sitter
import tree_sitter_bicep

from local.checkout import ROOT

INFRA = ROOT / "infra"
_PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))
_DECLARATIONS = {
    "parameter_declaration": "param",
    "variable_declaration": "var",
    "resource_declaration": "resource",
    "module_declaration": "module",
    "output_declaration": "output",
}
Node = tree_sitter.Node


@dataclass(frozen=True)
class Expression:
    """A value that is known only when it is deployed, as written."""

    text: str


@dataclass(frozen=True)
class Declared:
    """A param, var, resource, module or output.

    Attributes:
        kind: `param`, `var`, `resource`, `module`, `output`.
        target: type and version of a resource, path of a module, else "".
        body: the object of a resource or module; loops and conditions are looked through.
    """

    kind: str
    name: str
    node: Node = field(repr=False)
    target: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    existing: bool = False
    has_default: bool = False


class Bicep:
    """One file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = path.read_bytes()
        self.root = _PARSER.parse(self.source).root_node

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def syntax_errors(self) -> list[str]:
        """Where the grammar does not fit."""
        return [
            f"{self}:{node.start_point.row + 1}: {_text(node)[:60]}"
            for node in walk(self.root)
            if node.type == "ERROR" or node.is_missing
        ]

    @cached_property
    def declared(self) -> list[Declared]:
        """Everything declared, nested resources included."""
        return [_declared(node) for node in walk(self.root) if node.type in _DECLARATIONS]

    def of(self, kind: str) -> dict[str, Declared]:
        """Declarations of one kind by name."""
        return {each.name: each for each in self.declared if each.kind == kind}

    @cached_property
    def references(self) -> list[str]:
        """Every identifier that refers to something declared, outside of where it is declared."""
        return list(_references(self.root, frozenset()))

    @cached_property
    def calls(self) -> set[str]:
        """Names of the functions and decorators used."""
        return {_text(node.named_children[0]) for node in walk(self.root) if node.type == "call_expression"}

    @cached_property
    def variables(self) -> dict[str, Any]:
        """Values of the variables, as far as they are written down."""
        return {name: value(each.node.named_children[-1]) for name, each in self.of("var").items()}


@cache
def bicep_files() -> tuple[Bicep, ...]:
    """All files below `infra/`."""
    return tuple(Bicep(path) for path in sorted(INFRA.rglob("*.bicep")))


def bicep(name: str) -> Bicep:
    """The file `name`, its stem."""
    return next(file for file in bicep_files() if file.path.stem == name)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def value(node: Node) -> Any:
    """What a literal says; a loop is a list of its one body, anything else an Expression."""
    if node.type == "object":
        return {
            _key(each.named_children[0]): value(each.named_children[-1])
            for each in node.named_children
            if each.type == "object_property" and each.named_children[-1].type != "resource_declaration"
        }
    if node.type == "array":
        return [value(each) for each in node.named_children if each.type != "comment"]
    if node.type == "for_statement":
        return [value(_inside(node))]
    if node.type == "string" and not any(each.type == "interpolation" for each in node.named_children):
        return "".join(_text(each) for each in node.named_children)
    if node.type in ("boolean", "number"):
        text = _text(node)
        return text == "true" if node.type == "boolean" else int(text)
    if node.type == "null":
        return None
    return Expression(_text(node))


def _declared(node: Node) -> Declared:
    kind = _DECLARATIONS[node.type]
    named = [each for each in node.named_children if each.type not in ("decorators", "comment")]
    name = _text(named[0])
    if kind not in ("resource", "module"):
        return Declared(kind, name, node, has_default=len(named) > 2)
    found = value(_inside(named[-1]))
    body = found if isinstance(found, dict) else {}
    head = node.text or b""
    existing = re.match(rb"resource \w+ '[^']+' existing", head) is not None
    return Declared(kind, name, node, value(named[1]), body, existing)


def _inside(node: Node) -> Node:
    """The object below loops and conditions."""
    while node.type in ("for_statement", "if_statement"):
        node = node.named_children[-1]
    return node


def _references(node: Node, bound: frozenset[str]) -> Iterator[str]:
    children = list(node.named_children)
    if node.type in _DECLARATIONS:
        first = next(n for n, each in enumerate(children) if each.type == "identifier")
        del children[first]
    elif (
        node.type == "object_property" and children[0].type == "identifier"
    ) or node.type == "call_expression":
        del children[0]
    elif node.type in ("for_statement", "lambda_expression"):
        names = children[0] if node.type == "for_statement" else None
        own = walk(names) if names else iter(children[:-1])
        bound = bound | {_text(each) for each in own}
        children = children[1:] if names else children[-1:]
    elif node.type == "identifier" and _text(node) not in bound:
        yield _text(node)
    for child in children:
        yield from _references(child, bound)


def _key(node: Node) -> str:
    return _text(node).strip("'")


def _text(node: Node) -> str:
    return (node.text or b"").decode()
