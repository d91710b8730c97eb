"""What is handed to ingestion: named bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """One uploaded file; `name` is only used to speak of it and to name an untitled catalog, never opened."""

    name: str
    data: bytes
