"""Says which credentials a text still holds, without changing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.scrub.assignments import scrub_assignments
from shared.scrub.names import NameKind, name_kind
from shared.scrub.spans import secret_spans
from shared.scrub.stand_ins import is_pointer, is_stand_in, kept_prefix, placeholder_for
from shared.scrub.text import json_inside, scrub_url


def find_secrets(text: str, *, name: str = "") -> list[str]:
    """Kinds of credentials found in `text`, sorted; empty for our placeholders, fakes, ids, hashes and ordinary words.

    With the `name` of the argument that holds it, any value of its own in a credential's place is one, and
    random words in an identifier's place are none.
    """
    kind = name_kind(name) if name else NameKind.PLAIN
    spans = secret_spans(text, opaque_from=0 if kind is NameKind.IDENTIFIER else 40)
    kinds = {found for start, end, found in spans if not is_stand_in(_value_of(text[start:end]))}
    if kind is NameKind.SECRET and not is_pointer(text, name) and placeholder_for(text) != text:
        kinds.add("credential")
    if "://" in text and scrub_url(text) != text:
        kinds.add("url_credential")
    if scrub_assignments(text) != text:
        kinds.add("assignment")
    if text[:1] in ("{", "[") and (inside := json_inside(text)) is not None:
        kinds.update(_found_inside(inside, name))
    return sorted(kinds)


def _found_inside(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from find_secrets(value, name=name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _found_inside(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _found_inside(item, name)


def _value_of(found: str) -> str:
    return found[len(kept_prefix(found)) :]
