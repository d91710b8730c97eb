"""Folds a segment whose log is full, and sends `publish` when it was the last one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson

from shared import names
from shared.contracts.messages import Aggregate, Publish
from shared.dataset.fold import fold
from shared.errors import ConflictError
from shared.runs import paths
from shared.steps.deps import Deps


async def aggregate(message: Aggregate, deps: Deps) -> None:
    """Write the segment's outcomes, one for each index, and count the segment; a second call changes nothing.

    Whether the whole run is in is asked whenever this runs, not only by whoever counted last.
    """
    run = message.run_id
    indices = await deps.runs.indices(run, message.segment)
    done = await deps.counted.look(run)
    if message.segment not in done:
        line = await _fold(message, indices, deps)
        if line is None:
            return
        await deps.log.create(paths.progress(run))
        await deps.log.append(paths.progress(run), orjson.dumps(line) + b"\n")
        # Another segment may have been counted since; whoever reads after its own append sees them all.
        done = await deps.counted.look(run)
    if len(done) < (await deps.runs.plan(run)).segments:
        return
    # Another process may have let the plan grow since this one read it.
    if len(done) >= (await deps.runs.fresh_plan(run)).segments:
        await deps.queue.send(Publish(run))


async def _fold(message: Aggregate, indices: range, deps: Deps) -> dict[str, Any] | None:
    folded = fold(await deps.log.read(paths.log(message.run_id, message.segment)), indices)
    if folded.missing:
        return None
    path = paths.segment(message.run_id, message.segment)
    with suppress(ConflictError):  # folding is deterministic: whoever was first wrote the same bytes
        await deps.store.write(
            names.RUNS, path, folded.to_bytes(), if_absent=True, content_type="application/jsonl"
        )
    return {"segment": message.segment, **folded.summary}
