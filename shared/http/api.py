"""What the HTTP API answers; knows nothing of the Functions host."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson

from shared import names
from shared.content_types import content_type
from shared.contracts import messages
from shared.errors import BadRequestError, PermanentError, PlansmithError, TransientError
from shared.finetune.transitions import FINAL
from shared.http.run_list import RunList
from shared.http.status import StatusReader
from shared.runs import paths
from shared.steps.deps import Deps
from shared.steps.finetune.archive import next_number
from shared.steps.finetune.start_finetune import cancel_finetune
from shared.steps.finetune.trying import try_plan
from shared.steps.finetune.wishes import ask
from shared.steps.resuming import cancel_paused, resume_run
from shared.steps.start_run import NotRunningError, StartFailedError, start_run
from shared.version import VERSION

_MAX_PIECE = 32 * 1024 * 1024
"""Bytes of a file in one answer; a client asks for longer files in ranges."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; the worker adds the charset (UTF-8) to a content type of text."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def _json(status: int, value: Any, **headers: str) -> Answer:
    return Answer(status, orjson.dumps(value), headers={k.replace("_", "-"): v for k, v in headers.items()})


def problem(status: int, error: PlansmithError, **more: Any) -> Answer:
    """An RFC 9457 problem document about `error`."""
    value = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.message,
        "code": error.code,
        **more,
    }
    return Answer(status, orjson.dumps(value), "application/problem+json")


