"""Writes a revision: the run's rows as people's decisions leave them, whole, its manifest last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from copy import replace
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from shared import names
from shared.dataset.manifest import Counts
from shared.dataset.publication import Publication
from shared.dataset.review.outcomes import as_reviewed, own_outcome, still_left_out
from shared.dataset.review.parent import Parent
from shared.dataset.review.state import Review
from shared.dataset.selection import SIDES
from shared.errors import PermanentError
from shared.runs import paths
from shared.runs.context import RunContext
from shared.runs.notes import note_change
from shared.runs.plan import RunPlan
from shared.runs.revisions import Claim, claim_of
from shared.steps.dataset_files import (
    new_publication,
    published_counts,
    segment_outcomes,
    write_files,
    write_manifest,
)
from shared.steps.deps import Deps
from shared.steps.review.rows import run_rows


@dataclass
class _Making:
    """A revision under construction; `invalid` has the errors of rows that break the rules of today."""

    context: RunContext
    plan: RunPlan
    review: Review
    claim: Claim
    parent: Parent
    deps: Deps
    invalid: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def run(self) -> str:
        return self.context.spec.run_id

    async def outcomes(self) -> AsyncIterator[dict[str, Any]]:
        """Every row's outcome as reviewed, in index order, own ones last."""
        for segment in range(self.plan.segments):
            async for outcome in segment_outcomes(self.run, segment, self.deps.store):
                yield self._reviewed(outcome)
        for row in self.review.own():
            yield self._reviewed(own_outcome(row))

    def _reviewed(self, outcome: dict[str, Any]) -> dict[str, Any]:
        index = outcome["index"]
        review = self.review.rows.get(index)
        if review is None and index in self.parent.duplicates:
            return still_left_out(outcome)
        return as_reviewed(outcome, review, self.invalid.get(index, ()))

    async def validate(self) -> None:
        """Check every row that would be published against the rules of today."""
        some: list[dict[str, Any]] = []
        async for outcome in self.outcomes():
            if outcome["status"] == "accepted":
                some.append(outcome)
            if len(some) == names.SEGMENT_SIZE:
                self.invalid |= await asyncio.to_thread(self._errors, some)
                some = []
        self.invalid |= await asyncio.to_thread(self._errors, some)

    def _errors(self, outcomes: Sequence[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
        validator = self.context.validator
        checked = ((outcome["index"], validator.errors(outcome["record"])) for outcome in outcomes)
        return {index: errors for index, errors in checked if errors}

    async def observe(self, publication: Publication) -> None:
        """Pass 1 in two rounds: first what the parent has, so that what is new gives way to it."""
        for is_kept in (True, False):
            if not is_kept:
                publication.begin_again()
            async for outcome in self.outcomes():
                if self._is_kept(outcome) is is_kept:
                    publication.observe(outcome)
        await asyncio.to_thread(publication.decide)

    def _is_kept(self, outcome: dict[str, Any]) -> bool:
        return outcome["status"] == "accepted" and self.parent.has(outcome["index"], outcome["record"])

    async def told(self) -> dict[str, Any]:
        """What the manifest says of the revision: its parent and every decision."""
        blob = await self.deps.store.read(names.DATASETS, paths.manifest(self.run, self.claim.parent))
        if blob is None:
            raise PermanentError(
                f"the parent of revision {self.claim.number} is missing", code="not_published"
            )
        claim = self.claim
        return {
            "number": claim.number,
            "parent": {"revision": claim.parent, "manifest_sha256": sha256(blob.data).hexdigest()},
            "author": claim.author,
            "note": claim.note,
            "at": claim.at,
            "changes": self.review.counts(),
            "decisions": [
                {
                    "id": entry.act.id,
                    "kind": entry.act.kind,
                    "author": entry.act.author,
                    "at": entry.act.at,
                    "rows": len(entry.indices),
                    "verdicts": dict(entry.verdicts),
                    "undone": entry.undone,
                }
                for entry in self.review.acts.values()
            ],
        }


async def publish_revision(run: str, number: int, deps: Deps) -> None:
    """Write the revision that was claimed; a second call writes the same bytes or nothing.

    Raises PermanentError `unknown_revision` for a number that nobody claimed.
    """
    claim = await claim_of(run, number, deps.store)
    if claim is None:
        raise PermanentError(f"nobody asked for revision {number} of {run}", code="unknown_revision")
    counts = await published_counts(run, deps.store, revision=number) or await _make(run, claim, deps)
    data = {
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "revision": number,
        "manifest": f"{names.DATASETS}/{paths.manifest(run, number)}",
    }
    if await deps.store.properties(names.RUNS, paths.revision_mark(run, number)) is not None:
        await deps.outbox.tell("dataset.published", run, data, part=f"revision-{number}")
    await note_change(run, deps.store)
    await deps.store.delete(names.RUNS, paths.revision_mark(run, number))


async def _make(run: str, claim: Claim, deps: Deps) -> Counts:
    """Write the revision; the counts of its manifest."""
    context = await deps.runs.context(run)
    plan = await deps.runs.fresh_plan(run)
    review = await deps.reviews.until(run, claim.log_bytes)
    parent = await _parent(context, plan, claim.parent, deps)
    making = _Making(context, plan, review, claim, parent, deps)
    await making.validate()
    publication = await new_publication(context, deps, revision=await making.told(), sides=parent.side)
    await making.observe(publication)
    written = await write_files(
        publication,
        making.outcomes(),
        deps.store,
        folder=paths.dataset(run, paths.revision_folder(claim.number)),
        listed=paths.revision_rows(run, claim.number),
        reviews=review.rows,
    )
    return await write_manifest(run, publication.manifest(written), deps.store, revision=claim.number)


async def _parent(context: RunContext, plan: RunPlan, number: int, deps: Deps) -> Parent:
    """What the parent published, by its list of rows, or by its outcomes where it has no list."""
    run, parent = context.spec.run_id, Parent()
    path = paths.revision_rows(run, number) if number else paths.rows(run)
    has_hashes = True
    async for entry in run_rows(deps).listed(path):
        parent.take(entry)
        has_hashes = has_hashes and (bool(entry.hash) or not entry.split)
    if parent.sides and has_hashes:
        return parent
    return await _reckoned(context, plan, parent, deps)


async def _reckoned(context: RunContext, plan: RunPlan, listed: Parent, deps: Deps) -> Parent:
    """The first publication of an earlier version of the app, as this one makes it; sides that are listed stand."""
    run, parent = context.spec.run_id, Parent()
    publication = await new_publication(context, deps)
    for is_second in (False, True):
        for segment in range(plan.segments):
            async for outcome in segment_outcomes(run, segment, deps.store):
                if not is_second:
                    publication.observe(outcome)
                    continue
                entry = publication.entry(outcome)
                known = SIDES.get(listed.side(entry.index))
                parent.take(entry if known is None else replace(entry, split=known))
    return parent
