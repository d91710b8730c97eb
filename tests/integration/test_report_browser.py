"""The report in a real browser: nothing refused, nothing loaded, nothing wider than a phone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from shared.report.page import render
from tests.builders.report import an_example, facts

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium on this machine: install the package chromium"
)
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --enable-logging=stderr --log-level=0"
).split()
_FRAME = """<!doctype html><body><iframe id="f" style="width:{width}px;height:900px;border:0" srcdoc="{page}"></iframe>
<p id="out">-</p><script>
const frame = document.getElementById("f");
frame.onload = () => {{
  const page = frame.contentDocument, plots = [...page.querySelectorAll(".canvas svg")];
  document.getElementById("out").textContent = JSON.stringify({{
    over: page.documentElement.scrollWidth - page.documentElement.clientWidth, plots: plots.map(svg => Math.round(svg.getBoundingClientRect().width)),
    image: page.images.length, hacked: "hacked" in frame.contentWindow}});
}};
</script>"""


def browsed(address: str, profile: Path) -> tuple[str, str]:
    """The document after loading, and what the browser's console said."""
    command = [
        str(BROWSER),
        *_FLAGS,
        f"--user-data-dir={profile}",
        "--virtual-time-budget=2000",
        "--dump-dom",
    ]
    done = subprocess.run([*command, address], capture_output=True, text=True, timeout=60, check=True)
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, "\n".join(said)


def test_the_page_obeys_its_own_policy(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(render(facts()))
    shown, said = browsed(page.as_uri(), tmp_path / "profile")
    assert "Loss by training step" in shown
    assert said == ""


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_fits_a_phone_and_a_desk_and_runs_nothing(tmp_path: Path, width: int) -> None:
    evil = "<img src=x onerror=hacked=1><script>hacked=1</script>" + "x" * 300
    page = render(facts(examples=[an_example(task=evil, reference=evil)])).decode()
    frame = tmp_path / "frame.html"
    frame.write_text(_FRAME.format(width=width, page=page.replace("&", "&amp;").replace('"', "&quot;")))
    shown, _ = browsed(frame.as_uri(), tmp_path / "profile")
    found = shown.split('id="out">', 1)[1].split("</p>", 1)[0]
    assert '"over":0,' in found, found
    assert '"image":0,"hacked":false' in found
    assert '"plots":[0' not in found
