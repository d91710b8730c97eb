"""Review in a real browser: approve, reject, edit with a check as one types, mend many, add own examples, publish."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from tests.builders.browser import Browser, Page
from tests.builders.pipeline import Pipeline
from tests.builders.served import Served, serving


@dataclass
class Desk:
    """A published run, and a page on which somebody reviews it."""

    pipeline: Pipeline
    run: str
    served: Served
    page: Page

    async def api(self, path: str = "", **asked: str) -> dict[str, Any]:
        """What the API says."""
        answer = await {"decisions": self.served.app.api.decisions, "rows": self.served.app.api.rows}[path](
            self.run, asked
        )
        found: dict[str, Any] = orjson.loads(answer.body)
        return found

    async def row(self, index: int) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads((await self.served.app.api.row(self.run, str(index))).body)
        return found

    async def open(self, path: str, ready: str) -> None:
        await self.page.open(f"{self.served.url}/api/console/runs/{self.run}{path}")
        await self.page.until(ready)

    async def sign(self, name: str = "Ann") -> None:
        """Say who decides, where it is asked for."""
        await self.page.until("document.querySelector('#who').open")
        await self.page.value(f"document.querySelector('#who input').value = {name!r}")
        await self.page.click("#who [value=ok]")


@pytest.fixture
async def desk(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    pipeline = Pipeline()
    run = await pipeline.start(samples=12)
    await pipeline.drain()
    async with serving(pipeline.app, monkeypatch) as served, browser.page() as page:
        await page.look(width=1440, dark=False)
        yield Desk(pipeline, run, served, page)
        assert page.errors == []
        assert [
            address for address in page.requests if not address.startswith((served.url, "blob:", "about:"))
        ] == []


async def test_rows_are_approved_and_rejected_by_key_under_a_name_that_is_asked_for_once(desk: Desk) -> None:
    page = desk.page
    await desk.open("/rows", "document.querySelector('.row-view')")
    await desk.page.press("a")
    await desk.sign()
    await page.until("document.querySelector('#rows tr.on').innerText.includes('approved')")
    await desk.page.press("j")
    await page.until("document.querySelector('.row-view')?.dataset.index === '1'")
    await desk.page.press("r")
    await page.until("document.querySelector('#reject').open")
    await page.value("document.querySelector('#reject input').value = 'nobody asks for this'")
    await page.click("#reject [value=ok]")
    await page.until("document.querySelector('#rows tr.on').innerText.includes('rejected')")
    found = await desk.api("decisions")
    assert found["counts"] == {"approved": 1, "rejected": 1, "edited": 0, "own": 0}
    assert {one["author"] for one in found["decisions"]} == {"Ann"}
    await page.fill("[name=verdict]", "rejected")
    await page.until("document.querySelectorAll('#rows tr').length === 1")
    assert await page.value("new URLSearchParams(location.search).get('verdict')") == "rejected"


async def test_an_edit_is_checked_as_one_types_refused_where_invalid_and_kept_where_valid(desk: Desk) -> None:
    page = desk.page
    await desk.open("/rows/0", "document.querySelector('.row-view')")
    await desk.page.press("e")
    await page.until("document.querySelector('#edit-check').innerText.includes('Valid')")
    plan = (await desk.row(0))["record"]["plan"]
    broken = {**plan, "steps": [{**plan["steps"][0], "api": "no_such_api"}, *plan["steps"][1:]]}
    await desk.page.fill("#edit-plan", "{")
    await page.until("document.querySelector('#edit-check').innerText.includes('no JSON')")
    await desk.page.fill("#edit-plan", json.dumps(broken))
    await page.until("document.querySelector('#edit-check').innerText.includes('unknown_api')")
    await page.click("#edit-form .primary")
    await desk.sign()
    await page.until("document.querySelector('#edit-note').innerText !== ''")
    assert "unknown_api" in await page.value("document.querySelector('#edit-check').innerText")
    assert (await desk.api("decisions"))["decisions"] == []

    value = "#edit-values input"
    was = await page.value(f"document.querySelector({value!r}).value")
    await desk.page.fill("#edit-plan", json.dumps(plan))
    await page.until("document.querySelector('#edit-check').innerText.includes('Valid')")
    assert "s-task" in await page.value(f"document.querySelector({value!r}).className")
    await desk.page.fill(value, "nowhere-4711")
    await page.until(f"document.querySelector({value!r}).getAttribute('aria-invalid') === 'true'")
    assert "nowhere-4711" in await page.value("document.querySelector('#edit-plan').value")
    await desk.page.fill(value, was)

    task = (await desk.row(0))["record"]["task_nl"]
    await desk.page.fill("#edit-plan", json.dumps(plan))
    await desk.page.fill("#edit-task", f"{task}, if you please")
    await page.until("document.querySelector('#edit-check').innerText.includes('Valid')")
    await page.click("#edit-form .primary")
    await page.until("document.querySelector('#row').innerText.includes('if you please')")
    told = await desk.row(0)
    assert (told["verdict"], told["record"]["metadata"]["source"]) == ("edited", "mixed")
    assert "As it was generated" in await page.text()


async def test_one_decision_is_applied_to_all_rows_that_the_filter_shows_after_a_preview(desk: Desk) -> None:
    page = desk.page
    await desk.open("/rows", "document.querySelector('.row-view')")
    operation = (await desk.row(0))["operations"][0]
    await page.fill("[name=operation]", operation)
    shown = len((await desk.api("rows", operation=operation))["rows"])
    await page.until(f"document.querySelector('#bulk-count').textContent === '{shown}'")
    await page.value("document.querySelector('#bulk').open = true")
    await page.click("#approve-all")
    await page.until(f"document.querySelector('#bulk-out').innerText.includes('{shown} would change')")
    assert (await desk.api("decisions"))["decisions"] == []
    await page.click("#bulk-out .primary")
    await desk.sign()
    await page.until("document.querySelector('#bulk-out').innerText.includes('changed')")
    assert (await desk.api("decisions"))["counts"]["approved"] == shown


async def test_a_fix_shows_what_it_changes_and_leaves_what_would_become_invalid(desk: Desk) -> None:
    page = desk.page
    await desk.open("/rows", "document.querySelector('.row-view')")
    await page.value("document.querySelector('#bulk').open = true")
    operation = (await desk.row(0))["record"]["plan"]["steps"][0]["api"]
    await page.fill("#fix [name=kind]", "step")
    await page.value(f"document.querySelector('#fix [name=operation]').value = {operation!r}")
    await page.fill("#fix [name=field]", "reasoning")
    await page.value("document.querySelector('#fix [name=set]').value = 'as asked'")
    await page.click("#fix button")
    await page.until("document.querySelector('#bulk-out ins')?.textContent === 'as asked'")
    await page.click("#bulk-out .primary")
    await desk.sign()
    await page.until("document.querySelector('#bulk-out').innerText.includes('changed')")
    steps = (await desk.row(0))["record"]["plan"]["steps"]
    assert steps[0]["reasoning"] == "as asked"


async def test_own_examples_come_one_by_one_or_as_lines_and_a_revision_takes_them(desk: Desk) -> None:
    page = desk.page
    record = (await desk.row(0))["record"]
    await desk.open("/review", "document.querySelector('#facts .card')")
    await desk.page.fill("#own-task", "Please look after the velvet umbrella matter, amber 0, on Thursday")
    await desk.page.fill(
        "#own-plan",
        json.dumps(
            {
                "steps": [{"index": 1, "api": "nothing", "action": "x", "arguments": {}}],
                "expected_end_state": "done",
            }
        ),
    )
    await page.until("document.querySelector('#own-check').innerText.includes('unknown_api')")
    await desk.page.fill("#own-plan", json.dumps(record["plan"]))
    await page.until("document.querySelector('#own-check').innerText.includes('Valid')")
    await page.click("#own .primary")
    await desk.sign()
    await page.until("document.querySelector('#own-check').innerText.includes('Added')")

    await page.value("document.querySelector('#lines').closest('details').open = true")
    line = json.dumps(
        {"task": "Tomorrow the crimson lantern, amber 0, wants looking after", "plan": record["plan"]}
    )
    await desk.page.fill("#lines-text", f"{line}\nno json")
    await page.click("#lines button")
    await page.until("document.querySelector('#lines-note').innerText.includes('line 2')")
    await desk.page.fill("#lines-text", line)
    await page.click("#lines button")
    await page.until("document.querySelector('#lines-note').innerText.includes('1 added')")
    assert (await desk.api("decisions"))["counts"]["own"] == 2

    await page.value("document.querySelector('#publish [name=note]').value = 'two of our own'")
    await page.click("#publish .primary")
    await page.until("document.querySelector('#revisions').innerText.includes('publishing')")
    await desk.pipeline.drain()
    await page.until("document.querySelector('#revisions').innerText.includes('fine-tune')")
    assert "two of our own" in await page.text()
    shown = await page.value(
        "document.querySelector('#revisions a[href*=examples_from]').getAttribute('href')"
    )
    await page.open(desk.served.url + shown)
    assert await page.value("document.querySelector('[name=examples_from]').value") == f"{desk.run}@1"
    await desk.open("/review", "document.querySelector('#revisions a')")
    assert await page.value("document.querySelector('#publish button').disabled")


async def test_a_decision_is_taken_back_from_the_list(desk: Desk) -> None:
    page = desk.page
    await desk.open("/rows/0", "document.querySelector('.row-view')")
    await desk.page.press("a")
    await desk.sign()
    await page.until("document.querySelector('#row').innerText.includes('approved by Ann')")
    await desk.open("/review", "document.querySelector('#decisions button')")
    await page.click("#decisions button")
    await page.until("document.querySelector('#decisions').innerText.includes('taken back')")
    assert (await desk.row(0))["verdict"] == ""


@pytest.mark.parametrize("width", [390, 1440])
async def test_review_is_legible_and_no_wider_than_the_screen(desk: Desk, width: int) -> None:
    page = desk.page

    async def look() -> None:
        for dark in (False, True):
            await page.look(width=width, dark=dark)
            assert await page.overflow() <= 0, dark
            assert await page.barriers() == [], dark

    await page.look(width=width, dark=False)
    await page.open(f"{desk.served.url}/api/console")
    await page.value("localStorage.setItem('plansmith-name', 'Ann')")
    await desk.open("/rows/0", "document.querySelector('.row-view')")
    await desk.page.press("a")
    await page.until("document.querySelector('#row').innerText.includes('approved by Ann')")
    await desk.page.press("e")
    await page.until("document.querySelector('#edit-check').innerText.includes('Valid')")
    await look()
    await desk.open("/review", "document.querySelector('#decisions button')")
    await page.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    await look()
