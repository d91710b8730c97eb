"""Uploaded and produced files: pending, then processed or, if a line breaks the rules, error."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from local.openai_emulator.errors import ApiError, bad_request, not_found
from local.openai_emulator.storage import Disk
from local.openai_emulator.switches import Switches
from local.openai_emulator.training_rows import BadRow, check_file

PURPOSES = ("assistants", "batch", "fine-tune", "evals")
MAX_FILES = 100
"""Fine-tuning files of a resource; the service's quota."""
_MAX_BYTES = 512 * 1024 * 1024
_EXPIRES = (1_209_600, 2_592_000)


class Files:
    """All files of the resource, kept on disk."""

    def __init__(self, disk: Disk, switches: Switches) -> None:
        self._disk = disk
        self._switches = switches
        self._folder = disk.folder("files")
        self._files: dict[str, dict[str, Any]] = {f["id"]: f for f in disk.load_all(self._folder)}
        self._tasks: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        """Go on checking files that were pending when the emulator stopped."""
        for file in self._files.values():
            if file["status"] in ("pending", "running"):
                self._start_check(file["id"])

    async def upload(
        self, name: str, purpose: str, chunks: AsyncIterator[bytes], expires_after: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Store a file as its bytes arrive and start checking it."""
        if purpose not in PURPOSES:
            raise bad_request(f"'{purpose}' is not one of {list(PURPOSES)} - 'purpose'", param="purpose")
        self.make_room(purpose)
        file_id = f"file-{secrets.token_hex(16)}"
        size = await self._write(file_id, chunks)
        file = self._register(file_id, name, purpose, size, "pending", expires_after)
        self._start_check(file_id)
        return dict(file)

    def make_room(self, purpose: str) -> None:
        """ApiError when the resource holds as many fine-tuning files as it may."""
        held = sum(file["purpose"] == "fine-tune" for file in self._files.values())
        if purpose == "fine-tune" and held >= MAX_FILES:
            raise ApiError(
                400,
                f"The maximum number of {MAX_FILES} files is reached. Delete files that are no longer needed.",
                code="quotaExceeded",
            )

    async def _write(self, file_id: str, chunks: AsyncIterator[bytes]) -> int:
        size, path = 0, self.path(file_id)
        with path.open("wb") as target:
            async for chunk in chunks:
                size += len(chunk)
                if size > _MAX_BYTES:
                    break
                target.write(chunk)
        if size == 0 or size > _MAX_BYTES:
            path.unlink()
            raise bad_request("File is empty." if size == 0 else "File is larger than 512 MB.", param="file")
        return size

    def add(self, name: str, purpose: str, data: bytes) -> dict[str, Any]:
        """Store a file that the resource made itself; it is processed at once."""
        file_id = f"file-{secrets.token_hex(16)}"
        self.path(file_id).write_bytes(data)
        return self._register(file_id, name, purpose, len(data), "processed", None)

    def replace(self, file_id: str, data: bytes) -> None:
        """New content of a file that the resource made itself."""
        file = self.get(file_id)
        self.path(file_id).write_bytes(data)
        file["bytes"] = len(data)
        self._save(file)

    def _register(
        self,
        file_id: str,
        name: str,
        purpose: str,
        size: int,
        status: str,
        expires_after: dict[str, Any] | None,
    ) -> dict[str, Any]:
        file: dict[str, Any] = {
            "id": file_id,
            "object": "file",
            "bytes": size,
            "created_at": int(time.time()),
            "filename": name,
            "purpose": purpose,
            "status": status,
        }
        if expires_after:
            file["expires_at"] = file["created_at"] + int(expires_after["seconds"])
        self._files[file_id] = file
        self._save(file)
        return file

    def get(self, file_id: str) -> dict[str, Any]:
        """The file. ApiError 404 if it is missing or deleted."""
        file = self._files.get(file_id)
        if file is not None and file.get("expires_at", time.time() + 1) < time.time():
            self.delete(file_id)
            file = None
        if file is None:
            raise not_found(f"The specified file '{file_id}' does not exist.")
        return file

    def listing(
        self, *, purpose: str = "", after: str = "", limit: int = 10_000, order: str = "desc"
    ) -> dict[str, Any]:
        """A page of files, newest first unless `order` is `asc`."""
        found = [file for file in self._files.values() if not purpose or file["purpose"] == purpose]
        found.sort(key=lambda file: (file["created_at"], file["id"]), reverse=order != "asc")
        return page(found, after, limit)

    def delete(self, file_id: str) -> dict[str, Any]:
        if self._files.pop(file_id, None) is None:
            raise not_found(f"The specified file '{file_id}' does not exist.")
        self.path(file_id).unlink(missing_ok=True)
        (self._folder / f"{file_id}.json").unlink(missing_ok=True)
        return {"id": file_id, "object": "file", "deleted": True}

    def path(self, file_id: str) -> Path:
        """Where the file's bytes are."""
        return self._folder / f"{file_id}.data"

    def _save(self, file: dict[str, Any]) -> None:
        self._disk.save(self._folder / f"{file['id']}.json", file)

    def _start_check(self, file_id: str) -> None:
        task = asyncio.get_running_loop().create_task(self._check(file_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _check(self, file_id: str) -> None:
        await asyncio.sleep(self._switches.file_processing_s)
        file = self._files.get(file_id)
        if file is None:
            return
        try:
            if file["purpose"] == "fine-tune":
                await asyncio.to_thread(check_file, self.path(file_id))
        except (BadRow, OSError, UnicodeDecodeError) as exc:
            file["status"], file["status_details"] = "error", f"Invalid file format. {exc}"
        else:
            file["status"] = "processed"
        if file_id in self._files:
            self._save(file)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def read_expiry(anchor: str | None, seconds: str | None) -> dict[str, Any] | None:
    """The `expires_after` of an upload form. ApiError 400 outside 14 to 30 days, the service's limits."""
    if anchor is None and seconds is None:
        return None
    number = int(seconds) if seconds and seconds.isdigit() else 0
    if anchor != "created_at" or not _EXPIRES[0] <= number <= _EXPIRES[1]:
        raise bad_request(
            f"expires_after needs the anchor created_at and from {_EXPIRES[0]} to {_EXPIRES[1]} seconds.",
            param="expires_after",
        )
    return {"anchor": anchor, "seconds": number}


def page(items: list[dict[str, Any]], after: str, limit: int) -> dict[str, Any]:
    """The `limit` items that follow the one with id `after`."""
    start = 0
    if after:
        start = next((i + 1 for i, item in enumerate(items) if item["id"] == after), len(items))
    chosen = items[start : start + limit]
    return {
        "object": "list",
        "data": chosen,
        "has_more": start + limit < len(items),
        "first_id": chosen[0]["id"] if chosen else None,
        "last_id": chosen[-1]["id"] if chosen else None,
    }
