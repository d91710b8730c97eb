"""What a planted fault is, and what planting looks at in a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson

from shared.catalog.model import Api
from shared.plan.parameter_check import ParameterCheck
from shared.plan.references import Use, find
from shared.plan.wire import encode

Record = dict[str, Any]
Apis = dict[str, Api]
Plant = Callable[[Record, Apis, Random], "Record | str | None"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A class of faults: its name, the codes that name it, and how it is planted.

    `plant` gets a good record of its own copy and returns the spoilt record, or the spoilt answer as text, or None
    where this record cannot have the fault.
    """

    name: str
    codes: frozenset[str]
    plant: Plant


def answer(record: Record) -> str:
    """The wire answer that a teacher would have given for the record."""
    decoded = {**record, "domain": record["metadata"]["domain"]}
    return orjson.dumps(encode(decoded)).decode()


def arguments_of(record: Record, random: Random) -> list[tuple[Record, str, Any]]:
    found = [(s, name, value) for s in record["plan"]["steps"] for name, value in s["arguments"].items()]
    random.shuffle(found)
    return found


def literals_of(record: Record, random: Random) -> Iterator[tuple[Record, str, Any]]:
    return (item for item in arguments_of(record, random) if not list(find(item[2])))


def uses_of(record: Record, random: Random) -> Iterator[tuple[Record, Use]]:
    found = [
        (s, u)
        for s in record["plan"]["steps"]
        for u in find(s["arguments"])
        if isinstance(u, Use) and u.whole
    ]
    random.shuffle(found)
    return iter([(step, use) for step, use in found if len(use.where) == 1])


def schema_of(apis: Apis, step: Record, name: str) -> dict[str, Any]:
    parameter = apis[step["api"]].parameter(name)
    return ParameterCheck(parameter).schema if parameter else {}
