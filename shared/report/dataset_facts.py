"""What the dataset is that was trained on: counts, split, coverage, tokens and cost, and why records were lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.report.cells import Cell, Fact, Table, known
from shared.report.figures import dollars, share, whole
from shared.times import duration


def catalog_name(manifest: Mapping[str, Any]) -> str:
    """Name of the catalog, "" if it is not known."""
    return str((manifest.get("catalog") or {}).get("name") or "")


def dataset(manifest: Mapping[str, Any], coverage: Mapping[str, Any]) -> list[Fact] | None:
    """Counts, split, coverage, tokens and cost; None where the manifest could not be read."""
    if not manifest:
        return None
    counts, split, teacher = (manifest.get(key) or {} for key in ("counts", "split", "teacher"))
    tokens, spans = manifest.get("tokens") or {}, manifest.get("durations") or {}
    required, operations = coverage.get("required_parameters"), coverage.get("operations")
    return known(
        [
            ("catalog", catalog_name(manifest)),
            ("teacher", ", ".join(map(str, teacher.get("models") or ())) or teacher.get("deployment")),
            ("records", _of(counts.get("accepted"), counts.get("planned"), "planned")),
            (
                "split",
                f"{whole(split['train'])} training, {whole(split['validation'])} validation, "
                f"{whole(split.get('test', 0))} test"
                if split
                else None,
            ),
            *(("what the split lacks", note) for note in split.get("notes") or ()),
            ("operations taught", _of(operations["taught"], operations["total"], "") if operations else None),
            (
                "required parameters taught",
                _of(required["taught"], required["total"], "") if required else None,
            ),
            ("prompt tokens", _cached(tokens)),
            ("completion tokens", whole(tokens["completion"]) if tokens else None),
            ("cost", _cost(manifest)),
            ("generation took", duration(spans["elapsed_s"]) if spans.get("elapsed_s") is not None else None),
        ]
    )


def lost(manifest: Mapping[str, Any]) -> Table:
    """Why records were not accepted, the most frequent reasons first."""
    counts = manifest.get("counts") or {}
    reasons = sorted((counts.get("by_reason") or {}).items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    rows: list[list[Cell | str]] = [[Cell(reason, mark="code"), whole(count)] for reason, count in reasons]
    return Table(["Why records were not accepted", "Indices"], rows, frozenset({1}), "Not accepted")


def _of(part: int | None, total: int | None, word: str) -> str | None:
    if part is None or total is None:
        return None
    of = f"{whole(part)} of {whole(total)} {word}".rstrip()
    return f"{of} ({share(part / total)})" if total else of


def _cached(tokens: Mapping[str, Any]) -> str | None:
    return f"{whole(tokens['prompt'])}, of which {whole(tokens['cached'])} cached" if tokens else None


def _cost(manifest: Mapping[str, Any]) -> str:
    if (manifest.get("teacher") or {}).get("emulator"):
        return "none: emulated"
    cost = manifest.get("cost_usd")
    return "no price is known for the teacher's model" if cost is None else f"{dollars(cost)} at list price"
