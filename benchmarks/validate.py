"""What validating a record costs, dry run included, beside the naive way that compiles its schemas on every call.

    python -m benchmarks.validate [--records 500] [--catalog FILE …] [--json]

Records are good ones made from the catalog (the shop of the tests, or the given files). `plansmith` keeps one
`PlanValidator`. `naive` calls `jsonschema.validate` for the record and for every argument, which checks and
prepares the schema each time, and does nothing else: no references, no dry run, no texts. Each record's time
is the best of three, after one warming pass.
Exit status 1 if the median is not under 1 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jsonschema import validate

from shared.catalog.model import Catalog
from shared.plan.parameter_check import effective_schema
from shared.plan.record import schema
from shared.plan.references import find
from shared.plan.validate import PlanValidator
from testing.documents import catalog_in
from testing.plans import good_records
from testing.shop import CATALOG

LIMIT_MS = 1.0
_REPEATS = 3
_NAIVE_RECORDS = 50


def naive(catalog: Catalog) -> Callable[[dict[str, Any]], object]:
    """Validation that compiles each schema when it needs it."""
    apis = {api.name: api for api in catalog.apis}

    def check(record: dict[str, Any]) -> object:
        validate(record, schema())
        for step in record["plan"]["steps"]:
            for name, value in step["arguments"].items():
                parameter = apis[step["api"]].parameter(name)
                if parameter and not list(find(value)):
                    validate(value, effective_schema(parameter))
        return None

    return check


def times_ms(check: Callable[[dict[str, Any]], object], records: list[dict[str, Any]]) -> list[float]:
    """The best of three times of each record, in milliseconds, sorted."""
    for record in records:
        check(record)
    return sorted(min(_once_ms(check, record) for _ in range(_REPEATS)) for record in records)


def _once_ms(check: Callable[[dict[str, Any]], object], record: dict[str, Any]) -> float:
    start = time.perf_counter()
    check(record)
    return (time.perf_counter() - start) * 1000


def measure(catalog: Catalog, count: int) -> dict[str, Any]:
    """Medians, 95th percentiles and the ratio for one catalog."""
    records = list(good_records(catalog, count))
    ours = times_ms(PlanValidator(catalog).errors, records)
    theirs = times_ms(naive(catalog), records[:_NAIVE_RECORDS])
    return {
        "catalog": catalog.name,
        "apis": len(catalog.apis),
        "steps": round(statistics.mean(len(record["plan"]["steps"]) for record in records), 1),
        "median_ms": round(statistics.median(ours), 3),
        "p95_ms": round(ours[int(len(ours) * 0.95)], 3),
        "naive_median_ms": round(statistics.median(theirs), 3),
        "ratio": round(statistics.median(theirs) / statistics.median(ours), 1),
    }


def main() -> int:
    """Print the figures; see the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=500)
    parser.add_argument("--catalog", type=Path, action="append", default=[])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    catalogs = [catalog_in(path) for path in options.catalog] or [CATALOG]
    rows = [measure(catalog, options.records) for catalog in catalogs]
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        print(
            f"{'catalog':<32}{'APIs':>6}{'steps':>7}{'median ms':>11}{'p95 ms':>9}{'naive ms':>10}{'ratio':>7}"
        )
        for row in rows:
            figures = (row["median_ms"], row["p95_ms"], row["naive_median_ms"], row["ratio"])
            print(
                f"{row['catalog'][:30]:<32}{row['apis']:>6}{row['steps']:>7}{figures[0]:>11}{figures[1]:>9}{figures[2]:>10}{figures[3]:>7}"
            )
    return 0 if all(row["median_ms"] < LIMIT_MS for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
