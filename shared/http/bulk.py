"""Route about many rows at once: what would happen, then that it happens."""

from __future__ import annotations

from shared.http.acts import head
from shared.http.answers import Answer, json_answer
from shared.http.problems_of import with_problems
from shared.http.reviewing import Asked, ReviewRoutes
from shared.steps.review.bulk import WantedChange, apply, preview


class BulkRoutes(ReviewRoutes):
    """`/api/runs/{run}/bulk`."""

    @with_problems
    async def bulk(self, run: str, sent: Asked) -> Answer:
        """Without the token of a preview the preview; with it what it showed is done."""
        asked = sent.json()
        wanted, who = WantedChange.of(asked), sent.who(asked)
        if not wanted.token:
            return json_answer(200, await preview(run, wanted, self.deps))
        done = await apply(run, wanted, who, self.deps)
        told = head(done.entry)
        more = {"applied": done.entry.act.rows, "left": 0, "refused": [], "repeated": done.repeated}
        return json_answer(200, {**told, **more, **done.more})
