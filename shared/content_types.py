"""The content type of a file by its name."""

from __future__ import annotations

_TYPES = {
    "js": "text/javascript",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "md": "text/markdown",
    "css": "text/css",
    "csv": "text/csv",
    "html": "text/html",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}


def content_type(path: str) -> str:
    """The type of the files that the app writes; `application/octet-stream` for any other."""
    return _TYPES.get(path.rsplit(".", 1)[-1], "application/octet-stream")
