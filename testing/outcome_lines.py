"""Outcomes of a run of any length, made as they are asked for: what publishing is measured with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import orjson

from shared.catalog.model import Api, Catalog, Parameter
from shared.names import SEGMENT_SIZE

OPERATIONS = 300
_VERBS = (
    "show cancel update create refund ship track approve export archive merge assign rename notify".split()
)
_NOUNS = (
    "order invoice customer parcel ticket account report payment contract shipment refund voucher".split()
)
_OPENERS = (
    "Could you please",
    "I need you to",
    "Quickly",
    "For the audit,",
    "As soon as you can,",
    "Before noon",
    "Our client asks us to",
)
_SYLLABLES = "ba de fi go ku la me ni po ru sa te vi wo xa ze".split()
WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]


def catalog() -> Catalog:
    """300 operations with four parameters each."""
    parameters = tuple(
        Parameter(name, "body", kind, required=name == "id")
        for name, kind in (("id", "string"), ("status", "string"), ("limit", "integer"), ("note", "string"))
    )
    names = (f"{_VERBS[n % 14]}.{_NOUNS[n // 14 % 12]}.{n}" for n in range(OPERATIONS))
    return Catalog(
        "Synthetic", apis=tuple(Api(name, description=name, parameters=parameters) for name in names)
    )


def outcome_line(index: int, operations: list[str]) -> bytes:
    """The outcome of `index`: about 3 kB; one in eight rejected, one in thirty a near-duplicate."""
    rnd = random.Random(index)
    repeats = index > 100 and rnd.random() < 1 / 30
    told = random.Random(f"told {rnd.randrange(index) if repeats else index}")
    called = told.sample(operations, told.choice((1, 2, 2, 3, 3, 4)))
    value = f"{rnd.choice('ABCDEF')}-{rnd.randrange(10**6)}"
    phrases = " and ".join(
        f"{name.split('.')[0]} the {told.choice(WORDS)} {name.split('.')[1]}" for name in called
    )
    extra = " ".join(told.choice(WORDS) for _ in range(told.randrange(6, 16)))
    task = f"{told.choice(_OPENERS)} {phrases} for {value}, {extra} with limit {rnd.randrange(50)}."
    accepted = rnd.random() >= 1 / 8
    outcome: dict[str, Any] = {
        "index": index,
        "status": "accepted" if accepted else "rejected",
        "reason": "" if accepted else rnd.choice(("wrong_type", "unknown_api", "bad_dependency")),
        "record": _record(index, task, called, value, rnd) if accepted else None,
        "attempts": [
            {"result": "valid", "tokens": {"prompt": 2900, "cached": 2048, "completion": 420}, "latency_ms": 900,
             "errors": [], "plan": None}
        ],
        "errors": [],
        "blueprint": {"slice": 0, "focus": called, "shape": "chain", "variation": "plain", "difficulty": "M"},
        "model": "emulator-teacher",
        "deferrals": 0,
        "finished_at": f"2026-01-01T{index // 3600 % 24:02}:{index // 60 % 60:02}:{index % 60:02}+00:00",
    }  # fmt: skip
    return orjson.dumps(outcome, option=orjson.OPT_APPEND_NEWLINE)


def _record(index: int, task: str, called: list[str], value: str, rnd: random.Random) -> dict[str, Any]:
    steps = [
        {
            "index": number,
            "action": f"Call {api} for the person's request",
            "api": api,
            "arguments": {
                "id": value if number == 1 else f"${{steps.{number - 1}.id}}",
                "limit": rnd.randrange(50),
                **({"note": rnd.choice(WORDS)} if rnd.random() < 0.5 else {}),
            },
            "depends_on": [number - 1] if number > 1 else [],
            "outputs": ["id"],
            "reasoning": f"The {api} operation gives what the next step needs, and nothing more is asked for here.",
            "failure_modes": ["not found", "service unavailable"],
            "retries": 1,
        }
        for number, api in enumerate(called, start=1)
    ]
    return {
        "task_id": f"synthetic-{index:07}",
        "task_nl": task,
        "assumptions": ["the person may do this"],
        "plan": {
            "global_constraints": {"currency": "EUR"},
            "steps": steps,
            "validation_checks": ["every step answered with a success"],
            "expected_end_state": "what was asked for is done and confirmed",
        },
        "negatives": {"confusers": [called[0]]},
        "metadata": {
            "domain": "commerce",
            "difficulty": ("XS", "S", "M", "L", "XL")[min(4, len(called) - 1)],
            "source": "synthetic",
            "created_at": "2026-01-01T00:00:00+00:00",
            "generator_model": "emulator-teacher",
            "version": 1,
        },
    }


def segments(count: int, operations: list[str]) -> Iterator[tuple[range, list[bytes]]]:
    """Segments of outcome lines, shuffled within the segment as a log is."""
    for start in range(0, count, SEGMENT_SIZE):
        indices = range(start, min(start + SEGMENT_SIZE, count))
        lines = [outcome_line(index, operations) for index in indices]
        random.Random(start).shuffle(lines)
        yield indices, lines
