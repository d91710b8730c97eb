"""Brings a run's published files to this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.api_error import ApiError
from cli.client import Client, run_route
from shared.names import is_relative_path, is_run_id

_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class LocalFile:
    """A published file as it lies on this machine; `rows` is None for what has none."""

    path: Path
    rows: int | None
    size: int


def download_run(client: Client, run: dict[str, Any], out: Path) -> list[LocalFile]:
    """Download every file of `run` (as `GET /api/runs/{run}` gives it) to `out/<run id>/`, the manifest last.

    Raises ApiError if the run has published nothing, or a file cannot be had whole.
    """
    run_id = str(run.get("run_id") or "")
    files = {str(file["path"]): file for file in run.get("files") or []}
    if not files:
        raise ApiError(f"{run_id} has published nothing yet (it is {run.get('status')})")
    last = str(run.get("manifest") or _MANIFEST)
    files.setdefault(last, {"path": last})
    if not is_run_id(run_id) or not all(is_relative_path(path) for path in files):
        raise ApiError("the installation names files outside the run's folder; nothing was written")
    files[last] = files.pop(last)
    folder = out / run_id
    return [_download(client, run_id, file, folder) for file in files.values()]


def of_revision(client: Client, run: dict[str, Any], number: int) -> dict[str, Any]:
    """The run with the files of a revision, which go to a folder of its own. ApiError if there is no such revision."""
    found = client.call("GET", f"{run_route(str(run['run_id']))}/revisions/{number}")
    folder = f"revisions/{number}/"
    files = [{**file, "path": folder + file["path"]} for file in found.get("files") or []]
    if not files:
        raise ApiError(f"revision {number} is {found.get('status')}", code="not_published")
    return {**run, "files": files, "manifest": f"{folder}{_MANIFEST}"}


def download_file(client: Client, run: dict[str, Any], path: str, out: Path) -> Path:
    """Download the one published file `path` of `run`. ApiError if the run has none."""
    run_id = str(run.get("run_id") or "")
    found = next((file for file in run.get("files") or [] if file.get("path") == path), None)
    if found is None:
        raise ApiError(f"{run_id} has no {path} (it is {run.get('status')})", code="no_such_file")
    if not is_run_id(run_id) or not is_relative_path(path):
        raise ApiError("the installation names files outside the run's folder; nothing was written")
    return _download(client, run_id, found, out / run_id).path


def as_told(run_id: str, files: Sequence[LocalFile], out: Path) -> dict[str, Any]:
    """The downloaded files as a program is told of them."""
    told = [{"path": str(file.path), "rows": file.rows, "bytes": file.size} for file in files]
    return {"run_id": run_id, "folder": str(out / run_id), "files": told}


def _download(client: Client, run_id: str, file: dict[str, Any], folder: Path) -> LocalFile:
    target = folder / file["path"]
    client.download(run_id, file["path"], target, str(file.get("sha256") or ""))
    return LocalFile(target, file.get("rows"), target.stat().st_size)
