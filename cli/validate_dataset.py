"""`plansmith validate`: checks a dataset file row by row against a catalog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from cli.catalog_files import read_catalog
from cli.dataset_rows import RowChecker
from cli.finding_lines import codes_counted, finding_line
from shared.catalog.model import Catalog
from shared.errors import BadRequestError, PlansmithError
from shared.plan.codes import errors_of, warnings_of
from shared.plan.validate import PlanValidator

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2
"""Exit statuses."""

_SHOWN = 200
_BOM = b"\xef\xbb\xbf"


def validate(
    file: Path, catalog_files: Sequence[Path], as_json: bool, *, strict: bool = False
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
        catalog = read_catalog(catalog_files)
        report = _Report(file, strict)
        for number, findings in enumerate(_checked(file, catalog), 1):
            report.add(number, findings)
        if report.rows == 0:
            raise _bad(f"{file}: the file holds no rows")
    except (PlansmithError, OSError) as error:
        return _unusable(error, as_json), UNUSABLE
    text = report.as_json() if as_json else report.as_text()
    return text, CLEAN if report.valid == report.rows else FINDINGS


def validate_answers(
    file: Path, catalog_files: Sequence[Path], as_json: bool, *, strict: bool = False
) -> tuple[str, int]:
    """The report on a teacher's answers, lines `{"index", "answer"}`, and the exit status as of `validate`.

    As JSON a line an answer: `{"index", "errors", "warnings", "repair"}`; `repair` is what a run would send.
    """
    from cli.validate_answers import judged, report

    try:
        answers = list(judged(file, read_catalog(catalog_files)))
        if not answers:
            raise _bad(f"{file}: the file holds no answers")
    except (PlansmithError, OSError) as error:
        return _unusable(error, as_json), UNUSABLE
    wrong = any(one["errors"] or (strict and one["warnings"]) for one in answers)
    return report(answers, as_json), FINDINGS if wrong else CLEAN


class _Report:
    """Counts rows and keeps their findings."""

    def __init__(self, file: Path, strict: bool) -> None:
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
        lines = [finding_line(f"row {one['row']}", one, kind) for kind, one in every[:_SHOWN]]
        if len(every) > _SHOWN:
            lines.append(f"… and {len(every) - _SHOWN} more findings")
        lines += codes_counted(f"{one['code']}{' (warning)' if kind else ''}" for kind, one in every)
        wrong = "with findings" if self._strict else "with errors"
        told = len({one["row"] for one in self.warnings})
        lines.append(
            f"{self.file}: {self.rows} rows, {self.valid} valid, {self.rows - self.valid} {wrong}"
            + (f", {told} with warnings" if told else "")
        )
        return "\n".join(lines)


def _entry(row: int, one: dict[str, Any]) -> dict[str, Any]:
    return {"row": row, **{key: one[key] for key in ("code", "path", "message")}}


def _bad(message: str) -> BadRequestError:
    """A file that nothing can be said about row by row."""
    return BadRequestError(message, code="unusable")


def _unusable(error: PlansmithError | OSError, as_json: bool) -> str:
    message = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error.message
    if not as_json:
        return f"cannot validate: {message}"
    row = {"row": 0, "code": "unusable", "path": "", "message": message}
    return orjson.dumps({"rows": 0, "valid": 0, "errors": [row], "warnings": []}).decode()


def _checked(file: Path, catalog: Catalog) -> Iterator[list[dict[str, Any]]]:
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


def _rows(file: Path) -> Iterator[bytes | Any]:
    """Lines of a JSONL file as bytes, or the elements of a JSON array."""
    with file.open("rb") as stream:
        start = stream.read(1024).removeprefix(_BOM).lstrip()
        stream.seek(0)
        if start.startswith(b"["):
            yield from _elements(stream.read(), file)
            return
        if not any(line.removeprefix(_BOM).lstrip().startswith(b"{") for line in stream):
            raise _bad(f"{file}: {'none of its lines is a JSON object' if start else 'the file is empty'}")
        stream.seek(0)
        yield from stream


def _elements(data: bytes, file: Path) -> list[Any]:
    try:
        rows = orjson.loads(data.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise _bad(f"{file}: not JSONL, and not a JSON array either ({error})") from error
    return list(rows)
