"""Outcomes, records and a catalog for the dataset's tests: valid by default, each part open to change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import orjson

from shared.catalog.model import Api, Catalog, Parameter
from shared.dataset.outcome import Attempt, Outcome
from shared.dataset.publication import Publication
from shared.dataset.published_run import PublishedRun
from shared.tokens import Tokens

STARTED_AT = "2026-03-01T09:00:00+00:00"
FINISHED_AT = "2026-03-01T09:10:00+00:00"
RUN = "depot-0123456789"

_SUBJECTS = "lamp chair kettle blanket basket mirror carpet teapot candle bottle notebook umbrella".split()
_MANNERS = "quickly quietly carefully twice tomorrow today later soon politely secretly gladly firmly".split()
_PLACES = "Oslo Lima Kyoto Quito Lagos Turin Perth Davos Malmo Izmir Porto Tunis".split()
_ASKS = "repair sell return wrap paint measure weigh photograph donate hide polish count".split()


def catalog(operations: int = 6) -> Catalog:
    """`operations` operations `depot.op0`, … with one required and one optional parameter."""
    parameters = (
        Parameter("id", "path", "string", required=True, description="What to act on."),
        Parameter("limit", "query", "integer"),
    )
    apis = (
        Api(f"depot.op{n}", f"Operation {n}.", "POST", f"/op{n}", (), parameters) for n in range(operations)
    )
    return Catalog("Depot", "A depot.", tuple(apis))


def task(number: int) -> str:
    """A task that is like no other number's."""
    rnd = Random(number)
    chosen = [rnd.choice(words) for words in (_ASKS, _SUBJECTS, _MANNERS, _PLACES) for _ in range(3)]
    return " ".join(chosen)


def plan(*apis: str, **arguments: Any) -> dict[str, Any]:
    """A chain of calls; the first one has `arguments`, each other one takes the output before it."""
    calls = apis or ("depot.op0",)
    return {
        "global_constraints": {},
        "steps": [
            {
                "index": number,
                "action": f"Call {api}",
                "api": api,
                "arguments": (arguments or {"id": "A-1"})
                if number == 1
                else {"id": f"${{steps.{number - 1}.id}}"},
                "depends_on": [number - 1] if number > 1 else [],
                "outputs": ["id"],
                "reasoning": "It is needed.",
                "failure_modes": [],
                "retries": 0,
            }
            for number, api in enumerate(calls, start=1)
        ],
        "validation_checks": [],
        "expected_end_state": "Done.",
    }


def record(number: int = 0, *, task_nl: str | None = None, **changes: Any) -> dict[str, Any]:
    """A record of the record schema."""
    return {
        "task_id": f"depot-{number:06d}",
        "task_nl": task(number) if task_nl is None else task_nl,
        "assumptions": [],
        "plan": plan(f"depot.op{number % 6}"),
        "negatives": {"confusers": []},
        "metadata": {
            "domain": "depot",
            "difficulty": ("XS", "S", "M", "L", "XL")[number % 5],
            "source": "synthetic",
            "created_at": STARTED_AT,
            "generator_model": "gpt-4.1-2025-04-14",
            "version": 1,
        },
        **changes,
    }


def attempt(result: str = "valid", **changes: Any) -> Attempt:
    """A call of 100 prompt tokens, 40 of them cached, and 30 completion tokens."""
    return Attempt(**{"result": result, "tokens": Tokens(100, 40, 30), "latency_ms": 500, **changes})


def accepted(index: int, **changes: Any) -> Outcome:
    """An accepted outcome; `record` may be given."""
    given = changes.pop("record", None) or record(index)
    focus = [step["api"] for step in given["plan"]["steps"]]
    base: dict[str, Any] = {
        "index": index,
        "status": "accepted",
        "record": given,
        "attempts": (attempt(),),
        "blueprint": {"slice": 0, "focus": focus, "shape": "single", "variation": "plain", "difficulty": "S"},
        "model": "gpt-4.1-2025-04-14",
        "finished_at": FINISHED_AT,
    }
    return Outcome(**{**base, **changes})


def rejected(index: int, reason: str = "wrong_type", **changes: Any) -> Outcome:
    """An outcome whose answer stayed bad."""
    error = {"code": reason, "step": 1, "path": "steps[0].arguments.limit", "message": "must be an integer"}
    base: dict[str, Any] = {
        "index": index,
        "status": "rejected",
        "reason": reason,
        "attempts": (attempt("invalid", errors=(error,), plan=plan("depot.op1")),),
        "errors": (error,),
        "blueprint": {"slice": 0, "focus": ["depot.op1"], "shape": "single", "variation": "plain"},
        "model": "gpt-4.1-2025-04-14",
        "finished_at": FINISHED_AT,
    }
    return Outcome(**{**base, **changes})


def mixed(count: int, *, rejected_every: int = 7) -> list[Outcome]:
    """`count` outcomes in index order, some of them rejected."""
    return [
        rejected(index) if index % rejected_every == rejected_every - 1 else accepted(index)
        for index in range(count)
    ]


def plain(outcome: Outcome) -> dict[str, Any]:
    """The outcome as publishing reads it."""
    line: dict[str, Any] = orjson.loads(outcome.to_line())
    return line


def publication(*, operations: int = 6, **options: Any) -> Publication:
    """A publication of the depot's catalog."""
    run = PublishedRun(
        run_id=RUN,
        catalog=catalog(operations),
        options={"samples": 100, "seed": 0, "validation_fraction": 0.125, "teacher": "teacher", **options},
        started_at=STARTED_AT,
        app_version="1.2.3",
    )
    return Publication(run)


def published(outcomes: Sequence[Outcome] | Iterable[bytes], **options: Any) -> dict[str, bytes]:
    """Every file that the outcomes (in index order) become, manifest left out."""
    lines = [outcome.to_line() if isinstance(outcome, Outcome) else outcome for outcome in outcomes]
    return written(publication(**options), lines)


def written(making: Publication, lines: Sequence[bytes]) -> dict[str, bytes]:
    """Every file that a publication makes of the lines, manifest left out."""
    for line in lines:
        making.observe(orjson.loads(line))
    files = dict.fromkeys(making.paths(), b"")
    for line in lines:
        for path, row in making.rows(orjson.loads(line)):
            files[path] += row
    files.update(making.closing({path: data.count(b"\n") for path, data in files.items()}))
    return files
