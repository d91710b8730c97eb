"""Postman collections v2.0 and v2.1: every request is an operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from shared.catalog.counted import note_counted
from shared.catalog.draft import Draft
from shared.catalog.model import Parameter
from shared.catalog.naming import NameHints, order_free_text
from shared.catalog.postman.chooser import Choice, FieldPath, find_choices, may_choose, short_values
from shared.catalog.postman.constants import fix_constants
from shared.catalog.postman.graphql import GraphqlOperation, read_graphql
from shared.catalog.postman.items import keeps_body, read_request
from shared.catalog.postman.literal_ids import name_literal_ids
from shared.catalog.postman.optional import mark_optional
from shared.catalog.postman.parameters import parameters_of
from shared.catalog.postman.refusals import without_refusals
from shared.catalog.postman.repeated import merge_repeated, sent_text, tell_by_accept
from shared.catalog.postman.request import Request
from shared.catalog.postman.responses import success_shape
from shared.catalog.postman.rows import Row
from shared.catalog.postman.scripts import asserted_shape
from shared.catalog.postman.secrets import of_collection
from shared.catalog.postman.url import path_segments
from shared.catalog.postman.variables import fill_variables
from shared.catalog.reading import Reading

_NAMES_IN_NAME = 4


def read_postman(root: dict[str, Any], reading: Reading, where: str) -> tuple[str, str, list[Draft]]:
    """Title, description and operations of a collection; what cannot be read is noted and left out."""
    raw_info = root.get("info")
    info: dict[str, Any] = raw_info if isinstance(raw_info, dict) else {}
    if not isinstance(raw_info, dict):
        reading.note("missing_info", where, "The collection has no `info` object.")
    walk = _Walk(reading)
    walk.go_through(root, (), where)
    tell_by_accept(walk.requests)
    requests = merge_repeated(walk.requests, reading)
    name_literal_ids(requests)
    requests = without_refusals(requests, _told_apart, reading)
    reading.begin(of_collection(root))
    walk.report(root, where, fill_variables(root, requests, walk.auth_blocks, reading))
    operations = [
        read_graphql(request.graphql, request.where, reading) if request.graphql is not None else None
        for request in requests
    ]
    choices = find_choices([_Sent(request) for request in requests])
    mark_optional(requests, choices)
    drafts = [
        _draft(request, _safe(choice, reading), operation, reading)
        for request, choice, operation in zip(requests, choices, operations, strict=True)
    ]
    fix_constants(drafts)
    note_counted(reading, where)
    return reading.name(info.get("name")), reading.text(info.get("description"), 500), drafts


def _told_apart(requests: Sequence[Request]) -> list[object]:
    """What tells of each request which operation of its url it is: the choosing field's value, the text of GraphQL."""
    choices = find_choices([_Sent(request) for request in requests])
    return [
        (choice and choice.value, request.graphql and " ".join(str(request.graphql.get("query")).split()))
        for request, choice in zip(requests, choices, strict=True)
    ]


