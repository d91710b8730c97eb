"""Kept, or noted: whatever a collection sends is in the catalog or under a diagnostic.

`sent_by` is a second reader, slow and simple: it knows nothing of choosing fields, names or types.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders.documents import collection, folder, read, request
from tests.builders.lengths import cases

CASES = cases(200, 2_000)
# Headers that belong to the transport and are no arguments.
_TRANSPORT = ("Content-Type", "Accept")
_WORDS = ["size", "page", "owner", "note", "state", "op", "имя", "kind", "total", "filter"]
_VALUES: list[Any] = [
    "red",
    3,
    1.5,
    True,
    None,
    "",
    "{{v}}",
    "<integer>",
    [],
    {},
    ["a", 2],
    {"deep": {"er": 1}},
    [{"k": "v"}],
]


class Made:
    """Collections of every kind of request, from a seed."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._named = 0

    def collection(self) -> dict[str, Any]:
        return collection(*[self._item(2) for _ in range(self._rng.randint(1, 5))], **self._behavior())

    def _behavior(self) -> dict[str, Any]:
        asks = {"protocolProfileBehavior": {"disableBodyPruning": True}}
        return asks if self._rng.random() < 0.2 else {}

    def _item(self, depth: int) -> dict[str, Any]:
        rng = self._rng
        if depth and rng.random() < 0.3:
            return folder(
                rng.choice(("Shop", "Склад", "")), *[self._item(depth - 1) for _ in range(rng.randint(0, 3))]
            )
        method = rng.choice(("GET", "POST", "POST", "PUT", "PATCH", "DELETE"))
        more = {"header": self._rows("header")} if rng.random() < 0.4 else {}
        item = request(rng.choice(("Get", "Add", "Ändern", "💻")), self._url(), method, **more)
        if rng.random() < 0.7:
            item["request"]["body"] = self._body()
        return item | self._behavior()

    def _url(self) -> Any:
        rng = self._rng
        path = "/".join(
            rng.choice(("a", ":id", "{{key}}", "vm-7", "vm-8", "42", "x.json"))
            for _ in range(rng.randint(1, 3))
        )
        base = rng.choice(("{{base}}", "{{scheme}}://{{host}}:{{port}}", "https://x.example.com"))
        if rng.random() < 0.4:
            return f"{base}/{path}" + rng.choice(("", "?size=3&page=", "#part"))
        variables = [{"key": "id", "value": "7"}] if ":id" in path else []
        return {"raw": f"{base}/{path}", "query": self._rows("query"), "variable": variables}

    def _rows(self, place: str) -> list[dict[str, Any]]:
        rng = self._rng
        names = [*_WORDS, *(_TRANSPORT if place == "header" else ())]
        rows = []
        for name in rng.sample(names, rng.randint(0, 4)):
            row: dict[str, Any] = {"key": name, "value": rng.choice(("x", "3", "", "{{v}}", "<long>"))}
            if rng.random() < 0.3:
                row["disabled"] = True
            if rng.random() < 0.3:
                row["description"] = rng.choice(("Optional", "(Required) It", {"content": "Says"}))
            rows.append(row)
        return rows

    def _nested(self, depth: int) -> Any:
        """An object, or a list of one, whose names no other has."""
        found = {}
        for _ in range(self._rng.randint(1, 3)):
            self._named += 1
            is_deep = depth > 1 and self._rng.random() < 0.5
            found[f"n{self._named}x"] = self._nested(depth - 1) if is_deep else self._rng.choice(_VALUES[:4])
        return found if self._rng.random() < 0.7 else [found]

    def _body(self) -> dict[str, Any]:
        rng = self._rng
        fields = {name: rng.choice(_VALUES) for name in rng.sample(_WORDS, rng.randint(0, 5))}
        if rng.random() < 0.5:
            fields[rng.choice(_WORDS)] = self._nested(3)
        mode = rng.choice(("raw", "raw", "urlencoded", "formdata", "text", "form text", "graphql", "list"))
        if mode in ("urlencoded", "formdata"):
            return {"mode": mode, mode: self._rows("form")}
        if mode == "graphql":
            query = (
                "query One($size: Int!) { one(size: $size) }\nquery Two($note: String) { two(note: $note) }"
            )
            return {
                "mode": mode,
                "graphql": {"query": query, "variables": rng.choice(('{"size": 1}', '{"note": "x"}', ""))},
            }
        texts = {"text": "plain words", "form text": "size=1&page=2", "list": json.dumps([fields])}
        return {"mode": "raw", "raw": texts.get(mode) or json.dumps(fields)}


