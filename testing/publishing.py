"""One publication of synthetic outcomes, measured: time by phase, memory, and the least that any publisher does."""

from __future__ import annotations

import hashlib
import resource
import time
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from shared.dataset.fold import fold
from shared.dataset.manifest import PublishedFile
from shared.dataset.publication import Publication
from shared.dataset.published_run import PublishedRun
from shared.names import SEGMENT_SIZE
from testing.outcome_lines import catalog, segments

SAMPLED_SEGMENTS = 40
_LIST = "rows.jsonl"
"""What the console lists, which lies with the run and not with the dataset."""


class Stopwatch:
    """The processor's seconds in `with` blocks, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._name = ""

    @property
    def total(self) -> float:
        return sum(self.seconds.values())

    def __call__(self, name: str) -> Stopwatch:
        self._name = name
        return self

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds[self._name] = self.seconds.get(self._name, 0.0) + time.process_time() - self._began


class Files:
    """The published files of one run, with what the manifest says of them."""

    def __init__(self, folder: Path, paths: list[str]) -> None:
        self._folder = folder
        self._open: dict[str, tuple[BinaryIO, Any]] = {}
        self.rows: dict[str, int] = {}
        for path in paths:
            self._file(path)

    def write(self, path: str, line: bytes) -> None:
        """Append one line."""
        file, digest = self._open.get(path) or self._file(path)
        file.write(line)
        digest.update(line)
        self.rows[path] += 1

    def close(self) -> list[PublishedFile]:
        """Close all, say what they hold."""
        described = []
        for path, (file, digest) in self._open.items():
            described.append(PublishedFile(path, self.rows[path], file.tell(), digest.hexdigest()))
            file.close()
        return described

    def _file(self, path: str) -> tuple[BinaryIO, Any]:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._open[path] = (target.open("wb", buffering=1 << 16), hashlib.sha256())
        self.rows[path] = 0
        return self._open[path]


class Baseline:
    """The least that any publisher does: parse each line twice and write the record once, for a sample of segments."""

    def __init__(self, folder: Path, every: int) -> None:
        """`every`: one segment in so many is taken."""
        self._file = (folder / "bare.jsonl").open("wb", buffering=1 << 16)
        self._every, self._seen, self._records, self._timed = every, 0, 0, Stopwatch()

    def look(self, lines: list[bytes]) -> None:
        """Do it for these lines if it is their turn."""
        self._seen += 1
        if self._seen % self._every:
            return
        with self._timed("bare"):
            for line in lines:
                orjson.loads(line)
                if record := orjson.loads(line)["record"]:
                    self._file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        self._records += len(lines)

    def close(self) -> float:
        """Microseconds of processor time a record."""
        self._file.close()
        return self._timed.total / self._records * 1e6


def publish(count: int, formats: list[str], folder: Path) -> dict[str, Any]:
    """One run of `count` planned indices; figures of it."""
    timed, books = Stopwatch(), catalog()
    operations = [api.name for api in books.apis]
    baseline = Baseline(folder, max(1, count // SEGMENT_SIZE // SAMPLED_SEGMENTS))
    base_mb = _peak_mb()
    run = PublishedRun(
        run_id="synthetic-0123456789",
        catalog=books,
        options={"samples": count, "formats": formats, "seed": 1, "validation_fraction": 0.125},
        started_at="2026-01-01T00:00:00+00:00",
        app_version="benchmark",
    )
    publication = Publication(run)
    for indices, lines in segments(count, operations):
        with timed("fold"):
            folded = fold(lines, indices)
        with timed("observe"):
            for line in folded.lines.values():
                publication.observe(orjson.loads(line))
        baseline.look(lines)
    observed_mb = _peak_mb()
    with timed("decide"):
        decision = publication.decide()
    decided_mb = _peak_mb()
    files = Files(folder, [*publication.paths(), _LIST])
    for indices, lines in segments(count, operations):
        folded = fold(lines, indices)
        with timed("rows"):
            for line in folded.lines.values():
                outcome = orjson.loads(line)
                files.write(_LIST, publication.entry(outcome).to_line())
                for path, row in publication.rows(outcome):
                    files.write(path, row)
        baseline.look(lines)
    with timed("closing"):
        for path, data in publication.closing(files.rows):
            files.write(path, data)
        manifest = publication.manifest(files.close())
    spent = timed.total
    least = baseline.close()
    return {
        "planned": decision.planned,
        "accepted": decision.accepted,
        "duplicates": len(decision.duplicates),
        "train": decision.train,
        "validation": decision.validation,
        "seconds": round(spent, 2),
        "cpu_us": round(spent / count * 1e6, 1),
        "records_per_s": round(count / spent),
        "bare_us": round(least, 1),
        "times_bare": round(spent / count * 1e6 / least, 1),
        "peak_mb": round(_peak_mb(), 1),
        "base_mb": round(base_mb, 1),
        "observed_mb": round(observed_mb, 1),
        "decided_mb": round(decided_mb, 1),
        "phases_us": {name: round(seconds / count * 1e6, 1) for name, seconds in timed.seconds.items()},
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
