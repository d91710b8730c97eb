"""Plansmith's HTTP API as the command line uses it."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from cli.api_error import ApiError, problem_of
from shared.addresses import is_here

_TIMEOUT = httpx2.Timeout(60.0, connect=5.0)
_SLOW_S = 300.0
"""For answers that a model or the reading of a large catalog takes its time for."""
_CHUNK = 1 << 20
_TOTAL = re.compile(r"/(\d+)$")


class Client:
    """Calls one installation. Every method raises ApiError."""

    def __init__(self, url: str, key: str = "") -> None:
        """`url` is the installation's base address, `key` a function key ("" where none is asked for)."""
        self.url = url.rstrip("/")
        headers = {"x-functions-key": key} if key else {}
        self._http = httpx2.Client(headers=headers, timeout=_TIMEOUT, trust_env=not is_here(self.url))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def is_serving(self) -> bool:
        """Whether the installation answers at all."""
        try:
            return self._http.get(f"{self.url}/api/health", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    def health(self) -> httpx2.Response:
        """What the installation says of itself, whatever it says. Raises httpx2.HTTPError if nothing answers."""
        return self._http.get(f"{self.url}/api/health", timeout=20)

    def start_run(self, catalogs: Sequence[Path], options: Mapping[str, Any]) -> dict[str, Any]:
        """Upload the catalog files and start one run over all of them; the answer has at least `run_id`."""
        return self.call("POST", "runs", **_upload(catalogs, options))

    def inspect(self, catalogs: Sequence[Path], options: Mapping[str, Any]) -> dict[str, Any]:
        """What the files are read as and what a run of them would take; nothing is stored."""
        return self.call("POST", "catalogs/inspect", **_upload(catalogs, options), timeout=_SLOW_S)

    def runs(self) -> dict[str, Any]:
        """`runs`, the newest first, and `poison`, messages that belong to no run."""
        return self.call("GET", "runs")

    def run(self, run: str) -> dict[str, Any]:
        return self.call("GET", run_route(run))

    def change(self, run: str, change: str) -> dict[str, Any]:
        """`cancel`, `resume`, `deploy` or `undeploy` a run: how it stands then."""
        return self.call("POST", f"{run_route(run)}/{change}")

    def what_goes(self, run: str) -> dict[str, Any]:
        """What deleting the run would delete and keep, in `deletes` and `keeps`; deletes nothing."""
        try:
            return self.call("DELETE", run_route(run))
        except ApiError as error:
            if error.code != "not_confirmed":
                raise
            return dict(error.problem)

    def delete(self, run: str) -> dict[str, Any]:
        """Delete the run for good."""
        return self.call("DELETE", run_route(run), params={"confirm": run})

    def finetune(self, run: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Fine-tune on the published run; `options` are its `finetune` options, with `again` and `revision`."""
        return self.call("POST", f"{run_route(run)}/finetune", json=dict(options))

    def try_plan(self, run: str, task: str, arm: str) -> dict[str, Any]:
        """What an arm makes of a task: plan, findings, dry run, tokens and price."""
        return self.call("POST", f"{run_route(run)}/try", json={"task": task, "arm": arm}, timeout=_SLOW_S)

    def call(self, method: str, route: str, **kwargs: Any) -> dict[str, Any]:
        """What a route below `/api` answers, as JSON; `kwargs` as httpx2 takes them."""
        answer = self._answer(method, route, **kwargs)
        try:
            body = answer.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise ApiError(
                f"{self.url} answered with something that is not Plansmith's", status=answer.status_code
            )
        return body

    def lines(self, route: str, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """The lines of an answer in JSON Lines that comes in pieces."""
        cursor: str | None = "0"
        while cursor is not None:
            answer = self._answer("GET", route, params={**params, "cursor": cursor})
            yield from (json.loads(line) for line in answer.text.split("\n") if line)
            cursor = answer.headers.get("x-next-cursor")

    def download(self, run: str, path: str, target: Path, sha256: str = "") -> bool:
        """Stream the published file `path` to `target`, which appears only when whole and of that `sha256`.

        Continues a part left by an interrupted download. Returns False if `target` was there already.
        """
        if sha256 and target.is_file() and not _differs(target, sha256):
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        route = f"{run_route(run)}/files/{quote(path)}"
        if not sha256:  # nothing would tell whether a part left by an earlier download belongs to this file
            part.unlink(missing_ok=True)
        continued = part.exists()
        self._fetch(route, part)
        if continued and _differs(part, sha256):  # what was left came from elsewhere
            part.unlink()
            self._fetch(route, part)
        if _differs(part, sha256):
            part.unlink()
            raise ApiError(
                f"{path} did not arrive as it was published (its sha256 differs); download it again"
            )
        part.replace(target)
        return True

    def _fetch(self, route: str, part: Path) -> None:
        """Append to `part` range by range until it has every byte the server has."""
        while True:
            offset = part.stat().st_size if part.exists() else 0
            wanted = {"Range": f"bytes={offset}-"}
            try:
                with self._http.stream("GET", f"{self.url}/api/{route}", headers=wanted) as answer:
                    total = _write_piece(answer, part)
            except httpx2.HTTPError as error:
                raise self._unreachable(error) from error
            size = part.stat().st_size
            if size >= total:
                return
            if size == offset:
                raise ApiError(f"{self.url} sends no more of a file after {size} of {total} bytes")

    def _answer(self, method: str, route: str, **kwargs: Any) -> httpx2.Response:
        try:
            answer = self._http.request(method, f"{self.url}/api/{route}", **kwargs)
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error
        if answer.status_code >= 400:
            raise problem_of(answer)
        return answer

    def _unreachable(self, error: Exception) -> ApiError:
        return ApiError(
            f"No Plansmith answers at {self.url} ({type(error).__name__}): "
            "start the local stack with `make start`, or name another address with --url",
            code="unreachable",
        )


def run_route(run: str) -> str:
    """The route of a run, below `/api`."""
    return f"runs/{quote(run, safe='')}"


def _upload(catalogs: Sequence[Path], options: Mapping[str, Any]) -> dict[str, Any]:
    """The files and options of a request as a form."""
    parts = [
        ("catalog", (name, path.read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream"))
        for path, name in zip(catalogs, _distinct([path.name for path in catalogs]), strict=True)
    ]
    return {"files": parts, "data": {"options": json.dumps(options)}}


def _write_piece(answer: httpx2.Response, part: Path) -> int:
    """Write what was answered to a request for a range; returns the size of the whole file as far as known."""
    if answer.status_code == 416:  # nothing is left to send: the file is empty, or the part has it all
        part.touch()
        return 0
    if answer.status_code >= 400:
        answer.read()
        raise problem_of(answer)
    whole = answer.status_code != 206
    with open(part, "wb" if whole else "ab") as file:
        file.writelines(answer.iter_bytes(_CHUNK))
        if whole:
            return 0
    total = _TOTAL.search(answer.headers.get("content-range", ""))
    return int(total[1]) if total else 0


def _distinct(names: Sequence[str]) -> list[str]:
    """`names` in the same order, a repeated one with a number before its suffix."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        path = Path(name)
        result.append(name if seen[name] == 1 else f"{path.stem}-{seen[name]}{path.suffix}")
    return result


def _differs(path: Path, sha256: str) -> bool:
    """Whether the file is not the one with that hash; False where no hash is known."""
    if not sha256:
        return False
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() != sha256
