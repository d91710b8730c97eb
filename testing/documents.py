"""Documents that benchmarks read and write: catalogs in files, the public ones, a section between two marks."""

from __future__ import annotations

from pathlib import Path

from local.checkout import ROOT
from shared.catalog.ingest import Document, ingest
from shared.catalog.model import Catalog

PUBLIC_CATALOGS = ROOT.parent / "shared" / "catalogs"
"""Catalogs as published, beside the repository; not on every machine."""


def catalog_in(file: Path) -> Catalog:
    """The catalog of a document. CatalogError if it is unusable."""
    return ingest([Document(file.name, file.read_bytes())])


def put_between(file: Path, begin: str, end: str, text: str) -> None:
    """Replace what stands between two marks of a document."""
    head, _, rest = file.read_text(encoding="utf-8").partition(begin)
    file.write_text(f"{head}{begin}{text}{end}{rest.partition(end)[2]}", encoding="utf-8")
