"""Faults to plant in good records, by class: each makes exactly one kind of fault or says it cannot."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random

from testing.faults.calls import (
    bad_enum,
    bad_format,
    invented_api,
    missing_field,
    missing_required,
    out_of_range,
    quoted_number,
    reversed_period,
    swapped_literals,
    unknown_argument,
    unknown_field,
    wrong_type,
)
from testing.faults.fault import Apis, Fault, Plant, Record
from testing.faults.references import (
    bad_index,
    cycle,
    dangling_path,
    dangling_step,
    forward_reference,
    ill_typed,
    missing_dependency,
    misspelt_reference,
    swapped_ids,
    undeclared_output,
    unknown_output,
    unused_dependency,
)
from testing.faults.texts import (
    bad_confuser,
    leaked_ids,
    long_task,
    missing_member,
    no_steps,
    personal,
    prose,
    python_repr,
    python_text,
    python_value,
    repeated_argument,
    secret,
    short_task,
    truncated,
)


def _fault(name: str, plant: Plant, *codes: str) -> Fault:
    return Fault(name, frozenset(codes), plant)


FAULTS: tuple[Fault, ...] = (
    _fault("wrong type", wrong_type, "wrong_type", "bad_format", "not_in_enum"),
    _fault("number or flag as text", quoted_number, "wrong_type"),
    _fault("missing required argument", missing_required, "missing_argument"),
    _fault("missing required field inside an argument", missing_field, "missing_argument"),
    _fault("unknown argument", unknown_argument, "unknown_argument"),
    _fault("unknown field inside an argument", unknown_field, "unknown_argument"),
    _fault("invented API", invented_api, "unknown_api"),
    _fault("reference to a path that is not there", dangling_path, "unresolved_reference"),
    _fault("reference to a step that is not there", dangling_step, "unresolved_reference"),
    _fault("forward reference", forward_reference, "forward_reference"),
    _fault("misspelt reference", misspelt_reference, "unresolved_reference"),
    _fault("ill-typed reference", ill_typed, "reference_type"),
    _fault("undeclared output", undeclared_output, "undeclared_output"),
    _fault("output that the response lacks", unknown_output, "unknown_output"),
    _fault("reference without dependency", missing_dependency, "missing_dependency"),
    _fault("unused dependency", unused_dependency, "unused_dependency"),
    _fault("cycle", cycle, "cycle"),
    _fault("wrong index", bad_index, "bad_index"),
    _fault("bad enum", bad_enum, "not_in_enum"),
    _fault("bad format", bad_format, "bad_format"),
    _fault("out of range", out_of_range, "out_of_range"),
    _fault(
        "swapped arguments",
        swapped_literals,
        "wrong_type",
        "bad_format",
        "not_in_enum",
        "out_of_range",
        "swapped_arguments",
        "missing_argument",
    ),
    _fault("swapped ids of two resources", swapped_ids, "swapped_arguments", "suspect_reference"),
    _fault("period that ends before it starts", reversed_period, "swapped_arguments"),
    _fault("truncated JSON", truncated, "truncated_json"),
    _fault("prose round the JSON", prose, "prose_around_json"),
    _fault("Python repr", python_repr, "python_repr"),
    _fault("Python repr in a value", python_value, "python_repr", "bad_value_json"),
    _fault("Python repr as text", python_text, "python_repr"),
    _fault("missing member", missing_member, "schema"),
    _fault("argument given twice", repeated_argument, "duplicate_argument"),
    _fault("no steps", no_steps, "schema"),
    _fault("secret in a value", secret, "secret"),
    _fault("personal data", personal, "personal_data"),
    _fault("task leaking API ids", leaked_ids, "task_names_api"),
    _fault("task too short", short_task, "task_too_short"),
    _fault("task too long", long_task, "task_too_long"),
    _fault("bad confuser", bad_confuser, "bad_confuser"),
)
"""Every class that record and catalog alone can tell; near-duplicates need the dataset and are planted apart."""


def planted(
    fault: Fault, records: list[Record], apis: Apis, count: int, seed: int = 0
) -> Iterator[Record | str]:
    """Up to `count` cases of a class, each in another good record, in order; the same for the same arguments."""
    for position, record in enumerate(records):
        spoilt = fault.plant(copy.deepcopy(record), apis, Random(f"{seed}:{fault.name}:{position}"))
        if spoilt is not None:
            yield spoilt
            count -= 1
        if count == 0:
            return
