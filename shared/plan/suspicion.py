"""Finds arguments that fit their types and are wrong all the same: exchanged values, another resource's id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from shared.identifiers import words_of
from shared.plan.api_check import ApiCheck
from shared.plan.case import Case
from shared.plan.codes import Finding, finding
from shared.plan.resources import given_resource, resource_before, wanted_resource

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")
_TIME_BOUNDS = (("start", "end"), ("from", "to"), ("since", "until"), ("after", "before"), ("begin", "end"))
_NUMBER_BOUNDS = (("min", "max"), ("minimum", "maximum"), ("lower", "upper"), ("gte", "lte"))
_NESTING = 8


def suspicions(case: Case) -> Iterator[Finding]:
    """Arguments that hold each other's values, and ids of another resource where the wanted one is at hand."""
    for position, (step, check) in enumerate(zip(case.steps, case.checks, strict=True)):
        if check is not None:
            path = f"plan.steps[{position}].arguments"
            yield from _foreign_ids(case, position, check, path)
            yield from _reversed_bounds(step["arguments"], path, step["index"])
            yield from _crossed_examples(step, check, path)


def _foreign_ids(case: Case, position: int, check: ApiCheck, path: str) -> Iterator[Finding]:
    step = case.steps[position]
    pairs: dict[str, tuple[str, str]] = {}
    for use in case.uses[position]:
        producer = case.checks[use.reference.step - 1]
        if use.whole and len(use.where) == 1 and producer is not None:
            name = str(use.where[0])
            given = given_resource(producer.api, use.reference.parts)
            pairs[name] = (wanted_resource(check.api, name), given)
    for name, (wanted, given) in pairs.items():
        if not wanted or not given or _same(wanted, given) or _same(resource_before(check.api, name), given):
            continue
        partner = next((other for other, pair in pairs.items() if pair == (given, wanted)), None)
        if partner is not None:
            message = (
                f"'{name}' gets the id of the {given} and '{partner}' that of the {wanted}; exchange them"
            )
            yield finding("swapped_arguments", message, step=step["index"], path=f"{path}.{name}")
        elif {wanted, given} <= case.words.nouns and _at_hand(case, step["index"], wanted):
            message = f"'{name}' gets the id of the {given}, but an earlier step yields that of the {wanted}"
            yield finding("suspect_reference", message, step=step["index"], path=f"{path}.{name}")


def _same(wanted: str, given: str) -> bool:
    return bool(wanted) and (wanted.endswith(given) or given.endswith(wanted))


def _at_hand(case: Case, index: int, wanted: str) -> bool:
    checks = (case.checks[other - 1] for other in case.before[index])
    return any(wanted in check.offered for check in checks if check)


def _reversed_bounds(values: dict[str, Any], path: str, index: int, nesting: int = 0) -> Iterator[Finding]:
    """Pairs such as `start_date` and `end_date`, `min_price` and `max_price` whose lower end is the higher value."""
    by_words = {words_of(name): name for name in values} if len(values) > 1 else {}
    for name_words, name in by_words.items():
        for bounds, is_bound in ((_TIME_BOUNDS, _is_stamp), (_NUMBER_BOUNDS, _is_number)):
            other = _upper_end(name_words, bounds, by_words)
            if other is None:
                continue
            low, high = values[name], values[other]
            if is_bound(low) and is_bound(high) and _same_form(low, high) and low > high:
                message = f"'{name}' ({low}) comes after '{other}' ({high}); exchange them"
                yield finding("swapped_arguments", message, step=index, path=f"{path}.{name}")
    for name, value in values.items():
        if isinstance(value, dict) and nesting < _NESTING:
            yield from _reversed_bounds(value, f"{path}.{name}", index, nesting + 1)


def _upper_end(
    name: tuple[str, ...], bounds: tuple[tuple[str, str], ...], by_words: dict[tuple[str, ...], str]
) -> str | None:
    for low, high in bounds:
        if low in name:
            return by_words.get(tuple(high if word == low else word for word in name))
    return None


def _is_stamp(value: Any) -> bool:
    return isinstance(value, str) and _STAMP.fullmatch(value) is not None


def _same_form(one: Any, other: Any) -> bool:
    """Whether two bounds compare: numbers do, time stamps where they are equally long and so equally precise."""
    return not isinstance(one, str) or len(one) == len(other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _crossed_examples(step: dict[str, Any], check: ApiCheck, path: str) -> Iterator[Finding]:
    """Two arguments of which each holds the documented example of the other."""
    held = [
        (name, value, check.parameters[name].parameter.default)
        for name, value in step["arguments"].items()
        if name in check.parameters
        and isinstance(value, str)
        and check.parameters[name].parameter.default is not None
    ]
    by_value = {value: (name, default) for name, value, default in held}
    for name, value, default in held:
        partner = by_value.get(default) if isinstance(default, str) else None
        if partner and partner[0] != name and value != default and partner[1] == value and name < partner[0]:
            message = f"'{name}' holds the example of '{partner[0]}' and the other way round; exchange them"
            yield finding("swapped_arguments", message, step=step["index"], path=f"{path}.{name}")
