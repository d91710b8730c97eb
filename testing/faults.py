"""Faults to plant in good records: one function a class, each makes exactly one kind of fault or says it cannot."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson

from shared.catalog.model import Api
from shared.plan.fit import misfit
from shared.plan.parameter_check import ParameterCheck
from shared.plan.references import Use, find, parse_path
from shared.plan.schema_paths import at, in_response, leaves, type_of
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


def _arguments(record: Record, random: Random) -> list[tuple[Record, str, Any]]:
    found = [(s, name, value) for s in record["plan"]["steps"] for name, value in s["arguments"].items()]
    random.shuffle(found)
    return found


def _literals(record: Record, random: Random) -> Iterator[tuple[Record, str, Any]]:
    return (item for item in _arguments(record, random) if not list(find(item[2])))


def _uses(record: Record, random: Random) -> Iterator[tuple[Record, Use]]:
    found = [
        (s, u)
        for s in record["plan"]["steps"]
        for u in find(s["arguments"])
        if isinstance(u, Use) and u.whole
    ]
    random.shuffle(found)
    return iter([(step, use) for step, use in found if len(use.where) == 1])


def _schema(apis: Apis, step: Record, name: str) -> dict[str, Any]:
    parameter = apis[step["api"]].parameter(name)
    return ParameterCheck(parameter).schema if parameter else {}


def _wrong_type(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in _literals(record, random):
        kind = _schema(apis, step, name).get("type")
        others = [other for other in (7.25, "seven", True, [1], {"a": 1}) if type_of(other) != kind]
        others = [
            other for other in others if not (kind in ("number", "integer") and isinstance(other, float))
        ]
        if isinstance(kind, str) and type_of(value) == kind:
            step["arguments"][name] = random.choice(others)
            return record
    return None


def _quoted_number(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in _literals(record, random):
        if isinstance(value, int | float) and _schema(apis, step, name).get("type") in (
            "integer",
            "number",
            "boolean",
        ):
            step["arguments"][name] = str(value).lower()
            return record
    return None


def _missing_required(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, _ in _arguments(record, random):
        parameter = apis[step["api"]].parameter(name)
        if parameter and parameter.required:
            del step["arguments"][name]
            return record
    return None


def _missing_field(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in _literals(record, random):
        required = _schema(apis, step, name).get("required", [])
        if isinstance(value, dict) and required:
            del value[random.choice(required)]
            return record
    return None


def _unknown_argument(record: Record, apis: Apis, random: Random) -> Record | None:
    step = random.choice(record["plan"]["steps"])
    step["arguments"][random.choice(("priority_level", "verbose_mode", "callback", "dry"))] = "high"
    return record


def _unknown_field(record: Record, apis: Apis, random: Random) -> Record | None:
    for _, _, value in _literals(record, random):
        holder = value[0] if isinstance(value, list) and value else value
        if isinstance(holder, dict) and holder:
            holder["invented_field"] = 1
            return record
    return None


def _invented_api(record: Record, apis: Apis, random: Random) -> Record | None:
    step = random.choice(record["plan"]["steps"])
    step["api"] = random.choice(
        (step["api"] + "_v2", "smart_" + step["api"], step["api"].upper(), "do_everything")
    )
    return record


def _dangling_path(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, use in _uses(record, random):
        producer = apis[record["plan"]["steps"][use.reference.step - 1]["api"]]
        parts = (*use.reference.parts[:-1], "no_such_field")
        if in_response(producer.responses, parts) is None and len(parts) > 1:
            step["arguments"][use.where[0]] = str(type(use.reference)(use.reference.step, parts))
            return record
    return None


def _dangling_step(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, use in _uses(record, random):
        beyond = len(record["plan"]["steps"]) + random.randrange(1, 5)
        step["arguments"][use.where[0]] = str(type(use.reference)(beyond, use.reference.parts))
        return record
    return None


def _forward_reference(record: Record, apis: Apis, random: Random) -> Record | None:
    steps = record["plan"]["steps"]
    for step, use in _uses(record, random):
        later = random.randrange(step["index"], len(steps) + 1)
        step["arguments"][use.where[0]] = str(type(use.reference)(later, use.reference.parts))
        return record
    return None


def _misspelt_reference(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, use in _uses(record, random):
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


def _ill_typed(record: Record, apis: Apis, random: Random) -> Record | None:
    """Another value of the same response whose type or format cannot be the parameter's."""
    for step, use in _uses(record, random):
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


def _undeclared_output(record: Record, apis: Apis, random: Random) -> Record | None:
    for _, use in _uses(record, random):
        outputs = record["plan"]["steps"][use.reference.step - 1]["outputs"]
        outputs[:] = [name for name in outputs if name != use.reference.parts[0]]
        return record
    return None


def _unknown_output(record: Record, apis: Apis, random: Random) -> Record | None:
    step = random.choice(record["plan"]["steps"])
    response = apis[step["api"]].responses
    if response and at(response, ("invented_output",)) is None:
        step["outputs"].append("invented_output")
        return record
    return None


