"""The file that rows are reviewed in: one JSON line a row."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from cli.api_error import ApiError


def written(lines: Iterable[dict[str, Any]], place: str) -> int:
    """Write the lines to a file, or to standard output for `-`; how many they are."""
    count = 0
    with click.open_file(place, "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def read_lines(file: Path) -> list[tuple[int, dict[str, Any]]]:
    """Number and content of each line. ApiError for one that is no JSON object."""
    found: list[tuple[int, dict[str, Any]]] = []
    for number, text in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except ValueError as exc:
            raise ApiError(f"{file}, line {number}: this is no JSON ({exc})", code="not_json") from exc
        if not isinstance(line, dict):
            raise ApiError(f"{file}, line {number}: a line is a JSON object", code="not_an_object")
        found.append((number, line))
    return found
