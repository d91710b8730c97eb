"""Faults of the answer as text, of the task, and what must not stand in a record."""

from __future__ import annotations

from random import Random

import orjson

from testing.faults.fault import Apis, Record, answer, literals_of, schema_of


def truncated(record: Record, apis: Apis, random: Random) -> str:
    text = answer(record)
    return text[: random.randrange(len(text) // 3, len(text) - 1)]


def prose(record: Record, apis: Apis, random: Random) -> str:
    text = answer(record)
    return random.choice(
        (f"Here is the plan:\n{text}", f"```json\n{text}\n```", f"{text}\n\nLet me know if that helps!")
    )


def python_repr(record: Record, apis: Apis, random: Random) -> str:
    return repr(orjson.loads(answer(record)))


def python_value(record: Record, apis: Apis, random: Random) -> str | None:
    wire = orjson.loads(answer(record))
    for step in wire["steps"]:
        for pair in step["arguments"]:
            value = orjson.loads(pair["value_json"])
            if isinstance(value, dict | list | bool) or (isinstance(value, str) and value):
                pair["value_json"] = repr(value)
                return orjson.dumps(wire).decode()
    return None


def python_text(record: Record, apis: Apis, random: Random) -> Record | None:
    """A list or object in Python's spelling inside a text argument."""
    for step, name, _ in literals_of(record, random):
        schema = schema_of(apis, step, name)
        if schema.get("type") == "string" and not schema.keys() & {"enum", "format", "pattern", "maxLength"}:
            step["arguments"][name] = repr(random.choice(({"a": "b"}, ["x", "y"], None)))
            return record
    return None


def missing_member(record: Record, apis: Apis, random: Random) -> str:
    wire = orjson.loads(answer(record))
    holder = random.choice((wire, wire["steps"][0]))
    del holder[random.choice([name for name in holder if name != "steps"])]
    return orjson.dumps(wire).decode()


def repeated_argument(record: Record, apis: Apis, random: Random) -> str | None:
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


def secret(record: Record, apis: Apis, random: Random) -> Record | None:
    for step, name, _ in literals_of(record, random):
        schema = schema_of(apis, step, name)
        if schema.get("type") == "string" and not schema.keys() & {"enum", "format", "pattern", "maxLength"}:
            step["arguments"][name] = _fake_secret(random)
            return record
    record["task_nl"] += f" Use {_fake_secret(random)} for it."
    return record


def personal(record: Record, apis: Apis, random: Random) -> Record | None:
    number = random.randrange(10, 99)
    record["task_nl"] += random.choice(
        (
            f" Answer to anna.real{number}@gmail.com please.",
            f" Call +49 30 9018 {number}20 if in doubt.",
            f" It is for j.{number}@acme-corp.de.",
        )
    )
    return record


def leaked_ids(record: Record, apis: Apis, random: Random) -> Record | None:
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


def short_task(record: Record, apis: Apis, random: Random) -> Record | None:
    record["task_nl"] = random.choice(("Do it", "", "Orders", "a b c", "Go."))
    return record


def long_task(record: Record, apis: Apis, random: Random) -> Record | None:
    record["task_nl"] = (record["task_nl"] + " ") * 60
    return record


def bad_confuser(record: Record, apis: Apis, random: Random) -> Record | None:
    called = record["plan"]["steps"][0]["api"]
    record["negatives"]["confusers"] = [random.choice((called, "no_such_api"))]
    return record


def no_steps(record: Record, apis: Apis, random: Random) -> Record | None:
    record["plan"]["steps"] = []
    return record
