"""Pages hold no data and load nothing from elsewhere; every problem has one."""

from __future__ import annotations

import ast
import re

import pytest

from local.checkout import ROOT
from shared.http.answers import Answer
from shared.http.problem_types import PROBLEMS
from tests.builders.answers import assert_problem
from tests.builders.pipeline import Pipeline
from tests.builders.sources import modules


def _codes() -> set[str]:
    """Every code that an error is raised with, as far as it is written where it is raised."""
    found = set()
    for path in modules("shared/"):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name.endswith("Error"):
                values = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                found |= {text for value in values for text in _results(value)}
    return found


def _results(value: ast.expr) -> list[str]:
    if isinstance(value, ast.IfExp):
        return _results(value.body) + _results(value.orelse)
    return [value.value] if isinstance(value, ast.Constant) and isinstance(value.value, str) else []


def test_every_code_of_an_error_is_in_the_table() -> None:
    codes = _codes()
    assert len(codes) > 50
    assert codes - set(PROBLEMS) == set()


@pytest.mark.parametrize("code", PROBLEMS)
async def test_every_problem_has_a_page(code: str) -> None:
    answer = await Pipeline().app.api.problem_page(code)
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert code in answer.body.decode()
    assert f"/api/problems/{code}" in (await Pipeline().app.api.problems()).body.decode()


async def test_an_unknown_problem_or_file_is_one() -> None:
    api = Pipeline().app.api
    assert_problem(await api.problem_page("<script>"), 404, "unknown_problem")
    assert_problem(await api.asset("../pages.py"), 404, "no_such_file")


_RUN = "shop-0123456789"


async def _pages() -> list[Answer]:
    api = Pipeline().app.api
    made = [api.problems(), api.runs_page(), api.start_page(), api.compare_page()]
    made += [api.run_page(_RUN), api.rows_page(_RUN), api.row_page(_RUN, "3"), api.review_page(_RUN)]
    return [await page for page in made]


async def _with_imports(names: list[str]) -> dict[str, bytes]:
    """The files of those names, and all scripts that they take in."""
    found: dict[str, bytes] = {}
    while names:
        name = names.pop()
        if name not in found:
            found[name] = (await Pipeline().app.api.asset(name)).body
            names += re.findall(r'from "\./([a-z]+\.js)"', found[name].decode())
    return found


async def test_pages_allow_nothing_inline_and_nothing_from_elsewhere() -> None:
    for answer in await _pages():
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        page = answer.body.decode()
        assert not re.search(r"https?://|<style|\bstyle=|\bon\w+=|<script(?! type=\"module\" src=)", page)
        addresses = re.findall(r"/api/console/assets/([a-z.]+)\?v=", page)
        assert addresses
        files = await _with_imports(addresses)
        assert not any(re.search(rb"https?://|\beval\b|new Function", data) for data in files.values())
        assert len(answer.body) + sum(map(len, files.values())) < 150_000


async def test_shells_are_the_same_whether_there_is_a_run_or_not() -> None:
    pipeline = Pipeline()
    before = (await pipeline.app.api.run_page(_RUN)).body
    await pipeline.start(run_id=_RUN, samples=1)
    await pipeline.drain()
    assert (await pipeline.app.api.run_page(_RUN)).body == before
    for run in ("<script>", "../x", "a"):
        assert_problem(await pipeline.app.api.run_page(run), 404, "unknown_run")


async def test_an_asset_that_has_not_changed_is_not_sent_again() -> None:
    api = Pipeline().app.api
    first = await api.asset("console.js")
    assert first.content_type == "text/javascript"
    assert (await api.asset("console.js", first.headers["ETag"])).status == 304