def _missing_dependency(record: Record, apis: Apis, random: Random) -> Record | None:
    steps = record["plan"]["steps"]
    for step, use in _uses(record, random):
        step["depends_on"] = [other for other in step["depends_on"] if other != use.reference.step]
        reached = set(step["depends_on"])
        for other in sorted(reached, reverse=True):
            reached |= set(steps[other - 1]["depends_on"])
        if use.reference.step not in reached:
            return record
        step["depends_on"] = sorted({*step["depends_on"], use.reference.step})
    return None


def _unused_dependency(record: Record, apis: Apis, random: Random) -> Record | None:
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


def _cycle(record: Record, apis: Apis, random: Random) -> Record | None:
    steps = record["plan"]["steps"]
    if len(steps) < 2:
        return None
    first, last = sorted(random.sample(range(1, len(steps) + 1), 2))
    steps[first - 1]["depends_on"] = sorted({*steps[first - 1]["depends_on"], last})
    steps[last - 1]["depends_on"] = sorted({*steps[last - 1]["depends_on"], first})
    return record


def _bad_index(record: Record, apis: Apis, random: Random) -> Record | None:
    steps = record["plan"]["steps"]
    steps[random.randrange(len(steps))]["index"] = random.choice((len(steps) + 1, len(steps) + 7))
    return record


