"""The catalog in files of this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.catalog.limits import Limits
from shared.catalog.model import Catalog
from shared.catalog.serialize import from_json, is_stored
from shared.errors import CatalogError, PermanentError
from shared.settings import catalog_limits


def read_catalog(files: Sequence[Path]) -> Catalog:
    """The files as one catalog: whatever can be uploaded, or a stored `catalog.json`.

    Raises CatalogError if they cannot be used, ConfigurationError for a setting of a limit that makes no sense.
    """
    limits = Limits(**catalog_limits())
    documents = [_document(file, limits.document_bytes) for file in files]
    return (_stored(documents[0].data) if len(documents) == 1 else None) or ingest(documents, limits=limits)


def _document(file: Path, most: int) -> Document:
    try:
        size = file.stat().st_size
        if size > most:
            raise CatalogError(f"{file} has {size} bytes; at most {most} are read.", code="too_large")
        return Document(file.name, file.read_bytes())
    except OSError as error:
        raise CatalogError(
            f"{file} cannot be read: {error.strerror or error}.", code="not_readable"
        ) from error


def _stored(data: bytes) -> Catalog | None:
    """The catalog as a run keeps it, None for a document of another kind."""
    try:
        catalog = from_json(data)
    except PermanentError:
        return None
    return catalog if is_stored(catalog, data) else None
