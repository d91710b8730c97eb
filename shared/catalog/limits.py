"""How much of a document is read before the answer is "too large"."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep reading within known time and memory.

    Attributes:
        document_bytes: bytes of one document, and of all documents of one upload together (unpacked).
        documents: documents of one upload, zip entries included.
        operations: operations of one catalog; the rest is left out with one diagnostic.
        depth: levels of folders, and of a YAML document.
        ref_expansions: local `$ref` resolved while reading one document; after that a schema is cut.
        alias_expansion: values a YAML document may have once its aliases are written out.
        zip_ratio: unpacked bytes to packed bytes of a zip entry (only looked at above 1 MB unpacked).
        zip_entries: entries of a zip.
        example_bytes: bytes of JSON of an example kept as a `default`.
        response_bytes: bytes of an example response whose shape is read.
        schema_depth: levels of a schema that are kept.
        schema_nodes: sub-schemas that one schema keeps.
        condition_nodes: sub-schemas of one condition (`if`, `not` …) of a schema.
        parameters: parameters of one operation.
        description: characters of an operation's description.
        parameter_description: characters of a parameter's description.
        diagnostics: diagnostics kept; a last one says how many more there were.
    """

    document_bytes: int = 32 * 1024 * 1024
    documents: int = 64
    operations: int = 5_000
    depth: int = 100
    ref_expansions: int = 100_000
    alias_expansion: int = 2_000_000
    zip_ratio: int = 200
    zip_entries: int = 500
    example_bytes: int = 640
    response_bytes: int = 512 * 1024
    schema_depth: int = 5
    schema_nodes: int = 80
    condition_nodes: int = 40
    parameters: int = 200
    description: int = 320
    parameter_description: int = 160
    diagnostics: int = 5_000