def _bad_enum(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in _literals(record, random):
        if _schema(apis, step, name).get("enum"):
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


def _bad_format(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, _ in _literals(record, random):
        form = _schema(apis, step, name).get("format")
        if form in _BAD_FORMATS:
            step["arguments"][name] = random.choice(_BAD_FORMATS[form])
            return record
    return None


def _out_of_range(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, value in _literals(record, random):
        schema = _schema(apis, step, name)
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
                pair = [(_schema(apis, step, one), values[other]), (_schema(apis, step, other), values[one])]
                if any(_kind(schema) != _kind_of(value) for schema, value in pair):
                    values[one], values[other] = values[other], values[one]
                    return record
    return None


def _kind(schema: dict[str, Any]) -> tuple[Any, ...]:
    return schema.get("type"), schema.get("format"), tuple(map(str, schema.get("enum", ())))


def _kind_of(value: Any) -> tuple[Any, ...]:
    return type_of(value), None, ()


def _swapped_literals(record: Record, apis: Apis, random: Random) -> Record | None:
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


def _swapped_ids(record: Record, apis: Apis, random: Random) -> Record | None:
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


def _reversed_period(record: Record, apis: Apis, random: Random) -> Record | None:
    for _, name, value in _literals(record, random):
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


def _truncated(record: Record, apis: Apis, random: Random) -> str:
    text = answer(record)
    return text[: random.randrange(len(text) // 3, len(text) - 1)]


def _prose(record: Record, apis: Apis, random: Random) -> str:
    text = answer(record)
    return random.choice(
        (f"Here is the plan:\n{text}", f"```json\n{text}\n```", f"{text}\n\nLet me know if that helps!")
    )


def _python_repr(record: Record, apis: Apis, random: Random) -> str:
    return repr(orjson.loads(answer(record)))


def _python_value(record: Record, apis: Apis, random: Random) -> str | None:
    wire = orjson.loads(answer(record))
    for step in wire["steps"]:
        for pair in step["arguments"]:
            value = orjson.loads(pair["value_json"])
            if isinstance(value, dict | list | bool) or (isinstance(value, str) and value):
                pair["value_json"] = repr(value)
                return orjson.dumps(wire).decode()
    return None


def _python_text(record: Record, apis: Apis, random: Random) -> Record | None:
    """A list or object in Python's spelling inside a text argument."""
    for step, name, _ in _literals(record, random):
        schema = _schema(apis, step, name)
        if schema.get("type") == "string" and not schema.keys() & {"enum", "format", "pattern", "maxLength"}:
            step["arguments"][name] = repr(random.choice(({"a": "b"}, ["x", "y"], None)))
            return record
    return None


def _missing_member(record: Record, apis: Apis, random: Random) -> str:
    wire = orjson.loads(answer(record))
    holder = random.choice((wire, wire["steps"][0]))
    del holder[random.choice([name for name in holder if name != "steps"])]
    return orjson.dumps(wire).decode()


def _repeated_argument(record: Record, apis: Apis, random: Random) -> str | None:
    wire = orjson.loads(answer(record))
    step = random.choice(wire["steps"])
    if not step["arguments"]:
        return None
    step["arguments"].append(dict(random.choice(step["arguments"])))
    return orjson.dumps(wire).decode()


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789"


def _fake_secret(random: Random) -> str:
    """A made-up credential in a known form."""

    def draw(count: int, letters: str = _LETTERS) -> str:
        return "".join(random.choice(letters) for _ in range(count))

    forms = (
        "AKIA" + draw(16, "ABCDEFGHJKLMNPQRSTUVWXYZ234567"),
        "gh" + "p_" + draw(36),
        "Bearer ey" + "J" + draw(30) + "." + draw(40) + "." + draw(30),
        "AccountKey=" + draw(86) + "==",
        "postgres://admin:" + draw(14) + "@db.example.com/main",
        "password=" + draw(14),
        "-----BEGIN PRIVATE " + "KEY-----\n" + draw(64) + "\n-----END PRIVATE " + "KEY-----",
    )
    return random.choice(forms)


def _secret(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, _ in _literals(record, random):
        schema = _schema(apis, step, name)
        if schema.get("type") == "string" and not schema.keys() & {"enum", "format", "pattern", "maxLength"}:
            step["arguments"][name] = _fake_secret(random)
            return record
    record["task_nl"] += f" Use {_fake_secret(random)} for it."
    return record


def _personal(record: Record, apis: Apis, random: Random) -> Record | None:
    number = random.randrange(10, 99)
    record["task_nl"] += random.choice(
        (
            f" Answer to anna.real{number}@gmail.com please.",
            f" Call +49 30 9018 {number}20 if in doubt.",
            f" It is for j.{number}@acme-corp.de.",
        )
    )
    return record


def _leaked_ids(record: Record, apis: Apis, random: Random) -> Record | None:
    api = apis[random.choice(record["plan"]["steps"])["api"]]
    record["task_nl"] += random.choice(
        (
            f" Call {api.name} for it.",
            f" Then run {api.name}.",
            f" Use `{api.name}`.",
            f" It is {api.method} {api.path}.",
        )
    )
    return record


def _short_task(record: Record, apis: Apis, random: Random) -> Record | None:
    record["task_nl"] = random.choice(("Do it", "", "Orders", "a b c", "Go."))
    return record


def _long_task(record: Record, apis: Apis, random: Random) -> Record | None:
    record["task_nl"] = (record["task_nl"] + " ") * 60
    return record


def _bad_confuser(record: Record, apis: Apis, random: Random) -> Record | None:
    called = record["plan"]["steps"][0]["api"]
    record["negatives"]["confusers"] = [random.choice((called, "no_such_api"))]
    return record


def _no_steps(record: Record, apis: Apis, random: Random) -> Record | None:
    record["plan"]["steps"] = []
    return record


def _fault(name: str, plant: Plant, *codes: str) -> Fault:
    return Fault(name, frozenset(codes), plant)


FAULTS: tuple[Fault, ...] = (
    _fault("wrong type", _wrong_type, "wrong_type", "bad_format", "not_in_enum"),
    _fault("number or flag as text", _quoted_number, "wrong_type"),
    _fault("missing required argument", _missing_required, "missing_argument"),
    _fault("missing required field inside an argument", _missing_field, "missing_argument"),
    _fault("unknown argument", _unknown_argument, "unknown_argument"),
    _fault("unknown field inside an argument", _unknown_field, "unknown_argument"),
    _fault("invented API", _invented_api, "unknown_api"),
    _fault("reference to a path that is not there", _dangling_path, "unresolved_reference"),
    _fault("reference to a step that is not there", _dangling_step, "unresolved_reference"),
    _fault("forward reference", _forward_reference, "forward_reference"),
    _fault("misspelt reference", _misspelt_reference, "unresolved_reference"),
    _fault("ill-typed reference", _ill_typed, "reference_type"),
    _fault("undeclared output", _undeclared_output, "undeclared_output"),
    _fault("output that the response lacks", _unknown_output, "unknown_output"),
    _fault("reference without dependency", _missing_dependency, "missing_dependency"),
    _fault("unused dependency", _unused_dependency, "unused_dependency"),
    _fault("cycle", _cycle, "cycle"),
    _fault("wrong index", _bad_index, "bad_index"),
    _fault("bad enum", _bad_enum, "not_in_enum"),
    _fault("bad format", _bad_format, "bad_format"),
    _fault("out of range", _out_of_range, "out_of_range"),
    _fault(
        "swapped arguments",
        _swapped_literals,
        "wrong_type",
        "bad_format",
        "not_in_enum",
        "out_of_range",
        "swapped_arguments",
        "missing_argument",
    ),
    _fault("swapped ids of two resources", _swapped_ids, "swapped_arguments", "suspect_reference"),
    _fault("period that ends before it starts", _reversed_period, "swapped_arguments"),
    _fault("truncated JSON", _truncated, "truncated_json"),
    _fault("prose round the JSON", _prose, "prose_around_json"),
    _fault("Python repr", _python_repr, "python_repr"),
    _fault("Python repr in a value", _python_value, "python_repr", "bad_value_json"),
    _fault("Python repr as text", _python_text, "python_repr"),
    _fault("missing member", _missing_member, "schema"),
    _fault("argument given twice", _repeated_argument, "duplicate_argument"),
    _fault("no steps", _no_steps, "schema"),
    _fault("secret in a value", _secret, "secret"),
    _fault("personal data", _personal, "personal_data"),
    _fault("task leaking API ids", _leaked_ids, "task_names_api"),
    _fault("task too short", _short_task, "task_too_short"),
    _fault("task too long", _long_task, "task_too_long"),
    _fault("bad confuser", _bad_confuser, "bad_confuser"),
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
