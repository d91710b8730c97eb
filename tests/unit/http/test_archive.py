"""A run's files as one zip: whole, in ranges, and the same bytes for the same files."""

from __future__ import annotations

import io
import zipfile

from shared import names
from shared.http.ranges import Part
from shared.runs import paths
from tests.builders.answers import assert_problem
from tests.builders.pipeline import Pipeline


async def _published() -> tuple[Pipeline, str]:
    pipeline = Pipeline()
    run = await pipeline.start(samples=6)
    await pipeline.drain()
    return pipeline, run


async def test_the_zip_has_every_published_file_as_it_is() -> None:
    pipeline, run = await _published()
    answer = await pipeline.app.api.archive(run)
    assert (answer.status, answer.content_type) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as found:
        assert found.testzip() is None
        read = {name: found.read(name) for name in found.namelist()}
    assert read == pipeline.published(run)


async def test_ranges_put_together_are_the_whole() -> None:
    pipeline, run = await _published()
    whole = await pipeline.app.api.archive(run)
    found, tags = b"", set()
    for first in range(0, len(whole.body), 1_000):
        part = await pipeline.app.api.archive(run, Part(f"bytes={first}-{first + 999}"))
        assert part.status == 206
        found += part.body
        tags.add(part.headers["ETag"])
    assert found == whole.body
    assert tags == {whole.headers["ETag"]}
    assert_problem(await pipeline.app.api.archive(run, Part(f"bytes={len(found)}-")), 416, "bad_range")


async def test_a_file_that_comes_later_makes_another_archive() -> None:
    pipeline, run = await _published()
    before = await pipeline.app.api.archive(run)
    again = await pipeline.new_process().api.archive(run)
    assert (again.body, again.headers["ETag"]) == (before.body, before.headers["ETag"])
    await pipeline.storage.write(names.DATASETS, paths.dataset(run, "report.html"), b"x" * 5_000_000)
    after = await pipeline.app.api.archive(run)
    assert after.headers["ETag"] != before.headers["ETag"]
    with zipfile.ZipFile(io.BytesIO(after.body)) as found:
        assert len(found.read("report.html")) == 5_000_000


async def test_there_is_no_archive_of_nothing() -> None:
    api = Pipeline().app.api
    for run in ("shop-0123456789", "../x"):
        assert_problem(await api.archive(run), 404, "unknown_run")
