"""What the dataset teaches of the catalog: each operation and parameter, how often, or why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from shared.catalog.model import Api, Catalog
from shared.curriculum.facts import left_out

NOT_PLANNED = "not_planned"


class Coverage:
    """Counts over outcomes; memory follows the catalog, not the records."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._planned: Counter[str] = Counter()
        self._lost: dict[str, Counter[str]] = {}
        self._taught: Counter[str] = Counter()
        self._missed: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()
        self._parameters: dict[str, Counter[str]] = {api.name: Counter() for api in catalog.apis}
        self._left_out = left_out(catalog)

    def add_accepted(self, plan: Mapping[str, Any], focus: list[str]) -> None:
        """Count a record that is published."""
        called = set()
        for step in plan["steps"]:
            api = step["api"]
            called.add(api)
            self._calls[api] += 1
            for parameter in step["arguments"] if api in self._parameters else ():
                self._parameters[api][parameter] += 1
        for api in called:
            self._taught[api] += 1
        for api in set(focus):
            self._planned[api] += 1
            if api not in called:
                self._missed[api] += 1

    def add_lost(self, reason: str, focus: list[str]) -> None:
        """Count an index that ends without a published record, for `reason`."""
        for api in set(focus):
            self._planned[api] += 1
            self._lost.setdefault(api, Counter())[reason or "unknown"] += 1

    @property
    def taught(self) -> int:
        """Operations of the catalog that at least one record calls."""
        return sum(1 for api in self._catalog.apis if self._taught[api.name])

    def operations_by_use(self) -> list[tuple[str, int]]:
        """(operation, records that call it), most used first."""
        pairs = ((api.name, self._taught[api.name]) for api in self._catalog.apis)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def to_dict(self, train: Mapping[str, int] | None = None) -> dict[str, Any]:
        """The report; `train` counts the training rows by operation."""
        operations = [self._operation(api, train or {}) for api in self._catalog.apis]
        required = [p for o in operations for p in o["parameters"] if p["required"]]
        return {
            "operations": {"total": len(operations), "taught": self.taught},
            "required_parameters": {
                "total": len(required),
                "taught": sum(1 for parameter in required if parameter["taught"]),
            },
            "by_operation": operations,
        }

    def to_bytes(self, train: Mapping[str, int] | None = None) -> bytes:
        """`coverage.json`."""
        return orjson.dumps(self.to_dict(train), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def _operation(self, api: Api, train: Mapping[str, int]) -> dict[str, Any]:
        taught = self._taught[api.name]
        report: dict[str, Any] = {
            "api": api.name,
            "planned": self._planned[api.name],
            "taught": taught,
            "train": train.get(api.name, 0),
            "calls": self._calls[api.name],
        }
        if not taught:
            report["why_not"] = self._why_not(api.name)
        used = self._parameters[api.name]
        report["parameters"] = [
            {
                "name": parameter.name,
                "required": parameter.required,
                "taught": used[parameter.name],
                **(
                    {}
                    if used[parameter.name]
                    else {
                        "why_not": self._why_unused(api.name, parameter.name)
                        if taught
                        else "operation_not_taught"
                    }
                ),
            }
            for parameter in api.parameters
        ]
        return report

    def _why_unused(self, api: str, parameter: str) -> str:
        return self._left_out.get((api, parameter), "unused")

    def _why_not(self, api: str) -> str | dict[str, int | dict[str, int]]:
        if not self._planned[api]:
            return self._left_out.get((api, ""), NOT_PLANNED)
        lost = dict(sorted(self._lost.get(api, Counter()).items()))
        why: dict[str, int | dict[str, int]] = {}
        if duplicates := lost.pop("duplicate", 0):
            why["duplicate"] = duplicates
        if lost:
            why["rejected"] = lost
        if self._missed[api]:
            why["not_called"] = self._missed[api]
        return why
