"""`catalog.json`: the model as canonical JSON and back."""

from __future__ import annotations

from msgspec.json import Encoder

from shared import stored
from shared.catalog.model import Catalog

_ENCODER = Encoder(order="sorted")


def to_json(catalog: Catalog) -> bytes:
    """The catalog as UTF-8 JSON; equal catalogs give equal bytes, and `from_json` gives the catalog back."""
    return _ENCODER.encode(catalog)


def from_json(data: bytes) -> Catalog:
    """The catalog that `to_json` of this or another version wrote.

    Raises PermanentError `unreadable` for anything else.
    """
    return stored.read(Catalog, data, "a run's catalog.json")


def is_stored(catalog: Catalog, data: bytes) -> bool:
    """Whether `data` that reads as `catalog` was written by `to_json`: the simple form looks much the same."""
    return to_json(catalog) == data
