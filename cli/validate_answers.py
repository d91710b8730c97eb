"""`plansmith validate --answers`: checks a teacher's answers, one a line, as a run would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from cli.finding_lines import codes_counted, finding_line
from shared.catalog.model import Catalog
from shared.plan.codes import Finding, errors_of, finding, warnings_of
from shared.plan.validate import PlanValidator
from shared.plan.wire import decode
from shared.teacher.prompt import repair_message

type Judged = dict[str, Any]
"""`{"index", "errors", "warnings", "repair"}` of an answer; `repair` is what a run would send back, "" if nothing."""


def judged(file: Path, catalog: Catalog) -> Iterator[Judged]:
    """Every line `{"index", "answer"}` of a file with what is wrong with it. OSError if the file cannot be read.

    `answer` is the wire form, as an object or as the text that a teacher wrote.
    """
    validator = PlanValidator(catalog)
    with file.open("rb") as lines:
        for number, line in enumerate(lines):
            if line.strip():
                yield _judged(line, number, validator)


def _judged(line: bytes, number: int, validator: PlanValidator) -> Judged:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return _report(number, [finding("bad_row", f"the line is no JSON: {error}")])
    if not isinstance(row, dict) or "answer" not in row:
        return _report(number, [finding("bad_row", 'the line is no object with "index" and "answer"')])
    index = row["index"] if isinstance(row.get("index"), int) else number
    answer = row["answer"]
    decoded, found = decode(answer if isinstance(answer, str) else orjson.dumps(answer).decode())
    return _report(index, found if decoded is None else validator.findings(decoded))


def _report(index: int, found: list[Finding]) -> Judged:
    errors = errors_of(found)
    return {
        "index": index,
        "errors": errors,
        "warnings": warnings_of(found),
        "repair": repair_message(errors) if errors else "",
    }


def report(answers: list[Judged], as_json: bool) -> str:
    """The judgements as JSON lines, or as lines for a person with a count of each code at the end."""
    if as_json:
        return "\n".join(orjson.dumps(one).decode() for one in answers)
    lines = [
        finding_line(f"answer {one['index']}", item, kind)
        for one in answers
        for kind, items in (("", one["errors"]), ("warning: ", one["warnings"]))
        for item in items
    ]
    lines += codes_counted(item["code"] for one in answers for item in (*one["errors"], *one["warnings"]))
    valid = sum(not one["errors"] for one in answers)
    lines.append(f"{len(answers)} answers, {valid} valid, {len(answers) - valid} with errors")
    return "\n".join(lines)
