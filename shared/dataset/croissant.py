"""`croissant.json`: the dataset for machines, in Croissant 1.1, with where it comes from.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html; provenance by PROV-O, as it recommends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from shared.catalog.serialize import to_json
from shared.dataset.formats import CHAT, INSTRUCTIONS
from shared.dataset.manifest import PublishedFile
from shared.dataset.published_run import PublishedRun
from shared.plan.record import VERSION as RECORD_VERSION

PATH = "croissant.json"
_SPLITS = {"train": "cr:TrainingSplit", "validation": "cr:ValidationSplit", "test": "cr:TestSplit"}
_COLUMNS = {
    "dataset.jsonl": ("records", ("task_id", "task_nl")),
    INSTRUCTIONS: ("instructions", ("instruction", "input", "response")),
}
"""File → record set and its columns of text."""
_FORMATS = {
    "jsonl": "application/jsonlines",
    "json": "application/json",
    "md": "text/markdown",
    "svg": "image/svg+xml",
    "yaml": "application/yaml",
}
"""Ending of a name → what Croissant calls the format."""
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "plansmith": "urn:plansmith:",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(run: PublishedRun, files: Sequence[PublishedFile]) -> bytes:
    """The document for the files as written."""
    catalog = run.catalog
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": run.run_id,
        "description": f"Tasks in a person's words with validated plans of calls to the operations of {catalog.name}.",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "version": "1.0.0" if not run.revision else f"1.{run.revision['number']}.0",
        "datePublished": run.tally.finished_at or run.started_at,
        "isLiveDataset": False,
        "distribution": [_file(file) for file in files],
        "recordSet": list(_record_sets({file.path: file.rows for file in files})),
        **_provenance(run),
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _file(file: PublishedFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": _FORMATS.get(file.path.rpartition(".")[2], ""),
        "sha256": file.sha256,
        **({"prov:wasDerivedFrom": {"@id": "dataset.jsonl"}} if file.path.startswith("sft/") else {}),
    }


def _record_sets(rows: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for path, (name, columns) in _COLUMNS.items():
        if rows.get(path):
            yield _record_set(name, path, columns)
    splits = {split: path for split, path in CHAT.items() if rows.get(path)}
    if splits:
        yield {
            "@type": "cr:RecordSet",
            "@id": "splits",
            "name": "splits",
            "dataType": "cr:Split",
            "key": {"@id": "splits/name"},
            "field": [
                {"@type": "cr:Field", "@id": "splits/name", "name": "name", "dataType": "sc:Text"},
                {"@type": "cr:Field", "@id": "splits/url", "name": "url", "dataType": "sc:URL"},
            ],
            "data": [{"splits/name": split, "splits/url": _SPLITS[split]} for split in splits],
        }
    for split, path in splits.items():
        name = f"chat-{split}"
        parts = [_part_of_messages(name, path, part) for part in ("role", "content")]
        whole = {"@type": "cr:Field", "@id": f"{name}/messages", "name": "messages", "repeated": True}
        yield {"@type": "cr:RecordSet", "@id": name, "name": name, "field": [{**whole, "subField": parts}]}


def _part_of_messages(name: str, path: str, part: str) -> dict[str, Any]:
    field = _field(f"{name}/messages", path, part, {"column": "messages"})
    return {**field, "source": {**field["source"], "transform": {"jsonPath": f"$[*].{part}"}}}


def _record_set(name: str, path: str, columns: Sequence[str]) -> dict[str, Any]:
    fields = [_field(name, path, column, {"column": column}) for column in columns]
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "field": fields}


def _field(name: str, path: str, part: str, extract: Mapping[str, str]) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{name}/{part}",
        "name": part,
        "dataType": "sc:Text",
        "source": {"fileObject": {"@id": path}, "extract": dict(extract)},
    }


def _provenance(run: PublishedRun) -> dict[str, Any]:
    """Who made the records of what, who checked them, and what people changed."""
    made = {
        "@type": "prov:Activity",
        "prov:label": "Distillation by a teacher model",
        "prov:startedAtTime": run.started_at,
        "prov:endedAtTime": run.tally.finished_at or None,
        "prov:wasAssociatedWith": [
            {"@type": "prov:SoftwareAgent", "prov:label": model, "plansmith:role": "teacher"}
            for model in run.tally.models or [run.teacher]
        ],
        "plansmith:promptsSha256": run.prompts_sha256,
    }
    checked = {
        "@type": "prov:Activity",
        "prov:label": "Validation against the catalog",
        "prov:wasAssociatedWith": {
            "@type": "prov:SoftwareAgent",
            "prov:label": f"plansmith {run.app_version}",
        },
        "plansmith:recordVersion": RECORD_VERSION,
    }
    edited = {
        "@type": "prov:Activity",
        "prov:label": "Review by people",
        "plansmith:revision": (run.revision or {}).get("number", 0),
        "plansmith:changes": orjson.dumps((run.revision or {}).get("changes", {})).decode(),
        "plansmith:decisions": len((run.revision or {}).get("decisions", ())),
    }
    return {
        "prov:wasDerivedFrom": {
            "@type": "prov:Entity",
            "prov:label": f"API catalog {run.catalog.name}",
            "plansmith:catalogSha256": hashlib.sha256(to_json(run.catalog)).hexdigest(),
        },
        "prov:wasGeneratedBy": [made, checked, edited],
    }
