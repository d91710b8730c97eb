"""SOAP bodies: what stands inside the operation's element are its fields, by the names of their elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

_MAX_TEXT = 128 * 1024
_MAX_DEPTH = 40
# What tools write where a value is still to be filled in.
_UNFILLED = "?"
_MARKS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ""), ("<", ">"))


class _Element(Struct):
    name: str
    text: str = ""
    children: list[_Element] = field(default_factory=list)
    has_attributes: bool = False


class Soap(Struct, frozen=True):
    """The fields of a SOAP call; `left_out` says in words what of the message is not among them, or is ""."""

    fields: dict[str, Any]
    left_out: str


def read_soap(text: str) -> Soap | None:
    """The fields of the first element in the body of a SOAP envelope; None for any other text."""
    if len(text) > _MAX_TEXT or "nvelope" not in text:
        return None
    root = _tree(text)
    parts = {one.name: one for one in root.children} if root is not None and root.name == "Envelope" else {}
    body = parts.get("Body")
    if body is None or not body.children:
        return None
    fields = _value(body.children[0])
    if not isinstance(fields, dict):
        return None
    said = ["the header"] if "Header" in parts and parts["Header"].children else []
    said += ["further elements of the body"] if len(body.children) > 1 else []
    said += ["attributes"] if any(map(_has_attributes, body.children[0].children)) else []
    return Soap(fields, ", ".join(said))


def _value(element: _Element) -> Any:
    if not element.children:
        text = element.text.strip()
        return "" if text == _UNFILLED else text
    found: dict[str, Any] = {}
    for child in element.children:
        value = _value(child)
        if child.name in found:
            known = found[child.name]
            found[child.name] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            found[child.name] = value
    return found


def _has_attributes(element: _Element) -> bool:
    return element.has_attributes or any(map(_has_attributes, element.children))


def _tree(text: str) -> _Element | None:
    """The elements of well-formed XML without a document type; None for anything else. Nothing is resolved."""
    top = _Element("")
    stack = [top]
    for kind, content in _tokens(text):
        if kind == "text":
            stack[-1].text += content
        elif kind == "end":
            if len(stack) < 2 or stack.pop().name != _local(content):
                return None
        elif kind == "start":
            name, _, rest = content.rstrip("/").replace("\n", " ").replace("\t", " ").partition(" ")
            attributes = [word for word in rest.split() if "=" in word and not word.startswith("xmlns")]
            made = _Element(_local(name), has_attributes=bool(attributes))
            stack[-1].children.append(made)
            if not content.endswith("/"):
                stack.append(made)
            if len(stack) > _MAX_DEPTH:
                return None
        else:
            return None
    return top.children[0] if len(stack) == 1 and len(top.children) == 1 else None


def _local(name: str) -> str:
    return name.strip().rpartition(":")[2]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while (start := text.find("<", place)) >= 0:
        if start > place:
            yield "text", text[place:start]
        opening, closing = next(marks for marks in _MARKS if text.startswith(marks[0], start))
        end = text.find(closing, start + len(opening)) if closing else -1
        if end < 0:
            yield "broken", ""
            return
        inside, place = text[start + len(opening) : end], end + len(closing)
        if opening == "<![CDATA[":
            yield "text", inside
        elif opening == "<":
            yield ("end", inside[1:]) if inside.startswith("/") else ("start", inside)
