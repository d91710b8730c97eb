"""The baseline: what people write first, a pool of threads that calls the teacher and keeps answers in memory.

    python testing/thread_pool.py EMULATOR PROMPTS THREADS

No queue, no durability, the SDK's own two retries; a record whose call fails is given up. The answers are read as
JSON and written to one file at the end. Prints `{"answered", "failed", "seconds", "cpu_s"}`.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

MAX_COMPLETION_TOKENS = 8192


def prompts(folder: Path, count: int) -> Path:
    """Write the requests that the pipeline would send for `count` records of the sample catalog."""
    from shared.catalog.ingest import Document, ingest
    from shared.curriculum.coverage import CoveragePlan
    from shared.curriculum.slices import cut
    from shared.plan.wire import SCHEMA_NAME, WIRE_SCHEMA
    from shared.teacher.ask_options import Way
    from shared.teacher.assignment import assignment_message
    from shared.teacher.prompt import prompt_cost, system_message
    from testing.harness import CATALOG

    catalog = ingest([Document(CATALOG.name, CATALOG.read_bytes())])
    slices = cut(catalog, cost=prompt_cost)
    plan = CoveragePlan(catalog, slices, seed=0, seed_tasks=[])
    apis = {api.name: api for api in catalog.apis}
    path = folder / "prompts.jsonl"
    with path.open("w") as file:
        for index in range(count):
            blueprint = plan.blueprint(index)
            system = system_message([apis[name] for name in slices[blueprint.slice].apis])
            request = {
                "model": "teacher",
                "messages": [
                    {"role": "system", "content": system},
                    {"role": "user", "content": assignment_message(blueprint)},
                ],
                "response_format": Way().form(SCHEMA_NAME, WIRE_SCHEMA),
                "max_completion_tokens": MAX_COMPLETION_TOKENS,
                "seed": index,
            }
            file.write(json.dumps(request) + "\n")
    return path


def main() -> int:
    """Call the teacher for every prompt."""
    from openai import OpenAI, OpenAIError

    emulator, path, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    client = OpenAI(base_url=f"{emulator}/openai/v1/", api_key="baseline")
    requests = [json.loads(line) for line in path.read_text().splitlines()]

    def ask(request: dict[str, object]) -> dict[str, object] | None:
        try:
            answer = client.chat.completions.create(**request)  # type: ignore[call-overload]
        except OpenAIError:
            return None
        return dict(json.loads(answer.choices[0].message.content))

    began, cpu = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(ask, requests))
    kept = [answer for answer in answers if answer is not None]
    path.with_suffix(".answers.jsonl").write_text("".join(json.dumps(answer) + "\n" for answer in kept))
    figures = {
        "answered": len(kept),
        "failed": len(answers) - len(kept),
        "seconds": time.monotonic() - began,
        "cpu_s": time.process_time() - cpu,
    }
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    # Run by itself, or named by `make bench`, which gives no arguments: then there is nothing to measure.
    raise SystemExit(main() if len(sys.argv) == 4 else 0)
