"""What a coverage plan costs: microseconds an index and peak memory, computed index by index.

    python -m benchmarks.coverage [--operations 1000] [--indices 100000]

The baseline beside it draws each index's operations with plain inverse-frequency weights
(`random.choices` over all operations): it is linear in the operations and has to remember every count.
"""

from __future__ import annotations

import argparse
import random
import time
import tracemalloc

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.coverage import CoveragePlan
from shared.curriculum.slices import cut

_TARGET_US = 1_000.0


def catalog_of(operations: int) -> Catalog:
    """Resources with five operations each; a third of the resources refers to another one."""
    apis: list[Api] = []
    for number in range(-(-operations // 5)):
        noun = f"item{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}{chr(97 + number // 676)}"
        apis.extend(_resource(noun, apis, number))
    return Catalog("benchmark", apis=tuple(apis[:operations]))


def _resource(noun: str, so_far: list[Api], number: int) -> list[Api]:
    body = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
    listed = {"type": "object", "properties": {f"{noun}s": {"type": "array", "items": body}}}
    optional = tuple(Parameter(f"option_{i}", "query", "string") for i in range(6))
    other = so_far[number // 3 * 5].tags[0] if number % 3 == 0 and so_far else ""
    refers = (Parameter(f"{other}_id", "body", "string", required=True),) if other else ()
    one = (Parameter("id", "path", "string", required=True),)
    tags = (noun,)
    return [
        Api(
            f"create_{noun}",
            method="POST",
            path=f"/{noun}s",
            tags=tags,
            parameters=refers + optional,
            responses=body,
        ),
        Api(
            f"list_{noun}s", method="GET", path=f"/{noun}s", tags=tags, parameters=optional, responses=listed
        ),
        Api(f"get_{noun}", method="GET", path=f"/{noun}s/{{id}}", tags=tags, parameters=one, responses=body),
        Api(
            f"update_{noun}",
            method="PATCH",
            path=f"/{noun}s/{{id}}",
            tags=tags,
            parameters=one + optional,
            responses=body,
        ),
        Api(f"delete_{noun}", method="DELETE", path=f"/{noun}s/{{id}}", tags=tags, parameters=one),
    ]


def measure_plan(catalog: Catalog, indices: int) -> dict[str, float]:
    """Set-up in ms, mean and 99.9th percentile µs an index, peak KiB while computing, how often taught."""
    start = time.perf_counter()
    plan = CoveragePlan(catalog, cut(catalog))
    setup_ms = (time.perf_counter() - start) * 1e3
    taught: dict[str, int] = dict.fromkeys((api.name for api in catalog.apis), 0)
    took: list[int] = []
    start = time.perf_counter()
    for index in range(indices):
        begun = time.perf_counter_ns()
        blueprint = plan.blueprint(index)
        took.append(time.perf_counter_ns() - begun)
        for name in blueprint.focus:
            taught[name] += 1
    mean_us = (time.perf_counter() - start) / indices * 1e6
    tracemalloc.start()
    for index in range(0, indices, max(1, indices // 5_000)):
        plan.blueprint(index)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "setup_ms": setup_ms,
        "mean_us": mean_us,
        "p999_us": sorted(took)[len(took) * 999 // 1000] / 1e3,
        "peak_kib": peak / 1024,
        "least_taught": min(taught.values()),
        "most_taught": max(taught.values()),
    }


def measure_baseline(catalog: Catalog, indices: int) -> float:
    """Mean µs an index of plain inverse-frequency drawing, over at most 2,000 indices."""
    names = [api.name for api in catalog.apis]
    counts = dict.fromkeys(names, 0)
    draw = random.Random(0)
    rounds = min(indices, 2_000)
    start = time.perf_counter()
    for _ in range(rounds):
        for name in draw.choices(names, weights=[1 / (1 + counts[one]) for one in names], k=3):
            counts[name] += 1
    return (time.perf_counter() - start) / rounds * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--operations", type=int, default=1_000)
    parser.add_argument("--indices", type=int, default=100_000)
    asked = parser.parse_args()
    catalog = catalog_of(asked.operations)
    found = measure_plan(catalog, asked.indices)
    baseline_us = measure_baseline(catalog, asked.indices)
    print(f"coverage plan, {asked.operations:,} operations × {asked.indices:,} indices")
    print(f"  set-up                {found['setup_ms']:10.1f} ms (flows, slices, plan)")
    print(f"  mean an index         {found['mean_us']:10.1f} µs (target under {_TARGET_US:,.0f})")
    print(f"  99.9 % under          {found['p999_us']:10.1f} µs")
    print(f"  peak while computing  {found['peak_kib']:10.1f} KiB, whatever the number of indices")
    print(f"  an operation is in    {found['least_taught']:.0f} to {found['most_taught']:.0f} blueprints")
    print(f"  baseline              {baseline_us:10.1f} µs, ratio {baseline_us / found['mean_us']:.1f}")
    return 0 if found["p999_us"] < _TARGET_US and found["least_taught"] > 0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
