"""Route that shows what a catalog is read as, and what a run of it would take; it stores nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from shared import names
from shared.catalog.documents import Document
from shared.catalog.model import Api, Catalog
from shared.contracts import bodies, options
from shared.errors import BadRequestError, PermanentError
from shared.http.answers import Answer, json_answer, problem
from shared.http.problems_of import with_problems
from shared.http.routes import Routes
from shared.http.uploads import Sent, file_name, inline
from shared.runs.budget import estimate
from shared.steps.new_spec import ingested
from shared.steps.start_run import read_blob

_SHOWN = 5
"""Diagnostics of one code that are shown; all are counted."""


class CatalogRoutes(Routes):
    """`/api/catalogs/inspect`."""

    @with_problems
    async def inspect(self, sent: Sent) -> Answer:
        """What was found in files, blobs or documents, diagnostics by code, slices, and the estimate."""
        documents, asked = await self._given(sent)
        chosen = options.resolve(self.deps.settings.run_options, asked)
        chosen["teacher_model"] = chosen["teacher_model"] or self.deps.settings.teacher_model or None
        teacher = chosen.get("teacher") or self.deps.settings.teacher
        try:
            catalog, _ = await ingested(documents, self.deps.settings.limits)
        except PermanentError as error:
            return problem(422, error)
        found = await asyncio.to_thread(_shown, catalog)
        reckoned = await asyncio.to_thread(estimate, catalog, chosen, teacher)
        told = {"samples": chosen["samples"], "teacher": teacher or None, **reckoned}
        return json_answer(200, {**found, "estimate": {**told, "is_charged": self.deps.settings.is_charged}})

    async def _given(self, sent: Sent) -> tuple[list[Document], dict[str, Any]]:
        files = sent.all_files()
        if files:
            return [Document(file_name(name), data) for name, data in files], sent.options()
        request = bodies.decode(sent.body)
        asked, given = request.get("options", {}), request.get("catalog")
        if not isinstance(asked, dict):
            raise BadRequestError("'options' must be an object", code="bad_message")
        parts = given if isinstance(given, list) else [given]
        return [await self._document(part, request.get("name")) for part in parts], asked

    async def _document(self, part: object, name: object) -> Document:
        if isinstance(part, dict):
            return Document(*inline(part, name))
        if not isinstance(part, str) or not part.startswith(f"{names.CATALOGS}/"):
            message = "'catalog' must be a document, 'catalogs/<blob>', or a list of those"
            raise BadRequestError(message, code="bad_message")
        path = part.removeprefix(f"{names.CATALOGS}/")
        blob = await read_blob(path, self.deps.store, self.deps.settings.limits)
        return Document(path, blob.data)


def _shown(catalog: Catalog) -> dict[str, Any]:
    from shared.curriculum.slices import cut
    from shared.teacher.prompt import prompt_cost

    slices = cut(catalog, cost=prompt_cost)
    return {
        "name": catalog.name,
        "counts": {
            "operations": len(catalog.apis),
            "parameters": sum(len(api.parameters) for api in catalog.apis),
            "required": sum(p.required for api in catalog.apis for p in api.parameters),
            "diagnostics": len(catalog.diagnostics),
            "slices": len(slices),
        },
        "operations": [_operation(api) for api in catalog.apis],
        "diagnostics": _by_code(catalog.diagnostics),
        "slices": [{"operations": list(part.apis)} for part in slices],
    }


def _operation(api: Api) -> dict[str, Any]:
    """An operation and the line of it that the teacher sees."""
    from shared.teacher.api_lines import api_line

    return {
        "name": api.name,
        "folder": api.tags[0] if api.tags else "",
        "description": api.description[:300],
        "method": api.method,
        "path": api.path,
        "parameters": [
            {"name": p.name, "location": p.location, "type": p.type, "required": p.required}
            for p in api.parameters
        ],
        "prompt": api_line(api),
    }


def _by_code(diagnostics: Sequence[Any]) -> list[dict[str, Any]]:
    ordered = sorted(diagnostics, key=lambda found: found.code)
    groups = {code: list(group) for code, group in groupby(ordered, key=lambda found: found.code)}
    return [
        {
            "code": code,
            "count": len(found),
            "examples": [{"where": one.where, "message": one.message} for one in found[:_SHOWN]],
        }
        for code, found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
