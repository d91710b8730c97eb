"""Requests of people who review rows, for tests over the pipeline in memory."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson

from shared.http.answers import Answer
from shared.http.reviewing import Asked
from tests.builders.answers import read
from tests.builders.pipeline import Pipeline


def asked(
    body: Any = None, *, by: str = "Ines", key: str | None = None, signed_in: str | None = None
) -> Asked:
    """A request with a JSON body, by somebody."""
    given = {"author": by, **body} if isinstance(body, dict) else body
    data = b"" if given is None else orjson.dumps(given)
    return Asked(data, signed_in, key, "application/json")


async def published(samples: int = 24, **options: Any) -> tuple[Pipeline, str]:
    """A published run."""
    pipeline = Pipeline()
    run = await pipeline.start(samples=samples, **options)
    await pipeline.drain()
    return pipeline, run


async def rows(pipeline: Pipeline, run: str, **filters: str) -> list[dict[str, Any]]:
    """All rows that the filters show."""
    found: list[dict[str, Any]] = []
    cursor = "0"
    while True:
        body = read(await pipeline.app.api.rows(run, {"limit": "500", "cursor": cursor, **filters}))
        found += body["rows"]
        if body["next"] is None:
            return found
        cursor = body["next"]


async def row(pipeline: Pipeline, run: str, ref: str | int) -> dict[str, Any]:
    """One row."""
    return read(await pipeline.app.api.row(run, str(ref)))


async def decide(pipeline: Pipeline, run: str, *decisions: dict[str, Any], **request: Any) -> Answer:
    """Send decisions."""
    return await pipeline.app.api.decide(run, asked({"decisions": list(decisions)}, **request))


async def publish(pipeline: Pipeline, run: str, **request: Any) -> Answer:
    """Ask for a revision, and let the queues run empty."""
    answer = await pipeline.app.api.publish_revision(run, asked({"note": "looked through"}, **request))
    await pipeline.drain()
    return answer


def on(row: dict[str, Any], verdict: str, **more: Any) -> dict[str, Any]:
    """A decision on a row as it was seen."""
    reason = {"reason": "nobody asks for this"} if verdict == "reject" else {}
    return {"row": row["index"], "hash": row["hash"], "verdict": verdict, **reason, **more}


def own_example(record: dict[str, Any], words: str) -> dict[str, Any]:
    """An example of one's own: the plan of a record with a task in other words."""
    return {
        "task": f"{words} {record['task_nl']}",
        "assumptions": record["assumptions"],
        "plan": deepcopy(record["plan"]),
    }


def with_api(record: dict[str, Any], api: str) -> dict[str, Any]:
    """The plan of a record whose first step calls another API."""
    plan: dict[str, Any] = deepcopy(record["plan"])
    plan["steps"][0]["api"] = api
    return plan
