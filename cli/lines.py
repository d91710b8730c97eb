"""Text files that people give to a command, line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cli.errors import CommandError


def lines_of(file: Path) -> list[tuple[int, str]]:
    """Number and text of each line that is not blank. CommandError unless the file is UTF-8."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is no text in UTF-8", code="not_utf8") from error
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def json_object(file: Path, number: int, line: str) -> dict[str, Any]:
    """The JSON object in a line of a file. CommandError for anything else."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise CommandError(f"{file}, line {number}: this is no JSON ({error})", code="not_json") from error
    if not isinstance(found, dict):
        raise CommandError(f"{file}, line {number}: a line is a JSON object", code="not_an_object")
    return found