class _Walk:
    """Goes through folders; counts what is dropped whole (scripts, credentials, variables)."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._scripts = 0
        self._auth: Counter[str] = Counter()
        self.auth_blocks: list[Any] = []
        self.requests: list[Request] = []

    def go_through(
        self, folder: dict[str, Any], folders: tuple[str, ...], where: str, *, keeps: bool = False
    ) -> None:
        """Read the requests of a folder and of those in it; `keeps` says whether bodies under GET are sent."""
        self._count_dropped(folder)
        keeps = keeps if (said := keeps_body(folder)) is None else said
        before = "".join(f"{name} / " for name in folders)
        for piece in folder.get("item") or ():
            item = piece
            if not isinstance(item, dict):
                self._reading.note("malformed_item", where, "An item that is not an object is left out.")
                continue
            name = item.get("name")
            if type(name) is not str:
                name = str(name) if isinstance(name, int | float) else ""
            here = before + (name or "(unnamed)")
            if isinstance(item.get("item"), list):
                if len(folders) >= self._reading.limits.depth:
                    self._reading.note("too_deep", here[:200], "Folders nested too deep; left out.")
                    continue
                self.go_through(item, (*folders, name), here, keeps=keeps)
                if "request" not in item:
                    continue
            self._count_dropped(item)
            sent = item.get("request")
            if isinstance(sent, (dict, str)) and not self._reading.takes_another():
                continue
            own = keeps_body(item)
            request = read_request(
                item, folders, here, self._reading, keeps_body=keeps if own is None else own
            )
            if request is not None:
                self.requests.append(request)

    def _count_dropped(self, item: dict[str, Any]) -> None:
        events = item.get("event")
        self._scripts += len(events) if isinstance(events, list) else 0
        request = item.get("request")
        for owner in (item, request):
            auth = owner.get("auth") if isinstance(owner, dict) else None
            kind = auth.get("type") if isinstance(auth, dict) else None
            if isinstance(kind, str) and kind != "noauth":
                self._auth[kind[:40]] += 1
                self.auth_blocks.append(auth)

    def report(self, root: dict[str, Any], where: str, used_variables: int) -> None:
        """Note what is left out as a whole, with one diagnostic per kind."""
        for kind, count in sorted(self._auth.items()):
            message = (
                f"{count} {kind} authentication blocks are left out; whoever runs a plan authenticates it."
            )
            self._reading.note("auth_left_out", where, message)
        if self._scripts:
            self._reading.note("scripts_left_out", where, f"{self._scripts} scripts are left out.")
        variables = root.get("variable")
        left_out = len(variables) - used_variables if isinstance(variables, list) else 0
        if left_out > 0:
            message = f"The values of {left_out} variables are left out."
            if used_variables:
                message = f"{message[:-1]}; those of {used_variables} more are examples of what bodies send."
            self._reading.note("variables_left_out", where, message)


class _Sent(Struct, frozen=True):
    """What a request sends, as the search for a choosing field asks for it (see `chooser.Sent`)."""

    request: Request

    @property
    def group(self) -> tuple[str, str]:
        return self.request.method, self.request.url.base

    @property
    def title(self) -> str:
        return " ".join((*self.request.folders, self.request.name))

    def read(self) -> dict[FieldPath, str]:
        found = short_values("body", self.request.body)
        for location, rows in self._rows():
            enabled = {row.key: _unquoted(row.value) for row in rows if not row.disabled}
            if enabled:
                found |= short_values(location, enabled)
        return found

    def look(self, path: FieldPath) -> str | None:
        location, *keys = path
        found: Any = self.request.body if location == "body" else None
        for place, rows in self._rows():
            if place == location:
                found = {row.key: _unquoted(row.value) for row in rows if not row.disabled}
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, str) and may_choose(location, found) else None

    def fields(self) -> frozenset[str]:
        request = self.request
        fields = [*request.body] if isinstance(request.body, dict) else []
        return frozenset(map(str, [*fields, *(row.key for row in (*request.url.query, *request.form))]))

    def _rows(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        request = self.request
        return (("query", request.url.query), ("form", request.form), ("header", request.headers))


def _unquoted(value: Any) -> Any:
    return value.strip('"') if isinstance(value, str) else value


def _safe(choice: Choice | None, reading: Reading) -> Choice | None:
    """The choice, unless its value would not survive scrubbing."""
    if choice is None or reading.value(choice.value, choice.path[-1], choice.path[0]) != choice.value:
        return None
    return choice


def _draft(
    request: Request, choice: Choice | None, operation: GraphqlOperation | None, reading: Reading
) -> Draft:
    folders = tuple([name for raw in request.folders if (name := reading.name(raw))])
    name = reading.name(request.name)
    path = reading.url(request.url.base)
    reading.place = request.where
    parameters = parameters_of(request, choice, operation, reading)
    refinement = choice.value if choice is not None else operation.name if operation is not None else ""
    return Draft(
        hints=NameHints(
            segments=(*folders, name or f"{request.method.lower()}_{_spoken(path)}"),
            refinements=lambda: (
                reading.name(refinement),
                request.method.lower(),
                _spoken(path),
                _sent_names(parameters),
            ),
            content=lambda: f"{path}\0{_content(request)}",
        ),
        original_name=name,
        description=reading.text(request.description, reading.limits.description),
        method=request.method,
        path=path,
        tags=folders,
        parameters=parameters,
        responses=success_shape(request.responses, request.where, reading) or asserted_shape(request.tests),
    )


def _spoken(path: str) -> str:
    return "_".join(path_segments(path))


def _sent_names(parameters: tuple[Parameter, ...]) -> str:
    """The first names of what is sent besides the path, in an order of their own."""
    names = sorted(parameter.name for parameter in parameters if parameter.location != "path")
    return "_".join(names[:_NAMES_IN_NAME])


def _content(request: Request) -> str:
    """What tells two requests apart that differ in nothing but what they send and say; only ever hashed."""
    return f"{sent_text(request)}{order_free_text((request.description, sorted(request.optional)))}"