def requests_of(item: dict[str, Any], keeps: bool = False) -> Iterator[tuple[str, bool, dict[str, Any]]]:
    """Name of each request, whether its body is sent under GET, and what it sends."""
    keeps = item.get("protocolProfileBehavior", {}).get("disableBodyPruning", keeps)
    for one in item["item"]:
        said = one.get("protocolProfileBehavior", {}).get("disableBodyPruning", keeps)
        if "item" in one:
            yield from requests_of(one, said)
        else:
            yield one["name"], said, one["request"]


def sent_by(sent: dict[str, Any], keeps_body: bool) -> Iterator[str]:
    """The names of all that a request sends or could send."""
    url = sent["url"]
    raw = url if isinstance(url, str) else url["raw"]
    if isinstance(url, str) and "?" in url:
        yield from (pair.split("=")[0] for pair in url.split("?")[1].split("#")[0].split("&"))
    for segment in raw.split("?")[0].split("#")[0].split("://")[-1].split("/")[1:]:
        if segment.startswith(":"):
            yield segment[1:]
        elif segment.startswith("{{"):
            yield segment.strip("{}")
    rows = [*sent.get("header", ()), *(url.get("query", ()) if isinstance(url, dict) else ())]
    body = sent.get("body")
    if body and (sent["method"] != "GET" or keeps_body):
        rows += body.get("urlencoded") or body.get("formdata") or ()
        yield from _fields(body)
    yield from (row["key"] for row in rows if row["key"] not in _TRANSPORT)


def nested_in(sent: dict[str, Any], keeps_body: bool) -> list[str]:
    """The names within the fields of a JSON body."""
    body = sent.get("body") or {}
    text = body.get("raw", "")
    if not text.startswith(("{", "[")) or (sent["method"] == "GET" and not keeps_body):
        return []
    found, pending = [], [json.loads(text)]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            found += [name for name in node if name.startswith("n") and name.endswith("x")]
        pending += [*node.values()] if isinstance(node, dict) else node if isinstance(node, list) else []
    return found


def _fields(body: dict[str, Any]) -> Iterator[str]:
    if body["mode"] == "graphql":
        yield from json.loads(body["graphql"]["variables"] or "{}")
    elif body["mode"] == "raw":
        text = body["raw"]
        if text.startswith("{"):
            yield from json.loads(text)
        elif "=" in text:
            yield from (pair.split("=")[0] for pair in text.split("&"))
        else:
            yield "body"


@pytest.mark.parametrize("block", range(4))
def test_every_request_and_all_it_sends_is_in_the_catalog_or_under_a_diagnostic(block: int) -> None:
    checked = 0
    for seed in range(block * CASES // 4, (block + 1) * CASES // 4):
        root = Made(seed).collection()
        wanted = list(requests_of(root))
        if not wanted:
            continue
        catalog = read(root)
        repeated = sum(found.code == "repeated_request" for found in catalog.diagnostics)
        assert len(catalog.apis) + repeated == len(wanted), seed
        have: Counter[str] = Counter()
        for api in catalog.apis:
            have.update(
                {
                    parameter.name.split("_", 1)[-1]
                    if parameter.name.split("_")[0] in ("query", "form", "body", "header", "path")
                    else parameter.name
                    for parameter in api.parameters
                }
            )
        said = " ".join(found.message for found in catalog.diagnostics)
        names = [name for _, keeps, sent in wanted for name in set(sent_by(sent, keeps))]
        for name, count in Counter(names).items():
            assert have[name] + repeated >= count or name in said, (seed, name, have[name], count)
        schemas = str([parameter.schema for api in catalog.apis for parameter in api.parameters])
        within = [name for _, keeps, sent in wanted for name in nested_in(sent, keeps)]
        if "schema_cut" not in {found.code for found in catalog.diagnostics}:
            assert [name for name in within if f"'{name}'" not in schemas and name not in said] == [], seed
            checked += len(within)
        pruned = [
            sent
            for _, keeps, sent in wanted
            if sent["method"] == "GET" and not keeps and _has_content(sent.get("body"))
        ]
        assert bool(pruned) <= ("body_left_out" in {found.code for found in catalog.diagnostics}), seed
        assert all(parameter.name for api in catalog.apis for parameter in api.parameters)
    assert checked > CASES // 4


def _has_content(body: dict[str, Any] | None) -> bool:
    return bool(body) and bool(
        body.get("raw") or body.get("graphql") or body.get("urlencoded") or body.get("formdata")
    )
