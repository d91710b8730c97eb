"""The console in a real browser, on an app over memory: what a person sees and does."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from shared import names
from shared.errors import PermanentError
from tests.builders.browser import Browser, Page
from tests.builders.catalogs import shop
from tests.builders.pipeline import Pipeline
from tests.builders.served import serving
from tests.builders.simple_form import simple_document
from tests.builders.students import add_student

_RUN = "shop-0123456789"
_OTHER = "shop-abcdef0123"


def _assert_clean(page: Page, url: str) -> None:
    assert page.errors == []
    assert [address for address in page.requests if not address.startswith((url, "blob:", "about:"))] == []


async def test_a_catalog_is_dropped_estimated_started_watched_and_its_rows_are_read(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline()
    catalog = tmp_path / "shop.json"
    catalog.write_bytes(simple_document(shop()))
    async with serving(pipeline.app, monkeypatch) as served, browser.page() as page:
        await page.look(width=1440, dark=False)
        await page.open(f"{served.url}/api/console/start")
        await page.fill("[name=samples]", "12")
        await page.choose_file("#files", catalog)
        await page.until("!document.querySelector('#found').hidden")
        said = await page.text()
        assert str(len(shop().apis)) in said and "about" in said
        assert [info async for info in pipeline.storage.list(names.CATALOGS)] == []

        await page.click("#start .primary")
        await page.until("location.pathname.startsWith('/api/console/runs/')")
        run = (await page.value("location.pathname")).rsplit("/", 1)[1]
        await page.until("document.querySelector('#status').textContent === 'generating'")
        assert "Cancel" in await page.text()
        await pipeline.drain()
        await page.until("document.querySelector('#status').textContent === 'published'")
        await page.until("document.querySelectorAll('#coverage a').length")
        assert await page.value("document.querySelectorAll('#coverage a').length") == len(shop().apis)
        assert "Cancel" not in await page.value("document.querySelector('#actions').innerText")

        await page.click("#coverage a")
        await page.until("document.querySelectorAll('#rows tr').length")
        name = await page.value("new URLSearchParams(location.search).get('operation')")
        rows = (await served.app.api.rows(run, {"operation": name})).body
        assert await page.value("document.querySelectorAll('#rows tr').length") == rows.count(b'"index"')
        await page.until(f"document.querySelector('#row').innerText.includes({name!r})")
        await page.click("#filters [type=reset]")
        await page.until("location.search === ''")
        await page.until("document.querySelectorAll('#rows tr').length >= 12")
        await page.call("Input.dispatchKeyEvent", type="keyDown", key="j", text="j")
        await page.until("document.querySelector('#rows tr.on')?.rowIndex === 2")
        _assert_clean(page, served.url)


async def test_on_a_phone_a_row_opens_on_a_page_of_its_own(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.drain()
    async with serving(pipeline.app, monkeypatch) as served, browser.page() as page:
        await page.look(width=390, dark=False)
        await page.open(f"{served.url}/api/console/runs/{run}/rows")
        await page.until("document.querySelectorAll('#rows tr').length === 3")
        await page.click("#rows tr:nth-child(2) .task")
        await page.until("location.pathname.endsWith('/rows/1') && document.querySelector('.row-view svg')")
        _assert_clean(page, served.url)


async def test_a_key_is_asked_for_once_and_never_in_an_address(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.drain()
    async with serving(pipeline.app, monkeypatch, key="k&1") as served, browser.page() as page:
        await page.open(f"{served.url}/api/console")
        await page.until("!document.querySelector('#key').hidden")
        assert run not in await page.text()
        await page.value("document.querySelector('#key-text').value = 'k&1'")
        await page.click("#key button")
        await page.until(f"document.body.innerText.includes({run!r})")
        await page.open(f"{served.url}/api/console/runs/{run}")
        await page.until("document.querySelector('#status').textContent === 'published'")
        assert [address for address in page.requests if "k&1" in address or "k%261" in address] == []


async def test_an_open_page_costs_answers_without_a_body(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline()
    await pipeline.start(samples=3)
    async with serving(pipeline.app, monkeypatch) as served, browser.page() as page:
        seen: list[int] = []
        monkeypatch.setattr(served, "_call", _noting(served._call, seen))
        await page.open(f"{served.url}/api/console/runs/{_RUN}")
        while seen.count(304) < 2:
            await asyncio.wait_for(page.value("new Promise(done => setTimeout(done, 200))"), 30)
        assert seen[0] == 200 and set(seen[1:]) == {304}


def _noting(call: Any, seen: list[int]) -> Any:
    async def noted(name: str, request: Any, route: dict[str, str]) -> Any:
        told = await call(name, request, route)
        if name == "get_run":
            seen.append(told.status)
        return told

    return noted


async def test_hostile_text_is_shown_as_text(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "<img src=x onerror=document.title=1>"
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.app.deps.runs.standing(run).stop("cancelled", evil)
    await pipeline.app.deps.runs.fail(run, PermanentError(evil, code="error"))
    async with serving(pipeline.app, monkeypatch) as served, browser.page() as page:
        for path in ("", f"/runs/{run}", f"/runs/{run}/rows?q={evil}&operation={evil}"):
            await page.open(f"{served.url}/api/console{path}")
            await page.until("!document.body.innerText.includes('Loading')")
            assert await page.value("document.querySelectorAll('img').length") == 0
        await page.open(f"{served.url}/api/console/runs/{run}")
        await page.until("document.body.innerText.includes('<img src=x')")
        _assert_clean(page, served.url)


async def test_every_page_is_legible_named_and_no_wider_than_the_screen(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline()
    run, other = await pipeline.start(samples=20), await pipeline.start(run_id=_OTHER, samples=3)
    await pipeline.drain()
    await add_student(pipeline, run)
    await add_student(pipeline, other, right_each=3)
    catalog = tmp_path / "shop.json"
    catalog.write_bytes(simple_document(shop()))
    ready = {
        "": "document.querySelectorAll('#runs tr').length",
        "/start": "document.querySelector('#start')",
        f"/runs/{run}": "document.querySelector('#coverage a') && document.querySelector('#student-part figure')",
        f"/runs/{run}/rows": "document.querySelector('#row h2')",
        f"/runs/{run}/rows/2": "document.querySelector('#row svg')",
        f"/compare?a={run}&b={other}": "document.querySelector('#comparison details')",
        "/../docs": "document.querySelector('#schema-run')",
    }
    async with serving(pipeline.app, monkeypatch) as served, browser.page() as page:
        for width, (path, shown) in product((390, 1440), ready.items()):
            await page.look(width=width, dark=False)
            await page.open(f"{served.url}/api/console{path}")
            if path == "/start":
                await page.choose_file("#files", catalog)
                await page.until("!document.querySelector('#found').hidden")
            await page.until(shown)
            await page.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
            for dark in (False, True):
                await page.look(width=width, dark=dark)
                assert await page.overflow() <= 0, (path, width, dark)
                # Light on a desk is light on a phone.
                seen = width == 1440 or dark
                assert not seen or await page.barriers() == [], (path, width, dark)
        _assert_clean(page, served.url)
