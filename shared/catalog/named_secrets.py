"""Credentials that a document names itself: in security schemes, authentication blocks and secret variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from shared.catalog.postman.rows import Row, rows_of
from shared.scrub.names import NameKind, name_kind
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in
from shared.scrub.text import ROW_CARRIERS, may_be_opaque, row_name, scrub_value

_REFERENCE = re.compile(r"\{\{\s*([^{}]{1,120}?)\s*\}\}")
# A shorter value may be a word like any other.
_SHORTEST = 8
# Under a name that says less, a value that looks random.
_SHORTEST_WEAK = 20
_MOST = 500
_MAX_DEPTH = 100
_SCHEMES = ("bearer", "basic", "token", "apikey")


class NamedSecrets:
    """Names whose values are credentials in one document, and such values, wherever they stand.

    `left_out` says how many over the limit are not looked for.
    """

    def __init__(self, names: Iterable[str] = (), values: Iterable[str] = ()) -> None:
        said = {name.strip().lower() for name in names}
        new = sorted(name for name in said if name and name_kind(name) is not NameKind.SECRET)
        self.names = frozenset(new[:_MOST])
        known = {form for value in values for form in _forms(value) if _is_own(form)}
        self.values = frozenset(sorted(known)[:_MOST])
        self.left_out = max(0, len(new) - _MOST) + max(0, len(known) - _MOST)
        self._of_names = _assigned(self.names)
        self._of_values = _alternatives(self.values)

    def __bool__(self) -> bool:
        return bool(self.names or self.values)

    def names_one(self, name: str, location: str) -> bool:
        """Whether an argument holds a credential; `key` and the like do so only where credentials are sent."""
        if name.strip().lower() not in self.names:
            return False
        return location in ("query", "header") or name_kind(name) is NameKind.PLAIN

    def text(self, text: str) -> str:
        """`text` without the known values and without what is assigned to the names."""
        if self._of_values is not None:
            text = self._of_values.sub(PLACEHOLDER, text)
        return self._of_names.sub(_without_value, text) if self._of_names is not None else text

    def value(self, value: Any, name: str, location: str, depth: int = _MAX_DEPTH) -> Any:
        """`value` (plain JSON) of an argument without them; `value` itself where it holds none."""
        if self.names_one(name, location):
            return scrub_value(value, name="secret", location=location)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list) and depth > 0:
            kept = [self.value(item, "", "", depth - 1) for item in value]
            return kept if kept != value else value
        if isinstance(value, dict) and depth > 0:
            row = row_name(value) or ""
            members = {
                self.text(key) if isinstance(key, str) else key: self.value(
                    item, row if row and str(key).lower() in ROW_CARRIERS else str(key), "", depth - 1
                )
                for key, item in value.items()
            }
            return members if members != value else value
        return value


def _is_own(value: str) -> bool:
    return len(value) >= _SHORTEST and not is_stand_in(value) and "{{" not in value


def _forms(value: str) -> Iterator[str]:
    """A value as it is, without its scheme, and as a url has it."""
    value = value.strip()
    scheme, _, rest = value.partition(" ")
    bare = rest.strip() if scheme.lower() in _SCHEMES else value
    yield from (value, bare, quote(bare, safe=""))


def of_collection(auth: Iterable[Any], variables: Iterable[Any]) -> NamedSecrets:
    """What the authentication blocks and the variables of a Postman collection say."""
    names: list[str] = []
    values: list[str] = []
    for block in auth:
        for kind, rows in _rows_of_auth(block):
            fields = {row.key: row.value for row in rows}
            if kind == "apikey" and isinstance(fields.get("key"), str):
                names.append(fields["key"])
            values.extend(
                value
                for key, value in fields.items()
                if isinstance(value, str)
                and ((kind, key) == ("apikey", "value") or name_kind(key) is NameKind.SECRET)
            )
    behind = {name for value in values for name in _REFERENCE.findall(value)}
    values.extend(
        row.value
        for listed in variables
        for row in rows_of(listed)
        if isinstance(row.value, str) and (row.key in behind or _is_secret(row))
    )
    return NamedSecrets(names, values)


def _is_secret(row: Row) -> bool:
    kind = name_kind(row.key)
    return (
        row.kind == "secret"
        or kind is NameKind.SECRET
        or (kind is NameKind.WEAK and len(row.value) >= _SHORTEST_WEAK and may_be_opaque(row.value))
    )


def _rows_of_auth(block: Any) -> Iterator[tuple[str, tuple[Row, ...]]]:
    kind = block.get("type") if isinstance(block, dict) else None
    if isinstance(kind, str):
        yield kind, rows_of(block.get(kind))


def of_openapi(root: dict[str, Any]) -> NamedSecrets:
    """What the security schemes of an OpenAPI or Swagger document say."""
    components = root.get("components")
    listed = (
        components.get("securitySchemes") if isinstance(components, dict) else None,
        root.get("securityDefinitions"),
    )
    schemes = [scheme for found in listed if isinstance(found, dict) for scheme in found.values()]
    return NamedSecrets(
        scheme["name"]
        for scheme in schemes
        if isinstance(scheme, dict) and scheme.get("type") == "apiKey" and isinstance(scheme.get("name"), str)
    )


def _alternatives(words: frozenset[str]) -> re.Pattern[str] | None:
    listed = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return (
        re.compile(rf"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-F]{{2}}))(?:{listed})(?![A-Za-z0-9])") if words else None
    )


@lru_cache(maxsize=64)
def _assigned(names: frozenset[str]) -> re.Pattern[str] | None:
    listed = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    pattern = (
        rf"(?i)(?P<before>(?<![\w-])(?:{listed})[\"'`]{{0,2}}\s{{0,3}}(?P<mid>[:=])\s{{0,3}}[\"'`]?)"
        r"(?P<value>[^\s\"'`,;&<>(){}\[\]]{6,400})"
    )
    return re.compile(pattern) if names else None


def _without_value(match: re.Match[str]) -> str:
    value = match["value"]
    is_plain = not any(ch.isdigit() for ch in value)
    if is_stand_in(value) or value.startswith(("$", "//")) or (is_plain and match["mid"] == ":"):
        return match.group()
    return f"{match['before']}{PLACEHOLDER}"
