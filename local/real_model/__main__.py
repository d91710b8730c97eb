"""`make real-model`: a two-API catalog through the whole stack, with a real model as its teacher.

The model is far too small to plan well. What is tried is the way: the run ends by itself, every index in one outcome,
every call counted, and `waiting` tells what goes on meanwhile.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.client import Client
from cli.errors import CommandError
from cli.progress import follow
from cli.run_view import line
from local.real_model.environment import FOLDER, install, serving
from local.temporary_stack import temporary_stack

_MOST_S = 600.0
_SAMPLES = 4
_ANSWER_TOKENS = 192
_CALL_S = 45
"""Deadline of a call: a machine that is busy with other things answers none in time, and that is seen through, too."""
_CATALOG = {
    "name": "Lamps",
    "apis": [
        {
            "name": "list_lamps",
            "description": "Lists the lamps of a room.",
            "method": "GET",
            "path": "/lamps",
            "parameters": [{"name": "room", "location": "query", "type": "string", "required": True}],
        },
        {
            "name": "switch_lamp",
            "description": "Switches a lamp on or off.",
            "method": "POST",
            "path": "/lamps/switch",
            "parameters": [
                {"name": "lamp", "location": "body", "type": "string", "required": True},
                {"name": "on", "location": "body", "type": "boolean", "required": True},
            ],
        },
    ],
}


class _Display:
    """Prints each new line about the run, and remembers what it was said to wait for."""

    def __init__(self) -> None:
        self.waits: set[str] = set()
        self._started = time.monotonic()
        self._said = ""

    def show(self, run: Mapping[str, Any], _per_s: float) -> None:
        """The run as it is now."""
        if (text := line(run, 0.0)) != self._said:
            self._said = text
            print(f"{time.monotonic() - self._started:5.0f} s  {text}", flush=True)
        self.waits |= {str(run["waiting"]["what"])} if run.get("waiting") else set()


def main() -> int:
    """Exit status 0 when the run ended by itself, in time and with nothing unaccounted for."""
    try:
        python = install()
        with serving(python, FOLDER / "server.log") as address:
            os.environ |= {
                "OPENAI_BASE_URL": address,
                "OPENAI_API_KEY": "none",
                "TEACHER_DEPLOYMENT": "smollm2-135m",
                "TEACHER_TIMEOUT_S": str(_CALL_S),
            }
            with temporary_stack(print) as url, Client(url) as client:
                return _see_through(client)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1


def _see_through(client: Client) -> int:
    catalog = FOLDER / "lamps.json"
    catalog.write_text(json.dumps(_CATALOG))
    options = {
        "samples": _SAMPLES,
        "top_up": False,
        "max_completion_tokens": _ANSWER_TOKENS,
        "longer_answers": 0,
    }
    started, shown = time.monotonic(), _Display()
    run = str(client.start_run([catalog], options)["run_id"])
    view, _ = follow(client, run, shown, finetune=False, timeout_s=_MOST_S)
    faults = _faults(client, view, run)
    waited_for = ", ".join(sorted(shown.waits)) or "nothing"
    print(f"{time.monotonic() - started:.0f} s; told meanwhile: {waited_for}")
    for fault in faults:
        print(f"not as promised: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _faults(client: Client, view: Mapping[str, Any], run: str) -> list[str]:
    """What the run has not kept of its promises."""
    if view["status"] not in ("published", "failed"):
        return [f"the run is {view['status']}"]
    if not view["files"]:
        return [] if view["error"] else ["the run failed without a word"]
    found: dict[str, list[dict[str, Any]]] = {}
    for name in ("dataset.jsonl", "rejected.jsonl"):
        target = FOLDER / name
        target.unlink(missing_ok=True)
        client.download(run, name, target)
        found[name] = [json.loads(row) for row in Path(target).read_text().splitlines()]
    rejected = found["rejected.jsonl"]
    faults = []
    if len(found["dataset.jsonl"]) + len(rejected) != _SAMPLES:
        faults.append("an index has no outcome, or two")
    if any(not attempt["tokens"]["prompt"] for row in rejected for attempt in row["attempts"]):
        faults.append("a call was not counted")
    if not view["tokens"]["total"]:
        faults.append("the run has cost nothing")
    print(f"accepted {len(found['dataset.jsonl'])}, rejected {[row['reason'] for row in rejected]}")
    print(f"tokens {view['tokens']}, error {view['error']}")
    return faults


if __name__ == "__main__":
    raise SystemExit(main())
