"""Which argument of a step takes which output of an earlier one."""

from __future__ import annotations

from local.openai_emulator.planning.assignment import Assignment
from local.openai_emulator.planning.draft import Step, reference
from local.openai_emulator.planning.language import words_of
from local.openai_emulator.planning.prompt_catalog import PromptApi, PromptParameter

_FREE_TEXT = frozenset(
    "description notes note comment message text body content query prompt question summary title subject".split()
)
_GENERIC = frozenset("id key name number code uuid reference".split())


def link_steps(
    steps: list[Step], assignment: Assignment, refused: frozenset[tuple[int, str]] = frozenset()
) -> None:
    """Put references into the steps' arguments: the assigned flows; where none are, what can follow by name.

    Args:
        steps: the steps in order; changed in place.
        assignment: holds the flows.
        refused: (step, parameter) that must not take a reference, because the last one was wrong.
    """
    wanted: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for producer, path, consumer, parameter in assignment.flows:
        wanted.setdefault((consumer, parameter), []).append((producer, path))
    for step in steps:
        for (consumer, parameter), sources in wanted.items():
            wanted_here = consumer == step.api.name and parameter in step.api.by_name
            if wanted_here and (step.index, parameter) not in refused:
                _link(step, parameter, sources, steps)
    if assignment.shape in ("single", "parallel") or assignment.flows:
        return
    for step in steps[1:]:
        if not step.depends_on():
            _link_by_name(step, steps, refused)


def _link(step: Step, parameter: str, sources: list[tuple[str, str]], steps: list[Step]) -> None:
    for producer, path in sources:
        earlier = [other for other in steps if other.index < step.index and other.api.name == producer]
        if earlier:
            step.arguments[parameter] = reference(earlier[-1].index, path)
            return


def _link_by_name(step: Step, steps: list[Step], refused: frozenset[tuple[int, str]]) -> None:
    earlier = [other for other in steps if other.index < step.index]
    candidates = [p for p in step.api.parameters if _can_be_fed(p) and (step.index, p.name) not in refused]
    candidates.sort(key=lambda p: not p.required)
    for producer in reversed(earlier):
        for parameter in candidates:
            path = _matching_path(producer.api, parameter)
            if path is not None:
                step.arguments[parameter.name] = reference(producer.index, path)
                return
    for producer in reversed(earlier):
        if producer.api.returns is None:
            fitting = next((p for p in candidates if p.type in ("string", "any") and _is_open(p)), None)
            if fitting is not None:
                step.arguments[fitting.name] = reference(producer.index, fitting.name)
                return
    _embed_in_text(step, earlier, candidates)


def _can_be_fed(parameter: PromptParameter) -> bool:
    plain = not parameter.enum and not parameter.is_selector and not parameter.is_credential
    return plain and parameter.location != "header" and parameter.type not in ("boolean", "object", "array")


def _is_open(parameter: PromptParameter) -> bool:
    spoken = words_of(parameter.name)
    return (
        bool(spoken) and not parameter.format and (parameter.required or spoken[-1] in _GENERIC | _FREE_TEXT)
    )


def _matching_path(producer: PromptApi, parameter: PromptParameter) -> str | None:
    target = words_of(parameter.name)
    specific = [word for word in target if word not in _GENERIC]
    for path, kind in producer.returns or ():
        if kind != parameter.type and not (kind == "integer" and parameter.type == "number"):
            continue
        spoken = words_of(path)
        same_leaf = spoken[-1:] == target[-1:]
        if specific and same_leaf and set(target) <= set(spoken) | producer.words:
            return path
    return None


def _embed_in_text(step: Step, earlier: list[Step], candidates: list[PromptParameter]) -> None:
    texts = [p for p in candidates if p.type == "string" and not p.format and words_of(p.name)[-1:] and
             words_of(p.name)[-1] in _FREE_TEXT and not p.schema]  # fmt: skip
    if not texts:
        return
    for producer in reversed(earlier):
        scalar = next(
            (path for path, kind in producer.api.returns or () if kind in ("string", "integer")), None
        )
        if scalar is not None:
            noun = producer.api.goal.noun or "result"
            step.arguments[texts[0].name] = f"Follow-up on the {noun}: {reference(producer.index, scalar)}"
            return
