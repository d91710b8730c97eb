"""`plansmith validate`: checks a dataset file row by row against a catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from cli.dataset_rows import RowChecker
from shared.catalog.limits import Limits
from shared.catalog.model import Catalog
from shared.errors import BadRequestError, ConfigurationError, PermanentError
from shared.plan.codes import errors_of, warnings_of
from shared.plan.validate import PlanValidator
from shared.settings import catalog_limits

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2
"""Exit statuses."""

_SHOWN = 200
_BOM = b"\xef\xbb\xbf"


class UnusableError(Exception):
    """A file that nothing can be said about row by row."""


def validate(
    file: str, catalog_files: Sequence[str], as_json: bool, *, strict: bool = False
) -> tuple[str, int]:
    """The report on a dataset, as text for people or JSON, and the exit status.

    Args:
        file: JSONL of records, instructions, chat, tools or dpo rows, of ours or from elsewhere; or one JSON array.
        catalog_files: any catalog that can be uploaded, or a stored `catalog.json`.
        as_json: `{"rows", "valid", "errors": [{"row", "code", "path", "message"}], "warnings": […]}`, rows from 1.
        strict: whether a row with warnings alone is not valid either.

    Returns:
        The report and 0 (all valid), 1 (some are not) or 2 (the dataset or the catalog cannot be used; row 0 says why).
    """
    try:
        catalog = _catalog(catalog_files)
        report = _Report(file, strict)
        for number, findings in enumerate(_checked(file, catalog), 1):
            report.add(number, findings)
        if report.rows == 0:
            raise UnusableError(f"{file}: the file holds no rows")
    except UnusableError as error:
        return _unusable(str(error), as_json), UNUSABLE
    text = report.as_json() if as_json else report.as_text()
    return text, CLEAN if report.valid == report.rows else FINDINGS


def validate_answers(
    file: str, catalog_files: Sequence[str], as_json: bool, *, strict: bool = False
) -> tuple[str, int]:
    """The report on a teacher's answers, lines `{"index", "answer"}`, and the exit status as of `validate`.

    As JSON a line an answer: `{"index", "errors", "warnings", "repair"}`; `repair` is what a run would send.
    """
    from cli.validate_answers import judged, report

    try:
        answers = list(judged(Path(file), _catalog(catalog_files)))
    except OSError as error:
        return _unusable(f"{file}: {error.strerror or error}", as_json), UNUSABLE
    except UnusableError as error:
        return _unusable(str(error), as_json), UNUSABLE
    if not answers:
        return _unusable(f"{file}: the file holds no answers", as_json), UNUSABLE
    wrong = any(one["errors"] or (strict and one["warnings"]) for one in answers)
    return report(answers, as_json), FINDINGS if wrong else CLEAN


class _Report:
    """Counts rows and keeps their findings."""

    def __init__(self, file: str, strict: bool) -> None:
        self.file = file
        self.rows = 0
        self.valid = 0
        self.errors: list[dict[str, Any]] = []
        self.warnings: list[dict[str, Any]] = []
        self._strict = strict

    def add(self, row: int, findings: list[dict[str, Any]]) -> None:
        """Count a row with what was found in it."""
        errors, warnings = errors_of(findings), warnings_of(findings)
        self.rows += 1
        self.valid += not (findings if self._strict else errors)
        self.errors += [_entry(row, one) for one in errors]
        self.warnings += [_entry(row, one) for one in warnings]

    def as_json(self) -> str:
        report = {"rows": self.rows, "valid": self.valid, "errors": self.errors, "warnings": self.warnings}
        return orjson.dumps(report).decode()

    def as_text(self) -> str:
        """The report for people: one line a finding (the first 200), then how often each code came."""
        every = [("", error) for error in self.errors] + [("warning: ", one) for one in self.warnings]
        every.sort(key=lambda pair: pair[1]["row"])
        lines = [
            f"row {one['row']}: {kind}{one['code']}{' at ' + one['path'] if one['path'] else ''}: {one['message']}"
            for kind, one in every[:_SHOWN]
        ]
        if len(every) > _SHOWN:
            lines.append(f"… and {len(every) - _SHOWN} more findings")
        counts = Counter(f"{one['code']}{' (warning)' if kind else ''}" for kind, one in every)
        lines += [
            f"  {count:>6}  {code}"
            for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        wrong = "with findings" if self._strict else "with errors"
        told = len({one["row"] for one in self.warnings})
        lines.append(
            f"{self.file}: {self.rows} rows, {self.valid} valid, {self.rows - self.valid} {wrong}"
            + (f", {told} with warnings" if told else "")
        )
        return "\n".join(lines)


def _entry(row: int, one: dict[str, Any]) -> dict[str, Any]:
    return {"row": row, **{key: one[key] for key in ("code", "path", "message")}}


def _unusable(message: str, as_json: bool) -> str:
    if not as_json:
        return f"cannot validate: {message}"
    error = {"row": 0, "code": "unusable", "path": "", "message": message}
    return orjson.dumps({"rows": 0, "valid": 0, "errors": [error], "warnings": []}).decode()


def _checked(file: str, catalog: Catalog) -> Iterator[list[dict[str, Any]]]:
    from shared.dataset.tools import function_names

    functions = {
        function: name for name, function in function_names(api.name for api in catalog.apis).items()
    }
    checker = RowChecker(PlanValidator(catalog), functions)
    for position, row in enumerate(_rows(file)):
        if isinstance(row, bytes):
            yield checker.line_findings(row.removeprefix(_BOM) if position == 0 else row)
        else:
            yield checker.row_findings(row)


def _rows(file: str) -> Iterator[bytes | Any]:
    """Lines of a JSONL file as bytes, or the elements of a JSON array."""
    try:
        with Path(file).open("rb") as stream:
            start = stream.read(1024).removeprefix(_BOM).lstrip()
            stream.seek(0)
            if start.startswith(b"["):
                yield from _elements(stream.read(), file)
                return
            if not any(line.removeprefix(_BOM).lstrip().startswith(b"{") for line in stream):
                what = "none of its lines is a JSON object" if start else "the file is empty"
                raise UnusableError(f"{file}: {what}")
            stream.seek(0)
            yield from stream
    except OSError as error:
        raise UnusableError(f"{file}: {error.strerror or error}") from error


def _elements(data: bytes, file: str) -> list[Any]:
    try:
        rows = orjson.loads(data.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise UnusableError(f"{file}: not JSONL, and not a JSON array either ({error})") from error
    return list(rows)


def _catalog(files: Sequence[str]) -> Catalog:
    """The catalog in the files: a stored one, or whatever ingestion reads."""
    from shared.catalog.documents import Document
    from shared.catalog.ingest import ingest
    from shared.catalog.serialize import from_json, is_stored

    try:
        limits = Limits(**catalog_limits())
    except ConfigurationError as error:
        raise UnusableError(error.message) from error
    documents = []
    for name in files:
        try:
            path = Path(name)
            if path.stat().st_size > limits.document_bytes:
                raise UnusableError(f"{name}: larger than {limits.document_bytes} bytes")
            documents.append(Document(path.name, path.read_bytes()))
        except OSError as error:
            raise UnusableError(f"{name}: {error.strerror or error}") from error
    if len(documents) == 1:
        try:
            catalog = from_json(documents[0].data)
        except PermanentError:
            pass
        else:
            if is_stored(catalog, documents[0].data):
                return catalog
    try:
        return ingest(documents, limits=limits)
    except BadRequestError as error:
        raise UnusableError(error.message) from error
