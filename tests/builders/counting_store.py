"""A run store that notes what is asked of it."""

from __future__ import annotations

from typing import Any

from shared.ports.storage import BlobStore

_READS = ("read", "properties", "stream", "list")


class CountingStore:
    """BlobStore over another one.

    Attributes:
        asked: `(method, container, path)` of each reading call, in order.
    """

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self.asked: list[tuple[str, str, str]] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in _READS:
            return method

        def noted(container: str, path: str = "", **more: Any) -> Any:
            self.asked.append((name, container, path))
            return method(container, path, **more)

        return noted
