"""Routes about revisions: publish one, list them, look at one."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from shared import names, stored
from shared.dataset.manifest import Manifest
from shared.errors import BadRequestError
from shared.http.answers import Answer, json_answer, no_run, tagged
from shared.http.bulk import BulkRoutes
from shared.http.problems_of import with_problems
from shared.http.reviewing import Asked
from shared.runs import paths
from shared.runs.revisions import Revision, revisions_of
from shared.steps.review.revising import request_revision

_REMEMBERED = 64
_NO_CHANGES = {"approved": 0, "rejected": 0, "edited": 0, "own": 0}


class RevisionRoutes(BulkRoutes):
    """`/api/runs/{run}/revisions`; remembers what is published, for it never changes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._published: OrderedDict[tuple[str, int], tuple[Revision, Manifest]] = OrderedDict()

    @with_problems
    async def publish_revision(self, run: str, sent: Asked) -> Answer:
        """Publish a revision of all that is decided by now."""
        await self._reviewed(run)
        asked = sent.json()
        note = asked.get("note") or ""
        claim = await request_revision(run, sent.who(asked), note, self.deps)
        place = f"/api/runs/{run}/revisions/{claim.number}"
        body = {"run_id": run, "revision": claim.number, "status": "publishing", "location": place}
        return json_answer(202, body, Location=place)

    @with_problems
    async def revisions(self, run: str, if_none_match: str | None = None) -> Answer:
        """The run's revisions, the newest first, and how much was decided since."""
        if not names.is_run_id(run) or not await self._exists(run):
            raise no_run(run)
        known = await self._revisions(run)
        review = await self.deps.reviews.of(run)
        heeded = max((one.claim.log_bytes for one, _ in known), default=0)
        body = {
            "run_id": run,
            "revisions": [_told(one, manifest) for one, manifest in reversed(known)],
            "pending": {"decisions": sum(entry.end > heeded for entry in review.acts.values())},
        }
        return tagged(json_answer(200, body), if_none_match)

    @with_problems
    async def revision(self, run: str, number: str, if_none_match: str | None = None) -> Answer:
        """One revision with its files and decisions."""
        if not names.is_run_id(run) or not await self._exists(run):
            raise no_run(run)
        known = {str(one.claim.number): (one, manifest) for one, manifest in await self._revisions(run)}
        if number not in known:
            message = f"the run has no revision {number[:20]}"
            raise BadRequestError(message, code="unknown_revision")
        found, manifest = known[number]
        files = [stored.plain(file) for file in manifest.files] if manifest else []
        told = (manifest.revision if manifest else None) or {}
        body = {**_told(found, manifest), "files": files, "decisions": told.get("decisions", [])}
        return tagged(json_answer(200, {"run_id": run, **body}), if_none_match)

    async def _exists(self, run: str) -> bool:
        return await self.deps.store.properties(names.RUNS, paths.plan(run)) is not None

    async def _revisions(self, run: str) -> list[tuple[Revision, Manifest | None]]:
        """The run's revisions, the oldest first, with the manifests of those that are published."""
        known = {number: one for (of, number), (one, _) in self._published.items() if of == run}
        found = await revisions_of(run, self.deps.store, known=known)
        return [(one, await self._manifest(run, one)) for one in found]

    async def _manifest(self, run: str, revision: Revision) -> Manifest | None:
        number = revision.claim.number
        if not revision.is_published:
            return None
        if (run, number) not in self._published:
            blob = await self.deps.store.read(names.DATASETS, paths.manifest(run, number))
            if blob is None:
                return None
            self._published[run, number] = revision, stored.read(Manifest, blob.data, "a manifest")
            while len(self._published) > _REMEMBERED:
                self._published.popitem(last=False)
        return self._published[run, number][1]


def _told(revision: Revision, manifest: Manifest | None) -> dict[str, Any]:
    claim, counts = revision.claim, manifest.counts if manifest else None
    told = (manifest.revision if manifest else None) or {}
    return {
        "revision": claim.number,
        "status": revision.status,
        "parent": claim.parent,
        "author": claim.author,
        "note": claim.note,
        "at": claim.at,
        "counts": None
        if counts is None
        else {"accepted": counts.accepted, "rejected": counts.rejected, "planned": counts.planned},
        "changes": told.get("changes", _NO_CHANGES),
    }
