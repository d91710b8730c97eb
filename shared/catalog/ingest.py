"""The way into the catalog: uploaded bytes to one `Catalog`, or one `CatalogError`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import convert, to_builtins
from msgspec.json import Encoder
from msgspec.structs import replace

from shared.catalog.decode.archives import is_zip, unpack
from shared.catalog.decode.foreign_formats import ACCEPTED
from shared.catalog.documents import Document
from shared.catalog.draft import Draft
from shared.catalog.limits import Limits
from shared.catalog.model import Api, Catalog, Parameter
from shared.catalog.naming import NameHints, assign_names
from shared.catalog.postman.local_files import is_local
from shared.catalog.reading import Reading
from shared.catalog.recognise import Part, read_document, read_local
from shared.errors import CatalogError
from shared.scrub.known import KnownSecrets

__all__ = ["Document", "Limits", "ingest"]

_DEFAULT_LIMITS = Limits()
_SHAPE = Encoder(order="sorted")


def ingest(documents: Sequence[Document], *, limits: Limits = _DEFAULT_LIMITS) -> Catalog:
    """All operations of the documents (zips are unpacked) as one catalog, scrubbed, with its diagnostics.

    Pure: the same bytes give the same catalog, nothing that a document names is opened or fetched.

    Raises:
        CatalogError: a document is unusable as a whole (`empty`, `not_json`, `not_yaml`, `not_a_catalog`,
            `unsupported_format`, `invalid_document`, `too_large`, `too_deep`, `alias_expansion`, `bad_zip`,
            `encrypted_zip`, `zip_ratio`, `zip_entries`, `too_many_documents`) or all of them together hold
            no operation (`no_operations`).
    """
    reading = Reading(limits)
    parts: list[Part] = []
    whole, local = _apart(_unpacked(documents, reading))
    if local:
        parts.append(read_local(local, reading))
    for document, packed in whole:
        before = reading.operations
        try:
            parts.extend(_read(document, reading))
        except CatalogError as exc:
            if not packed:
                raise
            reading.operations = before
            reading.note("skipped_document", document.name, exc.message)
    return _merged(parts, documents, reading)


def _apart(
    documents: list[tuple[Document, bool]],
) -> tuple[list[tuple[Document, bool]], list[Document]]:
    """The documents that are read by themselves, and those that are one collection in many files."""
    local = [document for document, _ in documents if is_local(document)]
    return [(one, packed) for one, packed in documents if one not in local], local


def _read(document: Document, reading: Reading) -> list[Part]:
    where = reading.name(document.name) or "The file"
    try:
        return read_document(document.data, where, reading)
    except RecursionError as exc:  # every walk of ours is bounded; comparing or showing a deep value is not
        raise CatalogError(f"{where} is nested too deep.", code="too_deep") from exc


def _unpacked(documents: Sequence[Document], reading: Reading) -> list[tuple[Document, bool]]:
    """The documents with zips replaced by their entries; a flag says what came out of a zip. Twins are dropped."""
    limits = reading.limits
    budget = limits.document_bytes
    found: list[tuple[Document, bool]] = []
    for document in documents:
        if len(document.data) > budget:
            message = f"{document.name} makes over {limits.document_bytes} bytes, the limit of one upload."
            raise CatalogError(message, code="too_large")
        packed = is_zip(document.data)
        for entry in unpack(document, reading, budget) if packed else [document]:
            budget -= len(entry.data)
            twin = next((known for known, _ in found if known.data == entry.data), None)
            if twin is None:
                found.append((entry, packed))
            else:
                reading.note("duplicate_document", entry.name, f"The same bytes as {twin.name}; read once.")
    if len(found) > limits.documents:
        message = f"The upload holds {len(found)} documents; at most {limits.documents} are read."
        raise CatalogError(message, code="too_many_documents")
    return found


def _merged(parts: list[Part], documents: Sequence[Document], reading: Reading) -> Catalog:
    drafts = (
        [_told_apart(draft, title) for title, _, found in parts for draft in found] if len(parts) > 1 else []
    )
    drafts = drafts or [draft for _, _, found in parts for draft in found]
    if not drafts:
        raise CatalogError(_nothing_usable(parts, documents, reading), code="no_operations")
    if (over := reading.operations - reading.limits.operations) > 0:
        message = f"{over} operations over the limit of {reading.limits.operations} are left out."
        reading.note("operation_limit", "", message)
    drafts = [_cleared(draft, reading.secrets) for draft in drafts]
    names = assign_names([draft.hints for draft in drafts])
    titles = [title for title, _, _ in parts if title]
    return Catalog(
        name=", ".join(dict.fromkeys(titles))[:200] or _stem(documents[0].name, reading),
        description=" ".join(text for _, text, _ in parts if text)[:1_000],
        apis=tuple(
            _with_telling_folders([draft.named(name) for draft, name in zip(drafts, names, strict=True)])
        ),
        diagnostics=reading.diagnostics(),
    )


def _cleared(draft: Draft, secrets: KnownSecrets) -> Draft:
    """The draft without credentials that became known later in the upload, in any text or name."""
    hints = draft.hints
    encoded = _SHAPE.encode(draft.named(" ".join(hints.segments))) if secrets else b""
    if not encoded or not secrets.concerns(encoded.decode()):
        return draft
    draft.hints = NameHints(
        tuple(map(secrets.text, hints.segments)),
        lambda: tuple(map(secrets.text, hints.refinements())),
        hints.content,
    )
    draft.original_name, draft.description, draft.path = map(
        secrets.text, (draft.original_name, draft.description, draft.path)
    )
    draft.tags = tuple(map(secrets.text, draft.tags))
    draft.responses = secrets.everywhere(draft.responses)
    draft.conditions = tuple(map(secrets.everywhere, draft.conditions))
    draft.parameters = tuple(
        [convert(secrets.everywhere(to_builtins(one)), Parameter) for one in draft.parameters]
    )
    return draft


def _with_telling_folders(apis: list[Api]) -> list[Api]:
    """The operations; those that differ only in their names and folders are marked."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, api in enumerate(apis):
        if api.tags:
            alike[api.method, api.path, api.description].append(number)
    for members in alike.values():
        if len(members) > 1:
            shapes = [_SHAPE.encode((apis[i].parameters, apis[i].responses)) for i in members]
            counts = Counter(shapes)
            for i, shape in zip(members, shapes, strict=True):
                if counts[shape] > 1:
                    apis[i] = replace(apis[i], is_told_by_folder=True)
    return apis


def _told_apart(draft: Draft, title: str) -> Draft:
    """The draft of one of several documents, whose title is the first refinement of its name."""
    hints = draft.hints
    draft.hints = NameHints(
        hints.segments, lambda: (title, *hints.refinements()), lambda: f"{title}\0{hints.content()}"
    )
    return draft


def _nothing_usable(parts: list[Part], documents: Sequence[Document], reading: Reading) -> str:
    if not documents:
        return f"Nothing was uploaded. {ACCEPTED}"
    # The one that says what to do comes first.
    found = sorted(reading.diagnostics(), key=lambda one: one.code != "operations_elsewhere")
    because = f" ({found[0].where}: {found[0].message})" if found else ""
    what = (
        "The upload holds no API catalog"
        if not parts
        else "The catalog holds no operation that can be called"
    )
    return f"{what}{because}. {ACCEPTED}"


def _stem(name: str, reading: Reading) -> str:
    leaf = name.replace("\\", "/").rpartition("/")[2]
    return reading.name(leaf.rpartition(".")[0] or leaf) or "catalog"