@dataclass
class Api:
    """The routes below `/api`, one method a route."""

    deps: Deps

    def __post_init__(self) -> None:
        deps = self.deps
        self.reader = StatusReader(deps.store, deps.runs, deps.log)
        self.listed = RunList(deps.store, deps.runs, self.reader, deps.clock)

    async def health(self) -> Answer:
        """200 when storage answers, else 503."""
        try:
            await self.deps.store.read(names.RUNS, "health")
        except PlansmithError as error:
            return problem(503, error)
        return _json(200, {"status": "ok", "version": VERSION})

    async def start_run(
        self, body: bytes, options_text: str | None, files: Sequence[tuple[str, bytes]]
    ) -> Answer:
        """Start a run: a JSON request as on `run-requests`, or files with `options` beside them."""
        try:
            request = await self._uploaded(options_text, files) if files else messages.RunRequest.decode(body)
            run = await start_run(request, self.deps)
        except StartFailedError as error:
            known = error.is_known or isinstance(error, NotRunningError)
            return problem(409 if known else 422, error, run_id=error.run_id)
        except PermanentError as error:
            return problem(400, error)
        except TransientError as error:
            return problem(503, error)
        place = f"/api/runs/{run}"
        return _json(202, {"run_id": run, "status": "starting", "location": place}, Location=place)

    async def _uploaded(
        self, options_text: str | None, files: Sequence[tuple[str, bytes]]
    ) -> messages.RunRequest:
        options = messages.decode(options_text) if options_text else {}
        paths = []
        for filename, data in files:
            # One place a content: two uploads of one name at the same time cannot mix.
            digest = hashlib.sha256(data).hexdigest()[:12]
            path = f"uploads/{digest}/{_file_name(filename)}"
            # The blob's own trigger must not start a second run.
            await self.deps.store.write(
                names.CATALOGS,
                path,
                data,
                metadata={"start": "false"},
                content_type="application/octet-stream",
            )
            paths.append(f"{names.CATALOGS}/{path}")
        if len(set(paths)) != len(paths):
            raise BadRequestError("two files have the same name", code="bad_request")
        return messages.RunRequest(catalog=paths, options=options)

    async def list_runs(self, limit_text: str | None) -> Answer:
        """Runs with their status, newest first, and messages that belong to no run."""
        limit = int(limit_text) if limit_text and re.fullmatch(r"\d{1,4}", limit_text) else 50
        return _json(200, {"runs": await self.listed.newest(limit), "poison": await self.listed.refused()})

    async def run(self, run: str) -> Answer:
        """The run's status, or 404."""
        view = await self.reader.status(run) if names.is_run_id(run) else None
        return _json(200, view) if view else _no_run(run)

    async def cancel(self, run: str) -> Answer:
        """Make no more calls for a run and publish what is accepted; or end its fine-tune job."""
        view = await self.reader.status(run) if names.is_run_id(run) else None
        if view is None:
            return _no_run(run)
        if view["status"] == "paused":
            await cancel_paused(run, self.deps)
        elif view["status"] in ("starting", "generating"):
            await self.deps.runs.stop(run, "cancelled", "cancelled by request")
        elif view["status"] != "fine_tuning" or not await cancel_finetune(run, self.deps):
            message = f"the run is {view['status']}; only a run that generates or fine-tunes can be cancelled"
            return problem(409, BadRequestError(message, code="too_late"))
        return _json(202, {"run_id": run, "status": "cancelled"})

    async def resume(self, run: str) -> Answer:
        """Let a paused run go on where it stopped."""
        view = await self.reader.status(run) if names.is_run_id(run) else None
        if view is None:
            return _no_run(run)
        if view["status"] != "paused":
            message = f"the run is {view['status']}; only a paused run can be resumed"
            return problem(409, BadRequestError(message, code="not_paused"))
        await resume_run(run, self.deps)
        return _json(202, {"run_id": run, "status": "generating"})

    async def finetune(self, run: str, body: bytes) -> Answer:
        """Fine-tune on a published run; the body may replace `finetune` options."""
        view = await self.reader.status(run) if names.is_run_id(run) else None
        if view is None:
            return _no_run(run)
        if not view["files"]:
            return problem(409, BadRequestError("the run is not published", code="not_published"))
        try:
            options = messages.decode(body) if body.strip() else {}
            again = _again(options)
            _check_finetune(options)
        except BadRequestError as error:
            return problem(400, error)
        job = view["finetune"]
        if job is not None and (job["state"] not in FINAL or not again):
            ended = job["state"] in FINAL
            do = 'send "again": true to start another one' if ended else "cancel it first"
            message = f"the run has a fine-tune job that is {job['state']}; {do}"
            return problem(409, BadRequestError(message, code="job_ended" if ended else "job_running"))
        number = await next_number(run, self.deps.store) if job is not None else 0
        await self.deps.queue.send(messages.FineTune(run, options, again=number))
        return _json(202, {"run_id": run, "status": "fine_tuning"})

    async def try_plan(self, run: str, body: bytes) -> Answer:
        """Let an arm plan a task in words: plan, findings, dry run, tokens and price."""
        if not names.is_run_id(run) or await self.reader.status(run) is None:
            return _no_run(run)
        try:
            asked = messages.decode(body)
            arm = asked.get("arm", "student")
            if not isinstance(asked.get("task"), str) or not isinstance(arm, str):
                raise BadRequestError("a JSON object with 'task' (a text) is expected", code="bad_task")
            return _json(200, await try_plan(run, asked["task"], arm, self.deps))
        except BadRequestError as error:
            return problem(409 if error.code in ("not_deployed", "deployment_gone") else 400, error)
        except TransientError as error:
            return problem(503, error)
        except PlansmithError as error:
            return problem(502, error)

    async def wish(self, run: str, wish: str) -> Answer:
        """Ask the run's fine-tune job to `deploy` its model again, `undeploy` it, `pause` or `resume`."""
        if not names.is_run_id(run):
            return _no_run(run)
        try:
            job = await ask(run, wish, self.deps)
        except BadRequestError as error:
            return problem(404 if error.code == "no_job" else 409, error)
        except TransientError as error:
            return problem(503, error)
        except PlansmithError as error:
            return problem(409, error)
        return _json(202, {"run_id": run, "wanted": job.wanted, "state": str(job.state)})

    async def file(self, run: str, path: str, wanted: str | None) -> Answer:
        """A published file; `Range: bytes=a-b` gives a part of it."""
        if not names.is_run_id(run) or not names.is_relative_path(path):
            return problem(404, BadRequestError("there is no such file", code="no_such_file"))
        place = paths.dataset(run, path)
        found = await self.deps.store.properties(names.DATASETS, place)
        if found is None:
            return problem(404, BadRequestError(f"the run has no file {path[:200]}", code="no_such_file"))
        return await self._piece(place, found.size, wanted)

    async def _piece(self, place: str, size: int, wanted: str | None) -> Answer:
        span = _span(wanted, size)
        if span is None:
            return problem(416, BadRequestError("the range is not in the file", code="bad_range"))
        first, end = span
        if end - first > _MAX_PIECE:
            if not wanted:
                return problem(
                    413,
                    BadRequestError(
                        f"the file has {size} bytes; ask for ranges of at most {_MAX_PIECE}", code="too_large"
                    ),
                )
            end = first + _MAX_PIECE
        data = bytearray()
        async for chunk in self.deps.store.stream(names.DATASETS, place, offset=first):
            data += chunk
            if len(data) >= end - first:
                break
        body = bytes(data[: end - first])
        headers = {"Accept-Ranges": "bytes"}
        if wanted:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
        return Answer(206 if wanted else 200, body, content_type(place), headers)

    async def dashboard(self) -> Answer:
        """A self-contained page that shows the runs and keeps itself fresh."""
        from shared.http.dashboard import PAGE

        return Answer(200, PAGE, "text/html")


def _no_run(run: str) -> Answer:
    return problem(404, BadRequestError(f"there is no run '{run[:80]}'", code="unknown_run"))


def _file_name(filename: str) -> str:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", filename.replace("\\", "/").rsplit("/", 1)[-1]).strip(".-")
    if not name:
        raise BadRequestError("a file needs a name", code="bad_path")
    return name[:120]


def _again(options: dict[str, Any]) -> bool:
    """Take `again` out of what replaces options."""
    again = options.pop("again", False)
    if not isinstance(again, bool):
        raise BadRequestError("'again' must be true or false", code="bad_option")
    return again


def _check_finetune(options: Mapping[str, Any]) -> None:
    from shared.contracts.options import resolve

    resolve({"finetune": dict(options)})


def _span(wanted: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the byte after the last; None for a range outside the file."""
    if not wanted:
        return 0, size
    match = re.fullmatch(r"bytes=(\d{1,15})-(\d{0,15})", wanted.strip())
    if match is None or int(match[1]) >= size:
        return None
    end = min(int(match[2]) + 1, size) if match[2] else size
    return (int(match[1]), end) if end > int(match[1]) else None
