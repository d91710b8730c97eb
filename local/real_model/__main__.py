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

from cli.api_error import ApiError
from cli.client import Client
from cli.run_view import line
from local.real_model.environment import FOLDER, RealModelError, install, serving
from local.temporary_stack import temporary_stack

_MOST_S = 600.0
_SAMPLES = 4
_ANSWER_TOKENS = 192
_CALL_S = 45
"""Deadline of a call: a machine that is busy with other things answers none in time, and that is seen through, too."""
_ENDED = ("published", "failed", "cancelled", "paused")
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
    except (RealModelError, ApiError) as error:
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
    started = time.monotonic()
    run = str(client.start_run([catalog], options)["run_id"])
    said, waits = "", set[str]()
    while True:
        view = client.run(run)
        if line(view, 0.0) != said:
            said = line(view, 0.0)
            print(f"{time.monotonic() - started:5.0f} s  {said}", flush=True)
        waits |= {str(view["waiting"]["what"])} if view.get("waiting") else set()
        if view["status"] in _ENDED or time.monotonic() - started > _MOST_S:
            break
        time.sleep(1.0)
    took_s = time.monotonic() - started
    faults = list(_faults(client, view, run, took_s))
    print(f"{took_s:.0f} s; told meanwhile: {', '.join(sorted(waits)) or 'nothing'}")
    for fault in faults:
        print(f"not as promised: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _faults(client: Client, view: Mapping[str, Any], run: str, took_s: float) -> list[str]:
    """What the run has not kept of its promises."""
    if view["status"] not in ("published", "failed") or took_s > _MOST_S:
        return [f"the run is {view['status']} after {took_s:.0f} s"]
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
