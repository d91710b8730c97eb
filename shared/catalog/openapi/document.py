"""OpenAPI 3.x and Swagger 2.0: every operation under `paths`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from shared.catalog.counted import note_counted
from shared.catalog.draft import Draft
from shared.catalog.model import Parameter
from shared.catalog.naming import MAX_NAME, NameHints, sanitize
from shared.catalog.openapi.bodies import add_query_string, add_request_body, add_swagger_bodies
from shared.catalog.openapi.parameters import (
    add_parameter,
    add_undeclared,
    effective_parameters,
    is_true,
    place_of,
)
from shared.catalog.openapi.path_items import PathItems
from shared.catalog.openapi.responses import success_shape
from shared.catalog.openapi.secrets import of_openapi
from shared.catalog.reading import Reading, content_key
from shared.catalog.schemas.expand import Schemas
from shared.catalog.schemas.parameters import Parameters
from shared.catalog.schemas.refs import Refs
from shared.errors import CatalogError

_WORD = re.compile(r"[A-Za-z0-9_-]+")


def read_openapi(root: dict[str, Any], reading: Reading, where: str) -> tuple[str, str, list[Draft]]:
    """Title, description and operations of an OpenAPI 3.x or Swagger 2.0 document.

    Raises:
        CatalogError: `invalid_document` without an `info` object, `no_operations` for webhooks only.
    """
    info = root.get("info")
    if not isinstance(info, dict):
        kind = "Swagger" if "swagger" in root else "OpenAPI"
        message = (
            f"{where} is an {kind} document without its required `info` object; add a title and a version."
        )
        raise CatalogError(message, code="invalid_document")
    reading.begin(of_openapi(root))
    before = reading.operations
    reader = _Reader(root, reading, where)
    drafts = list(reader.operations())
    reader.report()
    if reading.operations == before and isinstance(root.get("webhooks"), dict) and root["webhooks"]:
        message = (
            f"{where} documents only webhooks, which the API calls itself; "
            "a catalog needs operations under `paths`."
        )
        raise CatalogError(message, code="no_operations")
    return reading.name(info.get("title")), reading.text(info.get("description"), 500), drafts


class _Reader:
    def __init__(self, root: dict[str, Any], reading: Reading, where: str) -> None:
        self._root = root
        self._reading = reading
        self._where = where
        version = str(root.get("openapi", ""))
        self.schemas = Schemas(Refs(root, reading), reading, beside_refs=version[:3] not in ("", "3.0"))
        self._items = PathItems(self.schemas.refs, reading)
        self._left_out: Counter[str] = Counter()
        self._servers: set[str] = set()
        # Parameters that operations repeat, by their content.
        self._known: dict[str, tuple[Parameter, ...]] = {}

    def operations(self) -> Iterator[Draft]:
        components = self._root.get("components")
        if isinstance(components, dict):  # responses that operations share
            shared = components.get("responses")
            self._count_links(shared.values() if isinstance(shared, dict) else ())
        self._count_servers(self._root)
        webhooks = self._root.get("webhooks", self._root.get("x-webhooks"))
        for name in webhooks if isinstance(webhooks, dict) else ():
            message = "A webhook is called by the API and cannot be planned; left out."
            self._reading.note("webhook_left_out", f"webhooks/{name}", message)
        for container in ("paths", "x-ms-paths"):
            paths = self._root.get(container)
            if paths is not None and not isinstance(paths, dict):
                self._reading.note("malformed_paths", container, "Not an object; left out.")
                continue
            for path, raw in (paths or {}).items():
                if not path.startswith("x-"):
                    for verb, node, common in self._items.operations(path, raw):
                        yield self._operation(path, verb, node, common)

    def report(self) -> None:
        """Note what operations have that no plan can use, with one diagnostic per kind."""
        for kind, what in (("callbacks", "callbacks"), ("links", "links of responses")):
            if count := self._left_out[kind]:
                self._reading.note(f"{kind}_left_out", self._where, f"{count} {what} are left out.")
        self._items.report(self._where)
        note_counted(self._reading, self._where)

    def _count_left_out(self, node: dict[str, Any]) -> None:
        callbacks = node.get("callbacks")
        if isinstance(callbacks, dict):
            self._left_out["callbacks"] += len(callbacks)
        self._count_servers(node)
        responses = node.get("responses")
        self._count_links(responses.values() if isinstance(responses, dict) else ())

    def _count_servers(self, node: dict[str, Any]) -> None:
        """Count the variables of the urls of servers, each once for the document; they are no arguments."""
        servers = node.get("servers")
        names = [
            str(name)
            for server in (servers if isinstance(servers, list) else ())
            if isinstance(server, dict) and isinstance(server.get("variables"), dict)
            for name in server["variables"]
        ]
        host = node.get("x-ms-parameterized-host")
        rows = host.get("parameters") if isinstance(host, dict) else None
        found = (
            [self.schemas.refs.resolve(row, "servers") for row in rows or ()]
            if isinstance(rows, list)
            else []
        )
        for name in [*names, *(str(row.get("name")) for row in found if row)]:
            if name not in self._servers:
                self._servers.add(name)
                self._reading.count("servers_left_out", name)

    def _count_links(self, responses: Iterable[Any]) -> None:
        for response in responses:
            if isinstance(response, dict) and "links" in response and isinstance(response["links"], dict):
                self._left_out["links"] += len(response["links"])

    def _operation(self, path: str, verb: str, node: dict[str, Any], shared: Any) -> Draft:
        reading = self._reading
        where = reading.place = f"{verb} {path}"
        self._count_left_out(node)
        original = node.get("operationId")
        original = original.strip() if isinstance(original, str) else ""
        tags = node.get("tags")
        name, shown_path = reading.name(original), reading.url(path)
        into = self._parameters(path, node, shared, where)
        return Draft(
            hints=_hints(name, verb, shown_path),
            original_name=name,
            description=_description(node, reading),
            method=verb,
            path=shown_path,
            tags=tuple([tag for raw in tags if (tag := reading.name(raw))]) if isinstance(tags, list) else (),
            parameters=into.done(),
            conditions=into.conditions(),
            responses=success_shape(node.get("responses"), self.schemas, reading, where),
        )

    def _parameters(self, path: str, node: dict[str, Any], shared: Any, where: str) -> Parameters:
        reading, schemas = self._reading, self.schemas
        into = Parameters(reading, where)
        bodies: list[dict[str, Any]] = []
        for parameter in effective_parameters(shared, node.get("parameters"), schemas, reading, where):
            if place_of(parameter) == "body":
                bodies.append(parameter)
            elif place_of(parameter) == "querystring":
                add_query_string(parameter, into, schemas)
            else:
                self._add(parameter, into, where)
        add_undeclared(path, into, reading, where)
        if bodies:
            add_swagger_bodies(bodies, into, schemas, reading, where)
        if node.get("requestBody") is not None:
            request_body = schemas.refs.resolve(node["requestBody"], where)
            if request_body is not None:
                add_request_body(request_body, into, schemas, reading, where)
            else:
                reading.note(
                    "body_left_out", where, "The request body is not an object or its $ref leads nowhere."
                )
        return into

    def _add(self, parameter: dict[str, Any], into: Parameters, where: str) -> None:
        """One parameter; those that several operations refer to or repeat are made once."""
        key = content_key(parameter)
        known = self._known.get(key) if key is not None else None
        if known is not None and into.share(known):
            return
        made = add_parameter(parameter, into, self.schemas, self._reading, where)
        if made is not None and key is not None:
            self._known[key] = (made,)


def _description(node: dict[str, Any], reading: Reading) -> str:
    limit = reading.limits.description
    summary = reading.text(node.get("summary"), limit)
    rest = reading.text(node.get("description"), limit)
    if not summary or rest.startswith(summary.rstrip(".")):
        said = rest or summary
    else:
        said = reading.joined(summary, rest, limit) if rest else summary
    if not is_true(node.get("deprecated")) or said.lower().startswith("deprecated"):
        return said
    return reading.joined("Deprecated", said, limit) if said else "Deprecated."


def _hints(operation_id: str, verb: str, path: str) -> NameHints:
    if sanitize(operation_id):
        return NameHints(
            tuple(operation_id.split(".")),
            lambda: (verb.lower(), "_".join(_WORD.findall(path))),
            lambda: f"{verb} {path}",
        )
    words = _WORD.findall(path) or ["root"]
    spoken = "_".join([verb.lower(), *words])
    while len(spoken) > MAX_NAME and len(words) > 1:
        words = words[1:]
        spoken = "_".join([verb.lower(), *words])
    return NameHints((spoken,), tuple, lambda: f"{verb} {path}")
