"""docs/contracts.md, from the published JSON Schemas."""

from __future__ import annotations

from typing import Any

import orjson

from shared import names
from shared.contracts import schema
from shared.contracts.options import accepted

_INTRO = """# Contracts

The messages and documents that other programs may rely on. Each is a JSON Schema (draft 2020-12) in
`shared/contracts/`; this page is written from them by `python -m local.docs`.

A message is plain UTF-8 JSON of at most 64 KiB; base64 of it is accepted too. A message that breaks its contract is
kept under `runs/_poison/{queue}/` with the reason and shown by `plansmith status` and `GET /api/runs`.
Fields that a contract does not know are ignored, as a later version may send them; `run-requests` takes none.
"""


def _type(spec: dict[str, Any]) -> str:
    if "const" in spec:
        return f"`{spec['const']}`"
    if "anyOf" in spec:
        return " or ".join(_type(branch) for branch in spec["anyOf"])
    if "properties" in spec and "type" not in spec:
        return "object"
    return accepted(spec).replace("|", "\\|")


def _rows(spec: dict[str, Any], prefix: str = "") -> list[str]:
    rows = []
    for name, inner in spec["properties"].items():
        if "properties" in inner:
            rows += _rows(inner, f"{prefix}{name}.")
            continue
        default = f" Default `{orjson.dumps(inner['default']).decode()}`." if "default" in inner else ""
        needed = "yes" if name in spec.get("required", ()) else ""
        rows.append(
            f"| `{prefix}{name}` | {_type(inner)} | {needed} | {inner.get('description', '')}{default} |"
        )
    return rows


def _section(name: str, title: str) -> str:
    spec = schema(name)
    lines = [f"## {title}", "", spec.get("description", ""), "", f"`shared/contracts/{name}.schema.json`", ""]
    lines += ["| field | accepts | required | meaning |", "|---|---|---|---|", *_rows(spec), ""]
    for example in spec.get("examples", []):
        lines += ["```json", orjson.dumps(example).decode(), "```", ""]
    return "\n".join(lines)


def page() -> str:
    """The page."""
    sections = [_section(queue, f"Queue `{queue}`") for queue in (*names.WORK_QUEUES, names.RUN_EVENTS)]
    options = _section("options", "Run options")
    documents = [
        "## Documents",
        "",
        "| contract | document |",
        "|---|---|",
        "| `record.schema.json` | a line of `dataset.jsonl` |",
        "| `manifest.schema.json` | `datasets/{run}/manifest.json` |",
        "| `finetune-job.schema.json` | `runs/{run}/finetune/job.json` |",
        "| `evaluation.schema.json` | `evaluation.json` |",
        "| `review.schema.json` | a line of `runs/{run}/review/decisions.jsonl` |",
        "",
    ]
    return "\n".join([_INTRO, *sections, options, *documents])
