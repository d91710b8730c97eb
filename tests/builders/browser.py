"""A headless Chromium that a test drives over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --remote-debugging-port=0"
).split()
_PATIENCE_S = 30.0
AXE = Path(__file__).parents[2] / "local/node_modules/axe-core/axe.min.js"
_BARRIERS = """axe.run(document, {preload: false, resultTypes: ["violations"]}).then(({violations}) => violations
  .filter(({impact}) => impact === "serious" || impact === "critical")
  .map(({id, nodes}) => `${id} (${nodes.length}): ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`))"""


@dataclass
class Page:
    """One page, and all it asked for and complained of.

    Attributes:
        requests: addresses asked for.
        errors: errors of scripts and of the policy that forbids things.
    """

    _socket: aiohttp.ClientWebSocketResponse
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _number: int = 0

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a DevTools method; what happens meanwhile is noted."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        while True:
            message = await asyncio.wait_for(self._socket.receive_json(), _PATIENCE_S)
            if message.get("id") == self._number:
                assert "error" not in message, message
                found: dict[str, Any] = message["result"]
                return found
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(str(params["exceptionDetails"].get("exception", params))[:500])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.errors.append(str(params["args"])[:500])
        elif method == "Log.entryAdded" and params["entry"]["source"] in (
            "security",
            "violation",
            "javascript",
        ):
            self.errors.append(params["entry"]["text"])

    async def open(self, address: str) -> None:
        """Go there."""
        await self.call("Page.navigate", url=address)
        await self.until("location.href !== 'about:blank' && document.readyState === 'complete'")

    async def value(self, script: str) -> Any:
        """What an expression comes to."""
        found = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def until(self, script: str, *, within_s: float = _PATIENCE_S) -> None:
        """Wait until an expression holds."""
        end = time.monotonic() + within_s
        while True:
            with contextlib.suppress(AssertionError):  # between two documents
                if await self.value(f"Boolean({script})"):
                    return
            if time.monotonic() > end:
                raise AssertionError(f"never true: {script}\n{await self.text()}")
            await asyncio.sleep(0.05)

    async def text(self) -> str:
        """What is read on the page."""
        return str(await self.value("document.body.innerText"))

    async def click(self, selector: str) -> None:
        """Click the first element that fits."""
        await self.value(f"document.querySelector({selector!r}).click()")

    async def fill(self, selector: str, text: str) -> None:
        """Give a field its value as a person would, with the events that follow."""
        await self.value(
            f"(() => {{ const f = document.querySelector({selector!r}); f.value = {json.dumps(text)};"
            " for (const name of ['input', 'change']) f.dispatchEvent(new Event(name, {bubbles: true})); })()"
        )

    async def press(self, key: str) -> None:
        """Press and let go a key."""
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a form."""
        root = await self.call("DOM.getDocument")
        node = await self.call("DOM.querySelector", nodeId=root["root"]["nodeId"], selector=selector)
        await self.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node["nodeId"])

    async def look(self, *, width: int, dark: bool) -> None:
        """Be a screen of that width, light or dark."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])

    async def overflow(self) -> int:
        """Pixels that the page is wider than its window."""
        return int(
            await self.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    async def barriers(self) -> list[str]:
        """What keeps people from using the page: axe-core's serious and critical findings, with the first place."""
        if not await self.value("'axe' in window"):
            await self.value(await asyncio.to_thread(AXE.read_text))
        found = await self.value(_BARRIERS)
        return [str(one) for one in found]

    async def picture(self, path: Path) -> None:
        """Keep a picture of the whole page; as a `.webp`, a small one of what is seen of it."""
        form: dict[str, Any] = {"captureBeyondViewport": True}
        if path.suffix == ".webp":
            form = {"format": "webp", "quality": 60}
        shot = await self.call("Page.captureScreenshot", **form)
        path.write_bytes(base64.b64decode(shot["data"]))


@dataclass(frozen=True)
class Browser:
    """A running Chromium, by the port that its pages are driven through."""

    port: int

    @contextlib.asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        """A fresh page, with nothing stored by those before it."""
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{self.port}/json/version") as answer:
                address = (await answer.json())["webSocketDebuggerUrl"]
            async with session.ws_connect(address, max_msg_size=0) as socket:
                whole = Page(socket)
                made = await whole.call("Target.createBrowserContext", disposeOnDetach=True)
                made = await whole.call("Target.createTarget", url="about:blank", **made)
                address = f"ws://127.0.0.1:{self.port}/devtools/page/{made['targetId']}"
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    page = Page(socket)
                    for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
                        await page.call(f"{domain}.enable")
                    yield page


@contextlib.contextmanager
def running_browser(profile: Path) -> Iterator[Browser]:
    """A browser with the profile in that folder."""
    command = [str(BROWSER), *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Browser(_port(process))
        finally:
            process.kill()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"ws://127\.0\.0\.1:(\d+)/", line):
            return int(found[1])
    raise AssertionError("the browser ended")
