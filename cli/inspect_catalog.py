"""`plansmith catalog inspect FILE…`: what ingestion makes of files; nothing is sent anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import orjson

from cli.preview import Preview
from shared.catalog.ingest import Document, ingest
from shared.catalog.limits import Limits
from shared.catalog.model import Api, Catalog
from shared.curriculum.slices import cut
from shared.errors import CatalogError, ConfigurationError
from shared.settings import catalog_limits
from shared.teacher.prompt import prompt_cost

_DIAGNOSTICS_SHOWN = 40


def inspect(
    paths: Sequence[str], as_json: bool, *, assignments: int = 0, prompts: int = 0, seed: int = 0
) -> tuple[str, int]:
    """The report on the files as one catalog, and the exit status: 0, or 1 if they are unusable.

    With `assignments` the first so many assignments of a run in words instead; with `prompts` what a teacher would be
    sent for them, a line of JSON each: `{"index", "assignment", "messages"}`.

    As JSON: `{"name", "apis": [{"name", "method", "path", "parameters": [{"name", "location", "type",
    "required"}]}], "diagnostics": [{"code", "where", "message"}]}`, or `{"error": {"code", "message"}}`.
    """
    try:
        limits = Limits(**catalog_limits())
        catalog = ingest([_read(path, limits) for path in paths], limits=limits)
    except (CatalogError, ConfigurationError) as exc:
        error = {"error": {"code": exc.code, "message": exc.message}}
        return (_json(error) if as_json else f"{exc.code}: {exc.message}"), 1
    if prompts:
        return b"\n".join(Preview(catalog, prompts, seed).prompts()).decode(), 0
    if assignments:
        return Preview(catalog, assignments, seed).in_words(), 0
    if as_json:
        return _json(_shown(catalog)), 0
    return _told(catalog, [list(part.apis) for part in cut(catalog, cost=prompt_cost)]), 0


def _read(path: str, limits: Limits) -> Document:
    file = Path(path)
    limit = limits.document_bytes
    try:
        size = file.stat().st_size
        if size > limit:
            raise CatalogError(f"{path} has {size} bytes; at most {limit} are read.", code="too_large")
        return Document(file.name, file.read_bytes())
    except OSError as exc:
        raise CatalogError(f"{path} cannot be read: {exc.strerror or exc}.", code="not_readable") from exc


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _shown(catalog: Catalog) -> dict[str, object]:
    return {
        "name": catalog.name,
        "apis": [_shown_api(api) for api in catalog.apis],
        "diagnostics": [
            {"code": found.code, "where": found.where, "message": found.message}
            for found in catalog.diagnostics
        ],
    }


def _shown_api(api: Api) -> dict[str, object]:
    return {
        "name": api.name,
        "method": api.method,
        "path": api.path,
        "parameters": [
            {"name": p.name, "location": p.location, "type": p.type, "required": p.required}
            for p in api.parameters
        ],
    }


def _told(catalog: Catalog, slices: list[list[str]]) -> str:
    lines = [f"{catalog.name}: {_counted(len(catalog.apis), 'operation')}, {_counted(len(slices), 'slice')}"]
    by_name = {api.name: api for api in catalog.apis}
    for number, names in enumerate(slices):
        lines.append(f"\nSlice {number} ({_counted(len(names), 'operation')})")
        lines.extend(_line(by_name[name]) for name in names)
    if catalog.diagnostics:
        lines.append("\nDiagnostics")
        counts = Counter(found.code for found in catalog.diagnostics)
        lines.extend(f"  {count:5}  {code}" for code, count in sorted(counts.items()))
        lines.extend(
            f"  {found.code}: {found.where}: {found.message}"
            for found in catalog.diagnostics[:_DIAGNOSTICS_SHOWN]
        )
        if len(catalog.diagnostics) > _DIAGNOSTICS_SHOWN:
            lines.append(f"  … {len(catalog.diagnostics) - _DIAGNOSTICS_SHOWN} more; --json lists them all")
    return "\n".join(lines)


def _line(api: Api) -> str:
    needed = [p.name for p in api.parameters if p.required]
    more = len(api.parameters) - len(needed)
    arguments = ", ".join(needed) + (f" (+{more} optional)" if more else "")
    return f"  {api.name}  {api.method} {api.path}".rstrip() + (
        f"  [{arguments.strip()}]" if arguments else ""
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
