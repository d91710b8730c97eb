"""Postman's local form (v3), a folder of YAML files with one request each, as one document of v2.1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from msgspec import Struct

from shared.catalog.documents import Document
from shared.catalog.reading import Reading
from shared.scrub.plain import plain

_KIND = re.compile(rb"(?:\A|[\r\n{,])[ \t]*[\"']?\$kind[\"']?[ \t]*:")
_HEAD = 4_096
_ENDING = re.compile(r"(?:\.(?:request|example))?\.(?:ya?ml|json)\Z")
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_RESOURCES = ".resources"
_FORMS = {"formdata": "formdata", "form-data": "formdata", "urlencoded": "urlencoded"}
_TEXTS = frozenset(("json", "text", "xml", "html", "javascript", "raw", "yaml"))


class LocalFile(Struct, frozen=True):
    """One file of a local collection: where it stood, and what is in it."""

    path: tuple[str, ...]
    root: dict[str, Any]

    @property
    def stem(self) -> str:
        """The name for a file that gives none itself."""
        return _ENDING.sub("", self.path[-1])


def is_local(document: Document) -> bool:
    """Whether a file may be one of a local collection, by its `$kind`."""
    return _KIND.search(document.data[:_HEAD]) is not None


def path_of(name: str) -> tuple[str, ...]:
    """The folders and the name of a file as an archive gives them; nothing is ever opened by them."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")) or ("",)


def as_collection(files: Sequence[LocalFile], reading: Reading) -> dict[str, Any]:
    """The collection (v2.1) that the files are together; files of kinds that are no HTTP requests are noted."""
    top = _common_folder(files)
    tree: dict[str, Any] = {"item": []}
    examples = _examples(files)
    for file in sorted(files, key=_order):
        kind = file.root.get("$kind")
        folders = file.path[len(top) : -1]
        if kind == "http-request":
            _folder(tree, folders)["item"].append(_item(file, examples))
        elif kind in ("collection", "folder"):
            _define(_folder(tree, folders[:-1] if folders[-1:] == (_RESOURCES,) else folders), file.root)
        elif kind != "http-example":
            message = f"A file of the kind {str(kind)[:40]} is no HTTP request; left out."
            reading.note("skipped_document", "/".join(file.path), message)
    title = tree.pop("name", "") or (top[-1] if top else "")
    about = tree.pop("description", "")
    return {"info": {"name": title, "schema": _SCHEMA, "description": about}, **tree}


def _common_folder(files: Sequence[LocalFile]) -> tuple[str, ...]:
    """The folders that all requests and definitions have in common."""
    paths = [
        file.path[: file.path.index(_RESOURCES)] if _RESOURCES in file.path else file.path[:-1]
        for file in files
    ]
    first = min(paths, key=len)
    return next(
        first[:end] for end in range(len(first), -1, -1) if all(p[:end] == first[:end] for p in paths)
    )


def _order(file: LocalFile) -> tuple[float, tuple[str, ...]]:
    order = file.root.get("order")
    return (float(order) if isinstance(order, int | float) else 0.0), file.path


def _folder(tree: dict[str, Any], folders: Iterable[str]) -> dict[str, Any]:
    node = tree
    for name in folders:
        found = next((one for one in node["item"] if one["name"] == name and "item" in one), None)
        if found is None:
            found = {"name": name, "item": []}
            node["item"].append(found)
        node = found
    return node


def _define(folder: dict[str, Any], root: dict[str, Any]) -> None:
    """What a definition says of its folder or of the whole collection."""
    if isinstance(root.get("name"), str):
        folder["name"] = root["name"] if "name" not in folder else folder["name"]
    folder["description"] = root.get("description") or ""
    folder["variable"] = _rows(root.get("variables"))
    folder |= _auth(root) | _events(root)


def _examples(files: Sequence[LocalFile]) -> dict[tuple[str, ...], list[LocalFile]]:
    """The saved examples by the folders and the name of their request."""
    found: dict[tuple[str, ...], list[LocalFile]] = {}
    for file in files:
        holders = [part for part in file.path if part.endswith(_RESOURCES) and part != _RESOURCES]
        if file.root.get("$kind") == "http-example" and holders:
            before = file.path[: file.path.index(holders[-1])]
            key = (*[part for part in before if part != _RESOURCES], holders[-1].removesuffix(_RESOURCES))
            found.setdefault(key, []).append(file)
    return found


def _item(file: LocalFile, examples: dict[tuple[str, ...], list[LocalFile]]) -> dict[str, Any]:
    root = file.root
    saved = examples.get((*file.path[:-1], file.stem), ())
    name = root.get("name")
    return {
        "name": name if isinstance(name, str) and name else file.stem,
        "request": _request(root),
        "response": [_response(one) for one in saved],
        **_events(root),
    }


def _request(root: dict[str, Any]) -> dict[str, Any]:
    query, variables = _rows(root.get("queryParams")), _rows(root.get("pathVariables"))
    url: Any = root.get("url")
    if isinstance(url, str) and (query or variables):
        url = {"raw": url, "query": query, "variable": variables}
        if not query:
            del url["query"]
    found = {
        "method": root.get("method"),
        "url": url,
        "header": _rows(root.get("headers")),
        "description": root.get("description") or "",
        **_auth(root),
    }
    body = _body(root.get("body"))
    return found if body is None else {**found, "body": body}


def _response(file: LocalFile) -> dict[str, Any]:
    sent, got = file.root.get("request"), file.root.get("response")
    response: dict[str, Any] = got if isinstance(got, dict) else {}
    body = response.get("body")
    return {
        "name": file.root.get("name") or file.stem,
        "code": response.get("statusCode", response.get("code")),
        "body": _text(body.get("content") if isinstance(body, dict) else body),
        "originalRequest": _request(sent) if isinstance(sent, dict) else {},
    }


def _body(body: Any) -> dict[str, Any] | None:
    if not isinstance(body, dict):
        return {"mode": "raw", "raw": _text(body)} if body else None
    kind, content = str(body.get("type", "raw")).lower(), body.get("content")
    if kind in _FORMS:
        return {"mode": _FORMS[kind], _FORMS[kind]: _rows(content)}
    if kind == "graphql":
        held = content if isinstance(content, dict) else {"query": content}
        return {"mode": kind, kind: {**held, "variables": _text(held.get("variables"))}}
    if kind in _TEXTS:
        return {"mode": "raw", "raw": _text(content)}
    return None if kind == "none" else {"mode": "file" if kind in ("file", "binary") else kind}


def _text(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return orjson.dumps(plain(content)).decode()


def _rows(listed: Any) -> list[Any]:
    """Rows of a key and a value, also where they are a mapping."""
    if isinstance(listed, dict):
        return [
            {"key": key, **value} if isinstance(value, dict) else {"key": key, "value": value}
            for key, value in listed.items()
        ]
    return listed if isinstance(listed, list) else []


def _auth(root: dict[str, Any]) -> dict[str, Any]:
    auth = root.get("auth")
    if not isinstance(auth, dict):
        return {}
    kind = str(auth.get("type", "noauth"))
    return {"auth": {"type": kind, kind: _rows(auth.get("credentials"))}}


def _events(root: dict[str, Any]) -> dict[str, Any]:
    scripts = root.get("scripts")
    found = [
        {"listen": _listens(one.get("type")), "script": {"exec": [one["code"]]}}
        for one in (scripts if isinstance(scripts, list) else ())
        if isinstance(one, dict) and isinstance(one.get("code"), str)
    ]
    return {"event": found} if found else {}


def _listens(kind: Any) -> str:
    return "test" if "after" in str(kind).lower() else "prerequest"
