"""What open consoles cost: rows of a large run, looks at a run, and 200 pages beside a generation.

    python -m benchmarks.console [--rows 100000] [--consoles 200] [--records 600] [--rounds 3]

A run of that many rows is laid into storage as publishing would. Over HTTP the first page takes at most 200 ms and
60 MB more memory of the host; a page anywhere, each filter and each search at most 1 s. A look at a run takes at most
five operations of storage, counted in Azurite's access log. Then the same generation is timed in turn without
anybody watching and with that many pages which ask with an ETag every few seconds: at most 10 % slower.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import time
from pathlib import Path

import aiohttp
import msgspec
from azure.storage.blob import BlobServiceClient

from shared import names
from shared.dataset.row_index import RowEntry
from shared.runs import paths
from shared.runs.plan import RunPlan, Wave
from testing import harness

FIRST_MS, FIRST_MB, ANY_MS, MOST_OPERATIONS, MOST_SLOWER = 200.0, 60.0, 1000.0, 5, 0.10
_EVERY_S = 4.0
"""How often a page of a run that generates asks."""
_TIMES = 5
_WORDS = (
    "amber birch cedar delta ember fjord grove harbor iris jade kelp lotus maple north ocean pearl".split()
)


def lay(stack: harness.Measured, run: str, rows: int) -> None:
    """Store what publishing stores for the lists of a run of `rows` rows, beside the small run of that id."""
    rnd = random.Random(7)
    lines = [
        msgspec.json.encode(
            RowEntry(
                index=n,
                status="accepted",
                split=("train", "validation", "test")[n % 10 // 8 + (n % 100 == 99)],
                task=" ".join(rnd.choices(_WORDS, k=35)),
                operations=(f"bookshop.op{n % 300}", f"bookshop.op{n % 7}"),
                shape="chain",
                difficulty="M",
                variation="plain",
                persona="a busy manager",
                attempts=1,
                task_id=f"bookshop-{n:06d}",
                hash="0123456789abcdef" * 2,
                source="synthetic",
            )
        )
        for n in range(rows)
    ]
    assert stack.stack._azurite is not None
    service = BlobServiceClient.from_connection_string(stack.stack._azurite.connection_string)
    container = service.get_container_client(names.RUNS)
    container.upload_blob(paths.rows(run), b"\n".join(lines) + b"\n", overwrite=True)
    container.upload_blob(paths.plan(run), RunPlan((Wave(0, rows),)).to_json(), overwrite=True)


async def pages(stack: harness.Measured, run: str, rows: int) -> tuple[list[list[object]], bool]:
    """Milliseconds of each kind of page, the middle of some, and whether each keeps its bound."""
    asked: dict[str, tuple[dict[str, str], float]] = {
        "the first page": ({}, FIRST_MS),
        "a page in the middle": ({"cursor": str(rows // 2)}, ANY_MS),
        "the last page": ({"cursor": str(rows - 50)}, ANY_MS),
        "a search that many rows fit": ({"q": "amber birch"}, ANY_MS),
        "a search that no row fits": ({"q": "no such words"}, ANY_MS),
        "a filter that few rows fit": ({"operation": "bookshop.op299"}, ANY_MS),
        "two filters that no row fits": ({"split": "test", "shape": "single"}, ANY_MS),
    }
    before = _rss_mb(stack)
    found: list[list[object]] = []
    holds = True
    async with aiohttp.ClientSession() as session:
        for name, (query, bound) in asked.items():
            taken = []
            for _ in range(_TIMES):
                began = time.perf_counter()
                async with session.get(f"{stack.stack.url}/api/runs/{run}/rows", params=query) as answer:
                    assert answer.status == 200, await answer.text()
                    await answer.read()
                taken.append((time.perf_counter() - began) * 1000)
            middle = harness.median(taken)
            more = f"{_rss_mb(stack) - before:.0f} MB" if name == "the first page" else ""
            good = middle <= bound and (not more or _rss_mb(stack) - before <= FIRST_MB)
            holds = holds and good
            found.append([name, f"{middle:.0f} ms", f"{bound:.0f} ms", more, harness.verdict(good)])
    return [*found, ["all of these together", "", "", f"{_rss_mb(stack) - before:.0f} MB", ""]], holds


def _rss_mb(stack: harness.Measured) -> float:
    statuses = [Path(f"/proc/{host.pid}/status").read_text() for _, host in stack.stack._hosts]
    return sum(int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) for text in statuses) / 1024


async def looks(stack: harness.Measured, run: str) -> float:
    """Operations of storage for a look at a run that nothing else happens to, in Azurite's log."""
    async with aiohttp.ClientSession() as session:
        await _look(session, stack, run, None)
        before = len(_of(stack, run))
        for _ in range(10):
            await _look(session, stack, run, None)
        return (len(_of(stack, run)) - before) / 10


def _of(stack: harness.Measured, run: str) -> list[tuple[str, str]]:
    return [(method, path) for method, path in stack.requests() if run in path]


