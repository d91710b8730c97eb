"""The whole story in a real browser, on the real stack: from a dropped catalog to a student compared with the one before.

With PLANSMITH_PICTURES the pictures of docs/images are written; without, they go into the test's own folder.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.builders.browser import Browser, Page
from tests.builders.stack import HUB, RunningStack, running_stack

_WANTED = os.environ.get("PLANSMITH_PICTURES")
_SCREENS = [(390, True), (1440, False)] + ([(390, False), (1440, True)] if _WANTED else [])
"""Width and darkness; that every page is legible on each of the four is seen in tests/integration."""


@dataclass
class Story:
    """Somebody at the console.

    Attributes:
        pictures: where they are kept.
    """

    stack: RunningStack
    page: Page
    pictures: Path
    taken: list[str] = field(default_factory=list)

    async def open(self, path: str, ready: str) -> None:
        await self.page.open(f"{self.stack.stack.url}/api/console{path}")
        await self.page.until(ready, within_s=60)

    async def picture(self, name: str, *, at: str = "") -> None:
        """Keep what a phone and a desk show, from `at` on; the page must fit and keep nobody out."""
        for width, dark in _SCREENS:
            await self.page.look(width=width, dark=dark)
            assert await self.page.overflow() <= 0, (name, width)
            assert await self.page.barriers() == [], (name, width, dark)
            file = f"{name}-{width}-{'dark' if dark else 'light'}.webp"
            await self.page.value(f"document.querySelector({(at or 'header')!r}).scrollIntoView()")
            await self.page.picture(self.pictures / file)
            self.taken.append(file)
        await self.page.look(width=1440, dark=False)

    async def text(self, selector: str) -> str:
        return str(await self.page.value(f"document.querySelector({selector!r}).innerText"))

    def row(self, run: str, index: int) -> dict[str, Any]:
        answer = httpx2.get(f"{self.stack.stack.url}/api/runs/{run}/rows/{index}", timeout=30)
        return dict(answer.json())


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[RunningStack]:
    with running_stack(tmp_path / "stack") as running:
        yield running


@contextlib.asynccontextmanager
async def story(stack: RunningStack, folder: Path, browser: Browser) -> AsyncIterator[Story]:
    """A browser before the stack; nothing may go wrong on any page, nor ask another host."""
    pictures = Path(_WANTED).resolve() if _WANTED else folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    async with browser.page() as page:
        await page.look(width=1440, dark=False)
        yield Story(stack, page, pictures)
        assert page.errors == []
        ours = (stack.stack.url, "blob:", "about:")
        assert [address for address in page.requests if not address.startswith(ours)] == []


async def test_from_a_dropped_catalog_to_a_student_that_is_compared(
    stack: RunningStack, tmp_path: Path, browser: Browser
) -> None:
    async with story(stack, tmp_path, browser) as told:
        run = await _started(told)
        await _reviewed(told, run)
        await _published(told, run)
        await _tuned(told, run)
        await _compared(told, run)
        await _cancelled(told)


async def _started(told: Story) -> str:
    """A catalog is dropped, the estimate read, the run started and seen to move."""
    page = told.page
    await told.open("/start", "document.querySelector('#start')")
    await page.fill("[name=samples]", "90")
    await page.choose_file("#files", HUB)
    await page.until("!document.querySelector('#found').hidden", within_s=60)
    assert "about" in await told.text("#facts") and "58" in await told.text("#facts")
    await told.picture("start")
    await page.fill("[name=student]", "measure")
    await page.until("document.querySelector('#start .primary').disabled")
    await page.click("#inspect")
    await page.until("!document.querySelector('#start .primary').disabled", within_s=60)
    await page.click("#start .primary")
    await page.until("location.pathname.startsWith('/api/console/runs/')", within_s=60)
    run = str(await page.value("location.pathname")).rsplit("/", 1)[1]
    await page.until("Number(document.querySelector('#bar').getAttribute('aria-valuenow')) > 0", within_s=60)
    await page.until("document.querySelector('#coverage a')", within_s=120)
    assert "58 / 58" in await told.text("#facts") or "/ 58" in await told.text("#facts")
    return run


async def _reviewed(told: Story, run: str) -> None:
    """Rows are filtered, one is rejected, one edited into invalid, which is refused, and into valid."""
    page = told.page
    await page.click("#coverage a")
    await page.until("document.querySelector('.row-view')", within_s=60)
    assert "operation=" in str(await page.value("location.search"))
    await told.page.press("r")
    await page.until("document.querySelector('#reject').open")
    await page.value("document.querySelector('#reject input').value = 'nobody asks for this'")
    await page.click("#reject [value=ok]")
    await page.until("document.querySelector('#who').open")
    await page.value("document.querySelector('#who input').value = 'Ann'")
    await page.click("#who [value=ok]")
    await page.until("document.querySelector('#rows tr.on').innerText.includes('rejected')")

    await told.open(
        f"/runs/{run}/rows?verdict=none&status=accepted", "document.querySelector('.row-view[data-hash]')"
    )
    await told.picture("rows")
    index = int(await page.value("document.querySelector('.row-view').dataset.index"))
    record = told.row(run, index)["record"]
    await told.page.press("e")
    await page.until("document.querySelector('#edit-check').innerText.includes('Valid')")
    first, *others = record["plan"]["steps"]
    await told.page.fill(
        "#edit-plan",
        json.dumps({**record["plan"], "steps": [{**first, "api": "no_such_operation"}, *others]}),
    )
    await page.until("document.querySelector('#edit-check').innerText.includes('unknown_api')")
    await page.click("#edit-form .primary")
    await page.until("document.querySelector('#edit-note').innerText !== ''")
    assert told.row(run, index)["verdict"] == ""
    await told.page.fill("#edit-plan", json.dumps(record["plan"], indent=2))
    await told.page.fill("#edit-task", f"{record['task_nl'].rstrip('.')}, and thank you.")
    await page.until("document.querySelector('#edit-check').innerText.includes('Valid')")
    await told.picture("edit")
    await page.click("#edit-form .primary")
    await page.until("document.querySelector('#row').innerText.includes('and thank you')")
    assert told.row(run, index)["verdict"] == "edited"
    await told.open(f"/runs/{run}/rows/{index}", "document.querySelector('.row-view svg')")
    await told.picture("row")


async def _published(told: Story, run: str) -> None:
    """An own example is added, and a revision published."""
    page = told.page
    plan = next(row for n in range(90) if (row := told.row(run, n))["record"])["record"]
    await told.open(f"/runs/{run}/review", "document.querySelector('#decisions button')")
    await told.page.fill("#own-task", f"Once more, and by tomorrow noon: {plan['task_nl']}")
    await told.page.fill("#own-plan", json.dumps(plan["plan"], indent=2))
    await page.until("document.querySelector('#own-check').innerText.includes('Valid')")
    await page.click("#own .primary")
    await page.until("document.querySelector('#own-check').innerText.includes('Added')")
    await page.value(
        "document.querySelector('#publish [name=note]').value = 'one out, one mended, one of our own'"
    )
    await page.click("#publish .primary")
    await page.until("document.querySelector('#revisions').innerText.includes('fine-tune')", within_s=120)
    await told.picture("review")


async def _tuned(told: Story, run: str) -> None:
    """The first student is waited for; the second learns the revision; its arms are read, and it plans a task."""
    page = told.page
    told.stack.wait_for_run(run, "complete", within_s=300)
    await told.open(f"/runs/{run}?tune=1", "document.querySelector('#tuning').open")
    await page.until("document.querySelector('#finetune [name=revision]').value === '1'")
    await page.fill("#finetune [name=n_epochs]", "2")
    await page.until("document.querySelector('#finetune-note').innerText.includes('training')", within_s=60)
    await page.click("#finetune .primary")
    told.stack.wait(lambda: _job_of(told, run)["revision"] == 1, "a job of the revision", within_s=60)
    told.stack.wait_for_run(run, "complete", within_s=300)
    await told.open(f"/runs/{run}", "document.querySelector('#status').textContent === 'complete'")
    await page.until("document.querySelector('#student-part .verdict-box')", within_s=60)
    assert "unseen task" in await told.text("#student-part")
    await page.until("document.querySelector('#student-part figure')")
    await told.page.fill("#task", "Please show me what the nightly load of the sales figures did")
    await page.click("#try .primary")
    await page.until("!document.querySelector('#answer').hidden", within_s=60)
    assert "plan" in await told.text("#try-note")
    await told.picture("run")
    await told.picture("student", at="#student")


def _job_of(told: Story, run: str) -> dict[str, Any]:
    return told.stack.client.run(run)["finetune"] or {"revision": None}


async def _compared(told: Story, run: str) -> None:
    """The second student beside the first, over the tasks that both were asked."""
    await told.open(f"/compare?a={run}:1&b={run}", "document.querySelector('#comparison .tiles')")
    assert "fixed" in await told.text("#comparison") and "broken" in await told.text("#comparison")
    await told.page.fill("[name=show]", "same")
    await told.page.until("document.querySelector('#comparison [data-change=same]')")
    await told.picture("compare")


async def _cancelled(told: Story) -> None:
    """Another run is cancelled from its page, and both are listed."""
    page = told.page
    told.stack.switch(latency_s=5)
    other = told.stack.client.start_run([HUB], {"samples": 20, "seed": 5})["run_id"]
    await told.open(f"/runs/{other}", "document.querySelector('#status').textContent === 'generating'")
    await page.value("window.confirm = () => true")
    await page.click("#actions button")
    await page.until("document.querySelector('#status').textContent === 'cancelled'", within_s=120)
    await told.open("", "document.querySelectorAll('#runs tr').length >= 2")
    await told.picture("runs")
