"""Through how many modules one `generate-records` message passes, and how often it goes from one to another.

    python benchmarks/walk.py [--trail]

Records are made over the memory adapters and counted by `sys.setprofile`: the modules of the deployed app whose code
runs (`functions/`, `shared/`), and each change from one of them to another, by a call or by its return. Two ways are
told: that of a process's first message of a run, which reads it and works out what all later ones find ready, and the
usual one, the median by changes of 21 messages after 120 others. The bounds are on the usual one; `--trail` prints its
every change with the function entered. Exit status 1 above 20 modules or 80 changes.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import orjson  # noqa: E402

from shared import names  # noqa: E402
from shared.contracts.messages import Delivery  # noqa: E402
from testing import harness  # noqa: E402
from tests.builders.pipeline import Pipeline  # noqa: E402

MOST_MODULES, MOST_CHANGES = 20, 80
_BEFORE, _MEASURED = 120, 21
_DEPLOYED = (f"{ROOT}/functions/", f"{ROOT}/shared/", f"{ROOT}/function_app.py")


class Walk:
    """The way of one message through the app's modules; a profile function."""

    def __init__(self) -> None:
        self.trail: list[tuple[str, str]] = []
        """Module and function, one entry a change of module."""
        self._stack: list[tuple[str, str]] = []

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call or a return of a Python function."""
        code = frame.f_code
        if event not in ("call", "return") or not code.co_filename.startswith(_DEPLOYED):
            return
        if event == "call":
            self._stack.append((code.co_filename.removeprefix(f"{ROOT}/"), code.co_qualname))
        elif self._stack:
            self._stack.pop()
        if self._stack and (not self.trail or self.trail[-1][0] != self._stack[-1][0]):
            self.trail.append(self._stack[-1])

    @property
    def changes(self) -> int:
        """How often the message went from one module to another, the way in included."""
        return len(self.trail)

    @property
    def modules(self) -> Counter[str]:
        """How often each module was entered or come back to."""
        return Counter(module for module, _ in self.trail)


async def walks() -> tuple[Walk, Walk]:
    """The way of the first message of a run, and the usual one."""
    pipeline = Pipeline()
    await pipeline.start(
        samples=1 + _BEFORE + _MEASURED + 1
    )  # nobody delivers the one that fills the segment
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    pipeline.app = pipeline.new_process()
    first, *others = pipeline.queue.take(names.GENERATE_RECORDS)
    cold = await _walk(pipeline, first)
    for message in others[:_BEFORE]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    ways = [await _walk(pipeline, message) for message in others[_BEFORE:-1]]
    return cold, sorted(ways, key=lambda way: way.changes)[len(ways) // 2]


async def _walk(pipeline: Pipeline, message: dict[str, Any]) -> Walk:
    body, way = orjson.dumps(message), Walk()
    sys.setprofile(way)
    try:
        await pipeline.app.receive(Delivery(names.GENERATE_RECORDS, body))
    finally:
        sys.setprofile(None)
    return way


def main() -> int:
    """Exit status 1 if a bound is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trail", action="store_true", help="print every change of module")
    options = parser.parse_args()
    cold, way = asyncio.run(walks())
    if options.trail:
        print(*(f"{module}: {function}" for module, function in way.trail), sep="\n")
    modules, changes = len(way.modules), way.changes
    holds = modules <= MOST_MODULES and changes <= MOST_CHANGES
    rows = [[f"`{module}`", entered] for module, entered in way.modules.most_common()]
    text = (
        f"Usually {modules} modules (at most {MOST_MODULES}), {changes} changes from one to another (at most "
        f"{MOST_CHANGES}); holds: {harness.verdict(holds)}. A process's first message of a run: {len(cold.modules)} "
        f"modules, {cold.changes} changes.\n\n{harness.table(['module', 'entered or come back to'], rows)}"
    )
    harness.report("Walk of one message", "python benchmarks/walk.py", text, against="over memory")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
