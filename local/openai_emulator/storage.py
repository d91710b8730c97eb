"""The emulator's disk: small JSON documents and files below one folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson


class Disk:
    """Documents below a folder; without one, a temporary folder that goes with the object."""

    def __init__(self, root: Path | None) -> None:
        self._temporary = None if root else tempfile.TemporaryDirectory(prefix="openai-emulator-")
        self.root = root or Path(self._temporary.name if self._temporary else ".")
        self.root.mkdir(parents=True, exist_ok=True)

    def folder(self, *parts: str) -> Path:
        """A folder below the root, made if need be."""
        path = self.root.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def save(self, path: Path, document: Any) -> None:
        """Replace a document in one step, so that a crash leaves the old or the new one."""
        partial = path.with_suffix(".partial")
        partial.write_bytes(orjson.dumps(document))
        partial.replace(path)

    def load_all(self, folder: Path) -> Iterator[Any]:
        """All documents of a folder, by name; unreadable ones are skipped."""
        for path in sorted(folder.glob("*.json")):
            try:
                yield orjson.loads(path.read_bytes())
            except orjson.JSONDecodeError:
                continue

    def close(self) -> None:
        """Remove a temporary folder."""
        if self._temporary:
            self._temporary.cleanup()
