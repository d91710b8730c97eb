"""A plan's calls as they are compared, read leniently, and what stands for each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.finetune.measure.values import Producer
from shared.plan.references import Use, find


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a plan; `index` is what references and dependencies name it by."""

    index: int
    api: str
    arguments: Mapping[str, Any]
    depends_on: tuple[int, ...]

    def uses(self) -> list[Use]:
        """The references in its arguments."""
        return [use for use in find(dict(self.arguments)) if isinstance(use, Use)]


def steps_of(plan: Mapping[str, Any] | None) -> list[Step]:
    """The calls of a plan as far as they can be read; what is no call is left out."""
    steps = plan.get("steps") if plan else None
    found = []
    for place, step in enumerate(steps if isinstance(steps, list) else (), start=1):
        if isinstance(step, Mapping) and isinstance(step.get("api"), str):
            index, arguments, needed = (step.get(name) for name in ("index", "arguments", "depends_on"))
            found.append(
                Step(
                    index=index if isinstance(index, int) else place,
                    api=step["api"],
                    arguments=arguments if isinstance(arguments, Mapping) else {},
                    depends_on=tuple(n for n in needed if isinstance(n, int))
                    if isinstance(needed, list)
                    else (),
                )
            )
    return found


def identity(steps: Sequence[Step]) -> dict[int, int]:
    """Each place as its own counterpart."""
    return {place: place for place in range(len(steps))}


def names(steps: Sequence[Step], counterpart: Mapping[int, int] | None) -> list[Hashable]:
    """What the call in each place stands for: its counterpart's place, else a thing of its own.

    Without any counterpart known (None), its API.
    """
    if counterpart is None:
        return [("api", step.api) for step in steps]
    return [
        ("step", counterpart[place]) if place in counterpart else ("extra", place)
        for place in range(len(steps))
    ]


def producers(steps: Sequence[Step], named: Sequence[Hashable]) -> Producer:
    """What references of `steps` refer to, by the `names` of their places; a thing of its own where no step is."""
    found = {step.index: name for step, name in zip(steps, named, strict=True)}
    return lambda index: found.get(index, ("nothing", index))
