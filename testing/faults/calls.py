"""Faults of single calls: names, values, formats and bounds of arguments, and exchanged values."""

from __future__ import annotations

from random import Random
from typing import Any

from shared.plan.parameter_check import ParameterCheck
from shared.plan.references import find
from shared.plan.schema_paths import type_of
from testing.faults.fault import Apis, Record, arguments_of, literals_of, schema_of


def wrong_type(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in literals_of(record, random):
        kind = schema_of(apis, step, name).get("type")
        others = [other for other in (7.25, "seven", True, [1], {"a": 1}) if type_of(other) != kind]
        others = [
            other for other in others if not (kind in ("number", "integer") and isinstance(other, float))
        ]
        if isinstance(kind, str) and type_of(value) == kind:
            step["arguments"][name] = random.choice(others)
            return record
    return None


def quoted_number(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in literals_of(record, random):
        if isinstance(value, int | float) and schema_of(apis, step, name).get("type") in (
            "integer",
            "number",
            "boolean",
        ):
            step["arguments"][name] = str(value).lower()
            return record
    return None


def missing_required(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, _ in arguments_of(record, random):
        parameter = apis[step["api"]].parameter(name)
        if parameter and parameter.required:
            del step["arguments"][name]
            return record
    return None


def missing_field(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in literals_of(record, random):
        required = schema_of(apis, step, name).get("required", [])
        if isinstance(value, dict) and required:
            del value[random.choice(required)]
            return record
    return None


def unknown_argument(record: Record, apis: Apis, random: Random) -> Record | None:
    step = random.choice(record["plan"]["steps"])
    step["arguments"][random.choice(("priority_level", "verbose_mode", "callback", "dry"))] = "high"
    return record


def unknown_field(record: Record, apis: Apis, random: Random) -> Record | None:
    for _, _, value in literals_of(record, random):
        holder = value[0] if isinstance(value, list) and value else value
        if isinstance(holder, dict) and holder:
            holder["invented_field"] = 1
            return record
    return None


def invented_api(record: Record, apis: Apis, random: Random) -> Record | None:
    step = random.choice(record["plan"]["steps"])
    step["api"] = random.choice(
        (step["api"] + "_v2", "smart_" + step["api"], step["api"].upper(), "do_everything")
    )
    return record


def bad_enum(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in literals_of(record, random):
        if schema_of(apis, step, name).get("enum"):
            step["arguments"][name] = random.choice(
                ("none-of-these", str(value) + "s", str(value).swapcase())
            )
            return record
    return None


_BAD_FORMATS = {
    "date-time": ("tomorrow at nine", "2026-13-01T09:00:00Z", "01.03.2026 09:00"),
    "date": ("next Monday", "2026-02-30", "03/01/2026"),
    "uuid": ("customer-17", "3f2b8c1e-5d47-4a9b-9c3e", "not-a-uuid"),
    "email": ("maria.keller", "maria.keller at example.com", "@example.com"),
    "uri": ("the tracking page", "example dot com", "//"),
}


def bad_format(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, _ in literals_of(record, random):
        form = schema_of(apis, step, name).get("format")
        if form in _BAD_FORMATS:
            step["arguments"][name] = random.choice(_BAD_FORMATS[form])
            return record
    return None


def out_of_range(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in literals_of(record, random):
        schema = schema_of(apis, step, name)
        if "minimum" in schema:
            step["arguments"][name] = schema["minimum"] - random.randrange(1, 9)
            return record
        if "maxLength" in schema:
            step["arguments"][name] = str(value) * (schema["maxLength"] // max(len(str(value)), 1) + 2)
            return record
    return None


def _swapped_arguments(record: Record, apis: Apis, random: Random) -> Record | None:
    """Two literals of one step exchanged, where at least one no longer fits what its parameter says."""
    for step in record["plan"]["steps"]:
        names = [name for name, value in step["arguments"].items() if not list(find(value))]
        random.shuffle(names)
        for position, one in enumerate(names):
            for other in names[position + 1 :]:
                values = step["arguments"]
                pair = [
                    (schema_of(apis, step, one), values[other]),
                    (schema_of(apis, step, other), values[one]),
                ]
                if any(_kind(schema) != _kind_of(value) for schema, value in pair):
                    values[one], values[other] = values[other], values[one]
                    return record
    return None


def _kind(schema: dict[str, Any]) -> tuple[Any, ...]:
    return schema.get("type"), schema.get("format"), tuple(map(str, schema.get("enum", ())))


def _kind_of(value: Any) -> tuple[Any, ...]:
    return type_of(value), None, ()


def swapped_literals(record: Record, apis: Apis, random: Random) -> Record | None:
    spoilt = _swapped_arguments(record, apis, random)
    if spoilt is None:
        return None
    fits = all(
        ParameterCheck(parameter).accepts(value)
        for step in spoilt["plan"]["steps"]
        for name, value in step["arguments"].items()
        if (parameter := apis[step["api"]].parameter(name)) and not list(find(value))
    )
    return None if fits else spoilt


def reversed_period(record: Record, apis: Apis, random: Random) -> Record | None:
    for _, name, value in literals_of(record, random):
        if name == "period" and isinstance(value, dict) and value["start"] != value["end"]:
            value["start"], value["end"] = value["end"], value["start"]
            return record
    for step in record["plan"]["steps"]:
        values = step["arguments"]
        if (
            values.get("placed_from", 0) != values.get("placed_to", 0)
            and {"placed_from", "placed_to"} <= values.keys()
        ):
            values["placed_from"], values["placed_to"] = values["placed_to"], values["placed_from"]
            return record
    return None
