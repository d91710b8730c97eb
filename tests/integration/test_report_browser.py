"""The report and the comparison in a real browser: nothing refused, nothing loaded, nothing too wide, nobody kept out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.finetune.measure.arms import Arm
from shared.finetune.measure.report import task_line
from shared.finetune.measure.runs import compare, summary
from shared.report import compare_page
from shared.report.page import render
from tests.builders.arms import right, task, wrong
from tests.builders.browser import Browser
from tests.builders.report import an_example, facts, measured, trained

_EVIL = "<img src=x onerror=hacked=1><script>hacked=1</script>" + "x" * 300


def _comparison(text: str = "Pay for order A-1, please") -> dict[str, Any]:
    before, after = (
        [
            task_line(task(n, task=f"{n}: {text}"), {"student": right(n) if n % each else wrong(n)})
            for n in range(12)
        ]
        for each in (2, 3)
    )
    return compare(before, after)


def _compared(text: str = "Pay for order A-1, please") -> bytes:
    return compare_page.render(_comparison(text), before="hub-0123456789", after="hub-abcdef0123")


def _against(**changes: Any) -> bytes:
    """A report whose student is compared with that of an earlier run."""
    found = _comparison()
    since: dict[str, Any] = {"run_id": "hub-0123456789", "sft_plan": "executable", "summary": summary(found)}
    since |= {"metrics": found["metrics"], "usd_per_1000_plans": {"before": 0.09, "after": None}}
    return render(facts(evaluation=measured() | {"baseline_run": since | changes}))


_MISSING = [{"arm": str(Arm.BASE_WITH_CATALOG), "why": "finetune.evaluate.baseline names no deployment"}]
PAGES = {
    "report": lambda: render(facts()),
    "report with hostile texts": lambda: render(
        facts(examples=[an_example(task=_EVIL, reference=_EVIL), an_example(why=_EVIL)])
    ),
    "report of two arms": lambda: render(facts(evaluation=measured(teacher=None, missing=_MISSING))),
    "report against an earlier run": _against,
    "report against a run that is gone": lambda: _against(why=_EVIL),
    "report of a training": lambda: render(facts(evaluation=None, examples=())),
    "report of a job that left nothing": lambda: render(facts(job=trained(), curves=facts().curves)),
    "comparison": _compared,
    "comparison with hostile texts": lambda: _compared(_EVIL),
}


@pytest.mark.parametrize("name", PAGES)
async def test_the_page_fits_a_phone_and_a_desk_light_and_dark_and_keeps_nobody_out(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(PAGES[name]())
    async with browser.page() as page:
        await page.open(file.as_uri())
        await page.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
        for width in (360, 390, 1440):
            for dark in (False, True):
                await page.look(width=width, dark=dark)
                assert await page.overflow() <= 0, (width, dark)
                # Legible at 390 pixels is legible at 360, and light on a desk is light on a phone.
                seen = width == 1440 or (width, dark) == (390, True)
                assert not seen or await page.barriers() == [], (width, dark)
        assert page.errors == []
        assert set(page.requests) == {file.as_uri()}
        assert await page.value("document.images.length") == 0
        assert await page.value("'hacked' in window") is False


async def test_plots_are_drawn_and_keep_to_the_window(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(render(facts()))
    async with browser.page() as page:
        for width in (390, 1440):
            await page.look(width=width, dark=False)
            await page.open(file.as_uri())
            drawn = await page.value(
                "[...document.querySelectorAll('.canvas svg')].map(svg => svg.getBoundingClientRect().width)"
            )
            assert len(drawn) >= 3
            assert all(0 < each <= width for each in drawn)


async def test_axe_does_find_what_keeps_people_out(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><title>-</title><p style='color:#ccc'>pale</p><img src='data:,'>")
    async with browser.page() as page:
        await page.open(file.as_uri())
        found = " ".join(await page.barriers())
    assert "color-contrast" in found and "image-alt" in found and "html-has-lang" in found
