"""Turns ids written out in paths (`/vm/vm-33/power`, `/products/1`) into path parameters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import Row
from shared.catalog.postman.url import holds_variable, host_and_segments
from shared.scrub.looks import looks_opaque
from shared.scrub.personal import scrub_path
from shared.scrub.text import scrub_url

_ID = re.compile(
    r"(?i)(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{13,27})|(?P<number>\d+)"
    r"|(?P<date>\d{4}-\d\d-\d\d(?:t[\d:.z+-]{1,20})?)|(?P<email>[^@/\s]{1,80}@[^@/\s]{1,80}\.[a-z]{2,12})"
    r"|(?P<hex>(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,64})|(?P<word>[a-z]+(?:[_-][a-z]+)*)[_-]\d+"
    # `cus_9s6XKzkNRiz8i3`, `AB12CD`, `INV-2024-A7`; a single digit without a hyphen is a version, as in `REST2`.
    r"|(?P<marked>(?P<mark>[a-z]{2,8})_(?=[a-z]*\d)[a-z0-9]{8,40})"
    r"|(?-i:(?P<code>(?=.{5})(?=[A-Z]*(?:\d[A-Z\d]*[\d-]|-[A-Z-]*\d))(?=[\d-]*[A-Z])[A-Z\d]{2,20}(?:-[A-Z\d]{1,20}){0,5}))"
)
_ACTION = re.compile(
    r"(?i)add|apply|approve|assign|cancel|change|check|close|create|del(?:ete)?|edit|fetch|find|get|list|open"
    r"|remove|search|set|show|update|view|by[_-]?id|details?|info"
)
"""Words before an id that do not say what it is of: `/cart/remove/1`."""
_VERSION = re.compile(r"(?i)v\d+|(?:19|20)\d\d")
_VARIABLE = re.compile(r":[\w-]+|\{\{[\w-]+\}\}")
_MAX_SEGMENTS = 40

_WORD = "word "
_SURE = frozenset({"uuid", "number", "date", "email", "hex", "drawn"})
"""Forms that no name of a place has: at the end of a path one of them alone is an id."""
_PLACE = re.compile(r"(?i)(?!(?:api|rest|version)\Z)[^\W\d](?:[^\W\d]|-)*")

type _Before = tuple[str, ...]


class _Path:
    """A request's url in parts; ids give way to variables in `segments`.

    What only the whole url tells to be a credential or personal is taken out before a part of it can be an example.
    """

    def __init__(self, base: str) -> None:
        self.host, self.segments = host_and_segments(base)
        if any(map(_form, self.segments)):
            self.host, self.segments = host_and_segments(scrub_path(scrub_url(base)))
        self._end = "/" if base.endswith("/") else ""

    @property
    def url(self) -> str:
        """The url with its variables; a slash at its end stays, since servers tell paths by it."""
        return "/".join((self.host, *self.segments)) + self._end


def name_literal_ids(requests: Sequence[Request]) -> None:
    """Put a path variable in the place of ids that vary, in place; what a request sends becomes its example.

    A place is known by what stands before it in the path. It is a variable where several requests have ids of
    one form there (numbers, uuids, `vm-33` and `vm-34`), where one has an id and another a variable, and where what
    can be nothing else ends a path (`/products/1`, and then `/products/1/reviews` too) or stands behind one that is
    asked for (`/products` and `/products/1/reviews`). Other single numbers may be versions (`/rest/api/2/issue`).
    """
    paths = [_Path(request.url.base) for request in requests]
    pending = [i for i, path in enumerate(paths) if 0 < len(path.segments) <= _MAX_SEGMENTS]
    for depth in range(_MAX_SEGMENTS):
        asked = {(paths[i].host, *paths[i].segments) for i in pending if len(paths[i].segments) == depth}
        pending = [i for i in pending if len(paths[i].segments) > depth]
        places: dict[_Before, list[int]] = defaultdict(list)
        for i in pending:
            places[paths[i].host, *paths[i].segments[:depth]].append(i)
        for before, members in places.items():
            _name_place([(requests[i], paths[i]) for i in members], depth, is_listed=before in asked)


def _name_place(members: list[tuple[Request, _Path]], depth: int, *, is_listed: bool) -> None:
    ids: dict[str, set[str]] = defaultdict(set)
    variables = set()
    sure = set()
    for _, path in members:
        segment = path.segments[depth]
        if holds_variable(segment):
            variables.add(segment)
        elif (form := _form(segment)) and (depth or not form.startswith(_WORD)):
            ids[form].add(segment)
            if form in _SURE and _is_of_many(path.segments, depth, is_listed=is_listed):
                sure.add(form)
    for form, found in ids.items():
        if len(found) < 2 and not variables and form not in sure:
            continue
        # `:id` before `{{id}}`.
        known = min((one for one in variables if _VARIABLE.fullmatch(one)), default="")
        for request, path in members:
            if path.segments[depth] in found:
                _name_one(request, path, depth, known)


def _is_of_many(segments: Sequence[str], depth: int, *, is_listed: bool) -> bool:
    """Whether a name stands before the place, and the path ends here or another one ends with that name."""
    is_named = bool(depth and _PLACE.fullmatch(segments[depth - 1]))
    return is_named and (is_listed or depth + 1 == len(segments))


def _form(segment: str) -> str:
    found = _ID.fullmatch(segment)
    if _VERSION.fullmatch(segment):
        return ""
    if found is None:
        return "drawn" if looks_opaque(segment, shortest=12, suspect=True) else ""
    kind = found.lastgroup or ""
    return _WORD + found["word"].lower() if kind == "word" else kind


def _name_one(request: Request, path: _Path, depth: int, known: str) -> None:
    segments = path.segments
    taken = {row.key for row in request.url.variables}
    name = known.strip(":{}") or _spoken(segments[depth - 1] if depth else "", _form(segments[depth]))
    while name in taken:
        name = f"{name}_{depth}"
    row = Row(name, segments[depth])
    segments[depth] = known if known and known.strip(":{}") == name else f":{name}"
    request.url = replace(request.url, base=path.url, variables=(*request.url.variables, row))


def _spoken(before: str, form: str) -> str:
    """The name of an id by the segment before it: `/orders/7` has an `order_id`, `/rates/2026-01-31` a `rate_date`."""
    kind = form if form in ("date", "email") else "id"
    words = "" if _ACTION.fullmatch(before) else re.sub(r"\W+", "_", before.lstrip(":")).strip("_")
    single = (
        words[:-1]
        if len(words) > 3 and words.endswith("s") and not words.endswith(("ss", "us", "is"))
        else words
    )
    return f"{single}_{kind}" if single and not single[0].isdigit() else kind
