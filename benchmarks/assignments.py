"""What assignments of public catalogs ask for: faults by kind, shapes, variations, coverage.

    python -m benchmarks.assignments [FOLDER] [--of FILE] [--dump FILE] [--assignments 200] [--write docs/quality.md]

FOLDER (default: the public catalogs beside the repository) holds catalogs in subfolders. `--of` judges assignments that
another version wrote with `--dump` and puts them beside today's. Exit status 1 if one of today's has a fault.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from shared.catalog.model import Catalog
from shared.curriculum.blueprint import VARIATIONS
from shared.curriculum.coverage import CoveragePlan
from shared.curriculum.slices import cut
from shared.errors import CatalogError
from testing.documents import PUBLIC_CATALOGS, catalog_in, put_between
from testing.faults.assignments import KINDS, faults_of
from testing.faults.judge import Judge

START, END = "<!-- assignments -->\n", "<!-- end of assignments -->"
SAMPLES_AN_OPERATION = 40
_SHAPES = ("single", "chain", "fan_out", "join", "parallel", "guarded", "dag")


class Sums:
    """What the assignments of all catalogs add up to."""

    def __init__(self) -> None:
        self.all = 0
        self.faults: Counter[str] = Counter()
        self.places: dict[str, str] = {}
        self.shapes: Counter[str] = Counter()
        self.variations: Counter[str] = Counter()
        self.first_personas: Counter[str] = Counter()

    def add(self, judge: Judge, catalog: str, one: dict[str, Any]) -> None:
        """Count one assignment."""
        self.all += 1
        for code in faults_of(judge, one):
            self.faults[code] += 1
            self.places.setdefault(code, f"{catalog} {one['index']}")
        self.shapes[one["shape"]] += 1
        self.variations[one["variation"]] += 1
        if one["index"] == 0:
            self.first_personas[one["persona"]] += 1


def catalogs(folder: Path) -> Iterator[tuple[str, Catalog]]:
    """Every catalog of the folder that can be read, by its path in it."""
    for path in sorted(folder.glob("*/*")):
        if path.suffix == ".md" or path.parent.name == "reports":
            continue
        try:
            yield f"{path.parent.name}/{path.name}", catalog_in(path)
        except CatalogError:
            continue


def plain(blueprint: Any) -> dict[str, Any]:
    """A blueprint as the JSON that `--dump` writes."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(asdict(blueprint), default=str))
    return found


def untaught(plan: CoveragePlan, catalog: Catalog) -> tuple[int, int, int]:
    """Operations to teach, and arguments worth filling, that 40 samples an operation do not reach; and all of those."""
    names, filled = set[str](), set[tuple[str, str]]()
    for index in range(SAMPLES_AN_OPERATION * len(catalog.apis)):
        one = plan.blueprint(index)
        names |= set(one.focus)
        filled |= set(one.required)
    wanted = {(name, parameter) for name in plan.facts.taught for parameter in plan.facts.fillable[name]}
    return len(set(plan.facts.taught) - names), len(wanted - filled), len(wanted)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=PUBLIC_CATALOGS)
    parser.add_argument("--of", type=Path, help="assignments of another version, to be put beside today's")
    parser.add_argument("--dump", type=Path, help="write today's assignments here")
    parser.add_argument("--assignments", type=int, default=200)
    parser.add_argument("--write", type=Path, help="replace the section in this document")
    asked = parser.parse_args()
    if not asked.folder.is_dir():
        print("the folder of public catalogs is not there")
        return 0
    now, before, lacks = Sums(), Sums(), [0, 0, 0]
    met = 0
    others = _read(asked.of) if asked.of else {}
    dump = asked.dump.open("wb") if asked.dump else None
    for name, catalog in catalogs(asked.folder):
        met += 1
        plan, judge = CoveragePlan(catalog, cut(catalog)), Judge(catalog)
        for index in range(asked.assignments):
            one = plain(plan.blueprint(index))
            now.add(judge, name, one)
            if dump:
                dump.write(orjson.dumps({"catalog": name, **one}) + b"\n")
        for other in others.get(name, ()):
            before.add(judge, name, other)
        lacks = [sum(pair) for pair in zip(lacks, untaught(plan, catalog), strict=True)]
    text = report(now, before, lacks, met)
    if asked.write:
        put_between(asked.write, START, END, text)
    print(text, end="")
    for code, place in now.places.items():
        print(f"first of {code}: {place}")
    return 1 if now.faults else 0


def _read(file: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in file.read_bytes().splitlines():
        one = orjson.loads(line)
        found.setdefault(one["catalog"], []).append(one)
    return found


def report(now: Sums, before: Sums, lacks: list[int], number: int) -> str:
    """The figures as Markdown."""
    lines = [
        f"{number} public catalogs, {now.all:,} assignments (before: {before.all:,}).",
        "",
        "| assignments with a fault | now | before |",
        "|---|---|---|",
        *(
            f"| `{code}` | {now.faults[code]} | {before.faults[code] if before.all else '–'} |"
            for code in KINDS
        ),
        "",
        "| share | now | before |",
        "|---|---|---|",
        *(
            _share(f"shape `{shape}`", now.shapes[shape], now.all, before.shapes[shape], before.all)
            for shape in _SHAPES
        ),
        *(
            _share(f"variation `{one}`", now.variations[one], now.all, before.variations[one], before.all)
            for one in ("plain", *VARIATIONS)
        ),
        "",
        f"At {SAMPLES_AN_OPERATION} samples an operation {lacks[0]} operations to teach and {lacks[1]} of {lacks[2]:,} "
        f"optional arguments worth filling are not reached. The most common persona of index 0 is that of "
        f"{_most(now.first_personas)} catalogs (before: {_most(before.first_personas)}).",
    ]
    return "\n".join(lines) + "\n"


def _most(counts: Counter[str]) -> int:
    return max(counts.values(), default=0)


def _share(what: str, now: int, of_now: int, before: int, of_before: int) -> str:
    was = f"{before / of_before:.1%}" if of_before else "–"
    return f"| {what} | {now / max(1, of_now):.1%} | {was} |"


if __name__ == "__main__":
    sys.exit(main())
