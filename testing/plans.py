"""Good plans for any catalog, from a seed: what the coverage plan assigns, written out with fitting values."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import Blueprint, Flow
from shared.curriculum.coverage import CoveragePlan
from shared.curriculum.slices import cut
from shared.plan.case import leaves
from shared.plan.parameter_check import effective_schema
from shared.plan.record import record
from shared.plan.sample import sample
from shared.plan.schema_paths import RESULT, branches, declared_types, is_known, is_object

CREATED_AT = "2026-03-01T09:30:00Z"
_WORDS = "lamp chair kettle blanket basket mirror carpet teapot candle bottle notebook umbrella".split()
_PEOPLE = ("Maria Keller", "Jonas Lind", "Aisha Okafor", "Tom Novak", "Lena Rossi", "Carlos Silva")
_OPENINGS = (
    "Please take care of the {thing} matter for {person}",
    "{person} is waiting for news about the {thing}",
    "I want the {thing} sorted out before {person} asks again",
    "Could you look after the {thing} that {person} mentioned",
)


def good_records(catalog: Catalog, count: int, *, seed: int = 0) -> Iterator[dict[str, Any]]:
    """`count` records that have no fault, each of another task; the same for the same arguments."""
    plan = CoveragePlan(catalog, cut(catalog), seed=seed)
    apis = {api.name: api for api in catalog.apis}
    for index in range(count):
        blueprint = plan.blueprint(index)
        yield good_record(blueprint, apis, seed=seed)


def good_record(blueprint: Blueprint, apis: dict[str, Api], *, seed: int = 0) -> dict[str, Any]:
    """The record of one blueprint."""
    random = Random(f"{seed}:{blueprint.index}")
    person, thing = random.choice(_PEOPLE), random.choice(_WORDS)
    opening = random.choice(_OPENINGS).format(person=person, thing=thing)
    unused = [name for name in apis if name not in blueprint.focus]
    steps = _steps(blueprint, apis, random)
    case = f"case {random.randrange(10**6)} of {random.randrange(2, 28)} March"
    decoded = {
        "task_nl": f"{opening}, {case}. It takes {', '.join(_said(steps)) or 'nothing more'}.",
        "assumptions": [f"The {thing} is known."],
        "plan": {
            "global_constraints": {},
            "steps": steps,
            "validation_checks": ["Every call answered."],
            "expected_end_state": f"The {thing} is settled.",
        },
        "negatives": {"confusers": random.sample(unused, min(1, len(unused)))},
        "domain": "small shop",
    }
    return record(f"shop-{blueprint.index:06d}", decoded, blueprint, CREATED_AT, "teacher-1")


def _steps(blueprint: Blueprint, apis: dict[str, Api], random: Random) -> list[dict[str, Any]]:
    place = {name: position + 1 for position, name in enumerate(blueprint.focus)}
    flows = {
        (flow.consumer, flow.parameter): flow
        for flow in blueprint.flows
        if place[flow.producer] < place[flow.consumer]
    }
    used: dict[int, list[str]] = {number: [] for number in place.values()}
    for flow in flows.values():
        used[place[flow.producer]].append(_rooted(flow, apis))
    steps = []
    for name, number in place.items():
        arguments: dict[str, Any] = {}
        depends_on = set()
        for parameter in apis[name].parameters:
            source = flows.get((name, parameter.name))
            if source is not None:
                arguments[parameter.name] = f"${{steps.{place[source.producer]}.{_rooted(source, apis)}}}"
                depends_on.add(place[source.producer])
            elif parameter.required or (name, parameter.name) in blueprint.required:
                arguments[parameter.name] = value_for(parameter, random)
        _order_bounds(arguments)
        outputs = list(dict.fromkeys(_first(path) for path in used[number]))
        steps.append(
            {
                "index": number,
                "action": f"Call number {number}",
                "api": name,
                "arguments": arguments,
                "depends_on": sorted(depends_on),
                "outputs": outputs,
                "reasoning": "The task asks for it.",
                "failure_modes": ["The service is down."],
                "retries": 1,
            }
        )
    return steps


def _said(steps: list[dict[str, Any]]) -> list[str]:
    """Every value that the steps hold, each once, as a person would say it in passing."""
    values = (leaf for step in steps for _, leaf in leaves(step["arguments"], ()))
    return list(
        dict.fromkeys(str(leaf) for leaf in values if "${" not in str(leaf) and not isinstance(leaf, bool))
    )


def _order_bounds(arguments: dict[str, Any]) -> None:
    """Put the dates of a period in order."""
    for holder in (arguments, arguments.get("period")):
        for low, high in (("placed_from", "placed_to"), ("start", "end")):
            if (
                isinstance(holder, dict)
                and low in holder
                and high in holder
                and "$" not in holder[low] + holder[high]
            ):
                holder[low], holder[high] = sorted((holder[low], holder[high]))


def _rooted(flow: Flow, apis: dict[str, Api]) -> str:
    response = apis[flow.producer].responses
    if is_known(response) and not is_object(response) and not flow.path.startswith(RESULT):
        return f"{RESULT}{'' if flow.path.startswith('[') else '.'}{flow.path}"
    return flow.path


def _first(path: str) -> str:
    return path.split(".")[0].split("[")[0]


def value_for(parameter: Parameter, random: Random) -> Any:
    """A value that the parameter accepts."""
    if parameter.enum and parameter.type != "array":
        return random.choice(parameter.enum)
    return fitting(effective_schema(parameter), random)


def fitting(schema: Any, random: Random) -> Any:
    """A value of the schema; patterns other than two capital letters are left to the schema's own example."""
    options = [branch for branch in branches(schema) if declared_types(branch)]
    branch = options[0] if options else {}
    if branch.get("enum"):
        return random.choice(branch["enum"])
    kinds = declared_types(branch) - {"null"}
    if "pattern" in branch or len(options) > 1:
        return random.choice(["DE", "FR", "IT"]) if branch.get("pattern") == "^[A-Z]{2}$" else sample(schema)
    if "object" in kinds:
        names = branch.get("properties", {})
        return {
            name: fitting(child, random)
            for name, child in names.items()
            if name in branch.get("required", names)
        }
    if "array" in kinds:
        count = max(random.randrange(1, 3), branch.get("minItems", 0))
        return [fitting(branch.get("items", {}), random) for _ in range(count)]
    if "boolean" in kinds:
        return random.random() < 0.5
    if kinds & {"integer", "number"}:
        low, high = branch.get("minimum", 1), branch.get("maximum", branch.get("minimum", 1) + 50)
        number = random.randint(int(low), int(max(low, high)))
        return number if "integer" in kinds else number + random.choice((0, 0.5)) * (number < high)
    return _text(branch, random)


def _text(branch: dict[str, Any], random: Random) -> str:
    day, hour = random.randrange(1, 28), random.randrange(24)
    forms = {
        "uuid": str(UUID(int=random.getrandbits(128), version=4)),
        "email": f"{random.choice(_PEOPLE).lower().replace(' ', '.')}@example.com",
        "date-time": f"2026-04-{day:02d}T{hour:02d}:00:00Z",
        "date": f"2026-04-{day:02d}",
        "uri": f"https://example.com/{random.choice(_WORDS)}/{day}",
    }
    if branch.get("format") in forms:
        return forms[branch["format"]]
    text = f"{random.choice(_WORDS)} {random.randrange(100)}"
    return text[: branch.get("maxLength", 200)].ljust(branch.get("minLength", 0), "x")
