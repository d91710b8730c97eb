"""Gathers the rows that a run's teacher is shown as examples: of another run, of a revision, or of a file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared import names
from shared.catalog.limits import Limits
from shared.catalog.model import Catalog, Diagnostic
from shared.dataset.review.content import own_record
from shared.dataset.review.decisions import APPROVED, EDITED, OWN
from shared.errors import BadRequestError, PermanentError
from shared.plan.validate import PlanValidator
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.revisions import is_published
from shared.runs.tail import lines
from shared.steps.deps import Deps
from shared.steps.review.rows import find_rows, run_rows

MOST = 500
"""Examples of a run; the first ones are taken."""
_GOOD = frozenset({APPROVED, EDITED, OWN})
_TOLD = 20


@dataclass(frozen=True, slots=True)
class Gathered:
    """The examples, whole records that are valid against the run's catalog, and what is told of the others."""

    records: tuple[dict[str, Any], ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def to_lines(self) -> bytes:
        """The examples as they are stored, one a line."""
        return b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in self.records)


async def gather(source: str, catalog: Catalog, deps: Deps) -> Gathered:
    """The examples that the option `examples_from` names: `<run>`, `<run>@<revision>` or `catalogs/<blob>`.

    Of a run those that people approved, edited or wrote; of a file every line. BadRequestError `bad_option` where
    there is no such thing, or nothing in it.
    """
    try:
        found = await _found(source, deps)
    except PermanentError as error:
        raise error if error.code == "bad_option" else _bad(source, error.message) from error
    if not found:
        raise _bad(source, "there is no row that anybody approved, edited or wrote")
    return await asyncio.to_thread(_valid, source, found[:MOST], catalog, len(found))


async def _found(source: str, deps: Deps) -> list[Mapping[str, Any]]:
    if source.startswith(f"{names.CATALOGS}/"):
        return await _of_file(source.removeprefix(f"{names.CATALOGS}/"), deps.store, deps.settings.limits)
    run, _, revision = source.partition("@")
    if revision:
        return await _of_revision(run, int(revision), deps)
    plan = await run_rows(deps).plan(run)
    if plan is None:
        raise _bad(source, "there is no such run")
    review = await deps.reviews.of(run)
    wanted = [str(index) for index, row in sorted(review.rows.items()) if row.now.verdict in _GOOD]
    rows = await find_rows(run, plan, wanted[:MOST], review, deps)
    return [row.record for row in rows.values() if row.record is not None]


async def _of_revision(run: str, number: int, deps: Deps) -> list[Mapping[str, Any]]:
    if not await is_published(run, number, deps.store):
        raise _bad(f"{run}@{number}", "there is no such revision")
    listed = run_rows(deps).listed(paths.revision_rows(run, number))
    wanted = {e.task_id async for e in listed if e.status == "accepted" and e.verdict in _GOOD}
    path = paths.dataset(run, f"{paths.revision_folder(number)}dataset.jsonl")
    records = [orjson.loads(line) async for line in lines(deps.store.stream(names.DATASETS, path))]
    return [record for record in records if record["task_id"] in wanted]


async def _of_file(path: str, store: BlobStore, limits: Limits) -> list[Mapping[str, Any]]:
    from shared.steps.start_run import read_blob

    blob = await read_blob(path, store, limits)
    found: list[Mapping[str, Any]] = []
    for number, line in enumerate(blob.data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            given = orjson.loads(line)
        except orjson.JSONDecodeError as exc:
            raise _bad(f"{names.CATALOGS}/{path}", f"line {number} is no JSON") from exc
        if not isinstance(given, dict) or "plan" not in given or not {"task", "task_nl"} & set(given):
            raise _bad(
                f"{names.CATALOGS}/{path}", f"line {number} is no example: it has no 'task' and 'plan'"
            )
        task_id = given.get("task_id") or f"line {number}"
        found.append(own_record(str(task_id), given, created_at="", author="human"))
    return found


def _valid(source: str, found: Iterable[Mapping[str, Any]], catalog: Catalog, total: int) -> Gathered:
    validator = PlanValidator(catalog)
    good: list[dict[str, Any]] = []
    told: list[Diagnostic] = []
    for record in found:
        errors = validator.errors(record)
        if not errors:
            good.append(dict(record))
        else:
            why = f"left out, because it is not valid against this catalog: {errors[0]['code']}: {errors[0]['message']}"
            told.append(Diagnostic("example_left_out", f"{source}: {record['task_id']}", why[:500]))
    if len(told) > _TOLD:
        more = f"{len(told) - _TOLD} more examples are not valid against this catalog"
        told = [*told[:_TOLD], Diagnostic("example_left_out", source, more)]
    if total > MOST:
        told.append(Diagnostic("example_left_out", source, f"the first {MOST} of {total} rows are looked at"))
    return Gathered(tuple(good), tuple(told))


def _bad(source: str, why: str) -> BadRequestError:
    return BadRequestError(f"option 'examples_from': {source[:120]}: {why}", code="bad_option")
