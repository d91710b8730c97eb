"""docs/asyncapi.json, the AsyncAPI 3 document of queues and blobs, from the published schemas.

https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from __future__ import annotations

from typing import Any

import orjson

from shared import names
from shared.contracts import schema, schema_within
from shared.version import VERSION

type Json = dict[str, Any]

_FORMAT = "application/schema+json;version=draft-2020-12"
_ASKED = {names.RUN_REQUESTS: "Start a run", names.CATALOG_EVENTS: "A catalog was uploaded"}
"""Queues that other systems send to; what is on the rest is the app's own."""
_BLOBS: dict[str, tuple[str, str, str, str]] = {
    "catalog-files": ("catalogs/{name}", "receive", "A catalog: an upload starts a run of it", ""),
    "datasets": ("datasets/{run}/dataset.jsonl", "send", "The accepted records, a line each", "record"),
    "manifests": ("datasets/{run}/manifest.json", "send", "Written last: the dataset is whole", "manifest"),
    "evaluations": ("datasets/{run}/evaluation.json", "send", "The measured student", "evaluation"),
}
"""Channel → address, what the app does with it, what it is, and its contract."""
_PARAMETERS = {
    "{name}": ("name", "A file name below the container, with folders if you like."),
    "{run}": ("run", "The run's id, `subject` of its events."),
}


def document() -> Json:
    """The document: a channel a queue and a kind of blob."""
    channels, operations, messages = _queues()
    for part, more in zip((channels, operations, messages), _blobs(), strict=True):
        part |= more
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Plansmith", "version": VERSION, "description": _ABOUT, "license": {"name": "MIT"}},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": _schemas()},
    }


_ABOUT = (
    "Queues and containers of the installation's data account (Azure Storage). A message is plain UTF-8 JSON of at"
    " most 64 KiB, or base64 of it. Channels tagged `inner` are the app's own: they are told for whoever watches it."
)


def _queues() -> tuple[Json, Json, Json]:
    channels: Json = {}
    operations: Json = {}
    messages: Json = {}
    for queue in (*names.WORK_QUEUES, names.RUN_EVENTS):
        action = "send" if queue == names.RUN_EVENTS else "receive"
        inner = queue not in _ASKED and action == "receive"
        channels[queue] = _channel(queue, queue, schema(queue)["description"], "queue")
        operations[f"{action}-{queue}"] = _operation(action, queue, _ASKED.get(queue, ""), inner=inner)
        messages[queue] = _message(queue, queue)
    return channels, operations, messages


def _blobs() -> tuple[Json, Json, Json]:
    channels: Json = {}
    operations: Json = {}
    messages: Json = {}
    for name, (address, action, about, contract) in _BLOBS.items():
        channels[name] = _channel(name, address, about, "blob")
        operations[f"{action}-{name}"] = _operation(action, name, about)
        messages[name] = _message(name, contract) if contract else _catalog_file(about)
    return channels, operations, messages


def _channel(name: str, address: str, about: str, kind: str) -> Json:
    found = {key: {"description": text} for mark, (key, text) in _PARAMETERS.items() if mark in address}
    made: Json = {
        "address": address,
        "description": about,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "tags": [{"name": kind}],
    }
    return made | ({"parameters": found} if found else {})


def _operation(action: str, channel: str, summary: str, *, inner: bool = False) -> Json:
    made: Json = {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}
    made |= {"summary": summary} if summary else {}
    return made | ({"tags": [{"name": "inner"}]} if inner else {})


def _message(name: str, contract: str) -> Json:
    spec = schema(contract)
    examples = [{"payload": example} for example in spec.get("examples", [])]
    event = {"contentType": "application/cloudevents+json"} if name == names.RUN_EVENTS else {}
    return {
        "name": name,
        "title": spec.get("title", name),
        **event,
        "payload": {"schemaFormat": _FORMAT, "schema": {"$ref": f"#/components/schemas/{contract}/schema"}},
        **({"examples": examples} if examples else {}),
    }


def _catalog_file(about: str) -> Json:
    return {
        "name": "catalog-file",
        "title": about,
        "contentType": "application/octet-stream",
        "description": "Postman, OpenAPI, Swagger or the simple form, JSON or YAML, or a zip of several.",
        "headers": {
            "type": "object",
            "description": "Metadata of the blob: any scalar run option, or all of them as JSON under `options`;"
            " `start` = `false` starts no run.",
            "additionalProperties": {"type": "string"},
        },
    }


def _schemas() -> Json:
    """Every contract that a message or blob has, its own references leading into this document."""
    used = [*names.WORK_QUEUES, names.RUN_EVENTS, *(one[3] for one in _BLOBS.values() if one[3])]
    return {
        name: {
            "schemaFormat": _FORMAT,
            "schema": schema_within(name, f"#/components/schemas/{name}/schema/$defs/"),
        }
        for name in dict.fromkeys(used)
    }


def page() -> str:
    """The document as it is committed."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2).decode() + "\n"
