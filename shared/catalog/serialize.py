"""`catalog.json`: the model as canonical JSON and back."""

from __future__ import annotations

from msgspec.json import Decoder, Encoder

from shared.catalog.model import Catalog

_ENCODER = Encoder(order="sorted")
_DECODER = Decoder(Catalog)


def to_json(catalog: Catalog) -> bytes:
    """The catalog as UTF-8 JSON; equal catalogs give equal bytes, and `from_json` gives the catalog back."""
    return _ENCODER.encode(catalog)


def from_json(data: bytes) -> Catalog:
    """The catalog that `to_json` wrote, with an API at least. Raises ValueError for anything else."""
    catalog = _DECODER.decode(data)
    if not catalog.apis:
        raise ValueError("no API in the catalog")
    return catalog