async def _look(
    session: aiohttp.ClientSession, stack: harness.Measured, run: str, tag: str | None
) -> tuple[int, str | None]:
    headers = {"If-None-Match": tag} if tag else {}
    async with session.get(f"{stack.stack.url}/api/runs/{run}", headers=headers) as answer:
        await answer.read()
        return answer.status, answer.headers.get("ETag")


async def watched(stack: harness.Measured, consoles: int, records: int, seed: int) -> dict[str, float]:
    """Records a second of a run while pages look at it, and how their looks went."""
    run = await asyncio.to_thread(stack.start, records, seed=seed)
    statuses: list[int] = []
    taken: list[float] = []
    over = asyncio.Event()

    async def console(session: aiohttp.ClientSession, number: int) -> None:
        tag: str | None = None
        await asyncio.sleep(_EVERY_S * number / max(1, consoles))
        while not over.is_set():
            began = time.perf_counter()
            status, tag = await _look(session, stack, run, tag)
            taken.append((time.perf_counter() - began) * 1000)
            statuses.append(status)
            await asyncio.sleep(_EVERY_S)

    connector = aiohttp.TCPConnector(limit=consoles or 1)
    async with aiohttp.ClientSession(connector=connector) as session:
        open_pages = [asyncio.create_task(console(session, n)) for n in range(consoles)]
        await asyncio.to_thread(stack.wait, run, 600)
        over.set()
        await asyncio.gather(*open_pages)
    counters = stack.state()
    stack.switch(latency_s=_LATENCY_S)
    return {
        "rate": records / (counters["last_answer_at"] - counters["first_call_at"]),
        "looks": len(statuses),
        "unchanged": statuses.count(304) / max(1, len(statuses)),
        "refused": sum(status not in (200, 304) for status in statuses),
        "look_ms": harness.median(taken) if taken else 0.0,
    }


_LATENCY_S = 1.0
"""Of the teacher, as a real one has some."""


def beside(
    stack: harness.Measured, consoles: int, records: int, rounds: int
) -> tuple[list[list[object]], bool]:
    """The generation with and without pages, in turn."""
    alone: list[dict[str, float]] = []
    seen: list[dict[str, float]] = []
    asyncio.run(
        watched(stack, 0, records // 2, seed=9_999)
    )  # the first run after the rows is not like the others
    for number in range(rounds):
        turns = ((0, alone), (consoles, seen))
        for count, found in turns if number % 2 == 0 else reversed(turns):
            found.append(asyncio.run(watched(stack, count, records, seed=2 * number + (count > 0))))
            print(count, found[-1], file=sys.stderr, flush=True)
    rates = [harness.median([one["rate"] for one in found]) for found in (alone, seen)]
    slower = 1 - rates[1] / rates[0]
    good = slower <= MOST_SLOWER and not any(one["refused"] for one in seen)
    middle = {name: harness.median([one[name] for one in seen]) for name in ("looks", "unchanged", "look_ms")}
    looked = (
        f"{middle['looks']:.0f} looks, {middle['unchanged']:.0%} unchanged, {middle['look_ms']:.0f} ms each"
    )
    rows: list[list[object]] = [
        ["nobody", f"{rates[0]:.1f}", "", "", ""],
        [
            f"{consoles} pages: {looked}",
            f"{rates[1]:.1f}",
            f"{slower:.1%}",
            f"{MOST_SLOWER:.0%}",
            harness.verdict(good),
        ],
    ]
    return rows, good


def main() -> int:
    """Exit status 1 if a bound is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--consoles", type=int, default=200)
    parser.add_argument("--records", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with harness.measured_stack(access_log=True, latency_s=_LATENCY_S) as stack:
        run = stack.start(20, seed=4_711)
        stack.wait(run, 120)
        operations = asyncio.run(looks(stack, run))
        lay(stack, run, options.rows)
        listed, rows_hold = asyncio.run(pages(stack, run, options.rows))
        beside_rows, pages_hold = beside(stack, options.consoles, options.records, options.rounds)
    looks_hold = operations <= MOST_OPERATIONS
    judged = f"at most {MOST_OPERATIONS}: {harness.verdict(looks_hold)}"
    head = [f"rows of a run of {options.rows:,}", "median", "bound", "memory of the host", "holds"]
    runs = f"{options.rounds} runs of {options.records} records at {_LATENCY_S:g} s latency"
    text = "\n\n".join(
        [
            harness.table(head, listed),
            f"A look at a run takes {operations:.1f} operations of storage ({judged}).",
            harness.table(
                ["who watches the generation", "records/s", "slower", "bound", "holds"], beside_rows
            ),
            f"Medians of {_TIMES} requests, and of {runs}.",
        ]
    )
    harness.report("Open consoles", "python -m benchmarks.console", text)
    return 0 if rows_hold and looks_hold and pages_hold else 1


if __name__ == "__main__":
    raise SystemExit(main())
