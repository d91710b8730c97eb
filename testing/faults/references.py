"""Faults between steps: references, outputs, dependencies, indices and ids of the wrong resource."""

from __future__ import annotations

from random import Random

from shared.plan.fit import misfit
from shared.plan.parameter_check import ParameterCheck
from shared.plan.references import Use, find, parse_path
from shared.plan.schema_paths import at, in_response, leaves
from testing.faults.fault import Apis, Record, uses_of


def dangling_path(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, use in uses_of(record, random):
        producer = apis[record["plan"]["steps"][use.reference.step - 1]["api"]]
        parts = (*use.reference.parts[:-1], "no_such_field")
        if in_response(producer.responses, parts) is None and len(parts) > 1:
            step["arguments"][use.where[0]] = str(type(use.reference)(use.reference.step, parts))
            return record
    return None


def dangling_step(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, use in uses_of(record, random):
        beyond = len(record["plan"]["steps"]) + random.randrange(1, 5)
        step["arguments"][use.where[0]] = str(type(use.reference)(beyond, use.reference.parts))
        return record
    return None


def forward_reference(record: Record, apis: Apis, random: Random) -> Record | None:
    steps = record["plan"]["steps"]
    for step, use in uses_of(record, random):
        later = random.randrange(step["index"], len(steps) + 1)
        step["arguments"][use.where[0]] = str(type(use.reference)(later, use.reference.parts))
        return record
    return None


def misspelt_reference(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, use in uses_of(record, random):
        number, path = use.reference.step, use.reference.path
        forms = (
            f"steps.{number}.{path}",
            f"{{{{steps.{number}.{path}}}}}",
            f"${{step{number}.{path}}}",
            f"$steps[{number}].{path}",
        )
        step["arguments"][use.where[0]] = random.choice(forms)
        return record
    return None


def ill_typed(record: Record, apis: Apis, random: Random) -> Record | None:
    """Another value of the same response whose type or format cannot be the parameter's."""
    for step, use in uses_of(record, random):
        producer = apis[record["plan"]["steps"][use.reference.step - 1]["api"]]
        parameter = apis[step["api"]].parameter(str(use.where[0]))
        if parameter is None:
            continue
        check = ParameterCheck(parameter)
        paths = [parse_path(path) for path, _ in leaves(producer.responses, limit=60)]
        wrong = [
            parts
            for parts in paths
            if parts[0] == use.reference.parts[0]
            and misfit(in_response(producer.responses, parts) or [{}], check.schema, as_text=check.as_text)
        ]
        if wrong:
            step["arguments"][use.where[0]] = str(
                type(use.reference)(use.reference.step, random.choice(wrong))
            )
            return record
    return None


def undeclared_output(record: Record, apis: Apis, random: Random) -> Record | None:
    for _, use in uses_of(record, random):
        outputs = record["plan"]["steps"][use.reference.step - 1]["outputs"]
        outputs[:] = [name for name in outputs if name != use.reference.parts[0]]
        return record
    return None


def unknown_output(record: Record, apis: Apis, random: Random) -> Record | None:
    step = random.choice(record["plan"]["steps"])
    response = apis[step["api"]].responses
    if response and at(response, ("invented_output",)) is None:
        step["outputs"].append("invented_output")
        return record
    return None


def missing_dependency(record: Record, apis: Apis, random: Random) -> Record | None:
    steps = record["plan"]["steps"]
    for step, use in uses_of(record, random):
        step["depends_on"] = [other for other in step["depends_on"] if other != use.reference.step]
        reached = set(step["depends_on"])
        for other in sorted(reached, reverse=True):
            reached |= set(steps[other - 1]["depends_on"])
        if use.reference.step not in reached:
            return record
        step["depends_on"] = sorted({*step["depends_on"], use.reference.step})
    return None


def unused_dependency(record: Record, apis: Apis, random: Random) -> Record | None:
    for step in record["plan"]["steps"][1:]:
        free = [
            s
            for s in record["plan"]["steps"][: step["index"] - 1]
            if s["index"] not in step["depends_on"] and s["outputs"]
        ]
        if free:
            step["depends_on"] = sorted({*step["depends_on"], random.choice(free)["index"]})
            return record
    return None


def cycle(record: Record, apis: Apis, random: Random) -> Record | None:
    steps = record["plan"]["steps"]
    if len(steps) < 2:
        return None
    first, last = sorted(random.sample(range(1, len(steps) + 1), 2))
    steps[first - 1]["depends_on"] = sorted({*steps[first - 1]["depends_on"], last})
    steps[last - 1]["depends_on"] = sorted({*steps[last - 1]["depends_on"], first})
    return record


def bad_index(record: Record, apis: Apis, random: Random) -> Record | None:
    steps = record["plan"]["steps"]
    steps[random.randrange(len(steps))]["index"] = random.choice((len(steps) + 1, len(steps) + 7))
    return record


def swapped_ids(record: Record, apis: Apis, random: Random) -> Record | None:
    """Two references of one step exchanged: the order's id for the customer's and the other way round."""
    for step in record["plan"]["steps"]:
        uses = {
            str(use.where[0]): use.reference
            for use in find(step["arguments"])
            if isinstance(use, Use) and use.whole and len(use.where) == 1 and _names_its_id(use)
        }
        names = list(uses)
        for position, one in enumerate(names):
            for other in names[position + 1 :]:
                step["arguments"][one], step["arguments"][other] = str(uses[other]), str(uses[one])
                return record
    return None


def _names_its_id(use: Use) -> bool:
    """Whether parameter and path both say whose id it is, the same in both."""
    name, path = str(use.where[0]), use.reference.path
    return name.endswith("_id") and path.endswith((f"{name[:-3]}.id", name))
