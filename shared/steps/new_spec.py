"""Settles what a request asks for: options, catalog and examples, read and checked, and the spec of its run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from shared import names
from shared.catalog.limits import Limits
from shared.contracts import options
from shared.errors import BadRequestError
from shared.ports.storage import Blob
from shared.runs.budget import Budget, estimate
from shared.runs.spec import RunSpec
from shared.steps.deps import Deps
from shared.times import stamp
from shared.version import VERSION

if TYPE_CHECKING:
    from shared.catalog.documents import Document
    from shared.catalog.model import Catalog


# One upload is read at a time: each may take several times its bytes of memory.
_READER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-catalog")


class NewRun(NamedTuple):
    """A run before it is stored: its spec, its catalog as JSON, and the examples for the teacher, one a line."""

    spec: RunSpec
    catalog: bytes
    examples: bytes


async def new_run(
    run: str, name: str, blobs: Sequence[tuple[str, Blob]], asked: Mapping[str, Any], deps: Deps
) -> NewRun:
    """The run that is asked for.

    Args:
        run: its id.
        name: of the catalog as uploaded.
        blobs: the catalog's, by their paths below the container `catalogs`.
        asked: options as the sender gave them.
        deps: what steps work with.

    Raises PermanentError for options, a catalog or examples that no run can be made of.
    """
    from shared.catalog.documents import Document

    chosen = await _chosen(asked, deps)
    catalog, stored = await ingested(
        [Document(path, blob.data) for path, blob in blobs], deps.settings.limits
    )
    examples = b""
    if chosen["examples_from"]:
        catalog, stored, examples = await _with_examples(catalog, chosen["examples_from"], deps)
    started_at, fixed = deps.runs.now(), deps.settings.created_at
    spec = RunSpec(
        run_id=run,
        name=name,
        catalogs=tuple(
            {"blob": f"{names.CATALOGS}/{path}", "etag": blob.etag, "bytes": len(blob.data)}
            for path, blob in blobs
        ),
        options=chosen,
        teacher=chosen["teacher"],
        started_at=started_at,
        created_at=started_at if fixed is None else stamp(datetime.fromtimestamp(fixed, UTC)),
        app_version=VERSION,
        estimate=estimate(catalog, chosen, chosen["teacher"]),
        diagnostics=len(catalog.diagnostics),
    )
    return NewRun(spec, stored, examples)


async def _with_examples(catalog: Catalog, source: str, deps: Deps) -> tuple[Catalog, bytes, bytes]:
    """The catalog that also tells which examples are left out, itself as JSON, and the examples, one a line."""
    from shared.catalog.serialize import to_json
    from shared.steps.shown_examples import gather

    gathered = await gather(source, catalog, deps)
    catalog = replace(catalog, diagnostics=(*catalog.diagnostics, *gathered.diagnostics))
    return catalog, to_json(catalog), gathered.to_lines()


async def _chosen(asked: Mapping[str, Any], deps: Deps) -> dict[str, Any]:
    """All options of a run, the installation's where the sender gave none; refused where they make no run together."""
    chosen = options.resolve(deps.settings.run_options, asked)
    chosen["teacher_model"] = chosen["teacher_model"] or deps.settings.teacher_model or None
    chosen["teacher"] = chosen.get("teacher") or deps.settings.teacher
    if not chosen["teacher"]:
        raise BadRequestError("no teacher: set TEACHER_DEPLOYMENT or the option 'teacher'", code="no_teacher")
    if chosen["dpo_base_model"] and "dpo" not in chosen["formats"]:
        raise BadRequestError("option 'dpo_base_model' needs 'dpo' among 'formats'", code="bad_option")
    _check_test_rows(chosen)
    if chosen["finetune"]["evaluate"]["baseline_run"]:
        from shared.steps.finetune.baseline import check_baseline

        await check_baseline(chosen, deps.store)
    Budget.of(chosen, chosen["teacher"])
    return chosen


def _check_test_rows(chosen: Mapping[str, Any]) -> None:
    """Raises BadRequestError where a student is to be measured and the dataset is to have nothing to measure on."""
    tuning = chosen["finetune"]
    if tuning["enabled"] and tuning["evaluate"]["enabled"] and not chosen["test_fraction"]:
        raise BadRequestError(
            "option 'finetune.evaluate.enabled' needs test rows, and 'test_fraction' is 0: set it above 0, or "
            "'finetune.evaluate.enabled' to false",
            code="bad_option",
        )


async def ingested(documents: list[Document], limits: Limits) -> tuple[Catalog, bytes]:
    """The catalog of an upload, read beside the event loop: tens of MB take seconds."""
    from shared.catalog.ingest import ingest
    from shared.catalog.serialize import to_json

    def read() -> tuple[Catalog, bytes]:
        catalog = ingest(documents, limits=limits)
        return catalog, to_json(catalog)

    return await asyncio.get_running_loop().run_in_executor(_READER, read)
