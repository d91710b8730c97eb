"""Finds arguments that fit their types and are wrong all the same: exchanged values, another resource's id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from shared.catalog.model import Api
from shared.identifiers import words_of
from shared.plan.api_check import ApiCheck
from shared.plan.codes import Finding, finding
from shared.plan.data_flow import DataFlow
from shared.plan.references import Part, Use, parse_path
from shared.plan.schema_paths import RESULT, is_known, leaves

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")
_ID_WORDS = frozenset({"id", "ids", "uuid", "guid", "key"})
_TIME_BOUNDS = (("start", "end"), ("from", "to"), ("since", "until"), ("after", "before"), ("begin", "end"))
_NUMBER_BOUNDS = (("min", "max"), ("minimum", "maximum"), ("lower", "upper"), ("gte", "lte"))
_LISTED = 300
_NESTING = 8
_VARIABLE = ("{", ":", "<")
# Envelopes that say nothing of the resource they hold.
_WRAPPERS = frozenset(
    "data result item value response body payload content record entry list object attribute resource embedded "
    "property output node edge hit match row element page collection detail info".split()
)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def wanted_resource(api: Api, parameter: str) -> str:
    """The resource whose id a parameter takes, "" if unsaid: `order` for `order_id` or `/orders/{id}`."""
    name = words_of(parameter)
    if not name or name[-1] not in _ID_WORDS:
        return ""
    return _singular("_".join(name[:-1])) if len(name) > 1 else _segment_before(api, parameter)


def _segment_before(api: Api, parameter: str) -> str:
    """The resource that a path names right before a parameter: `order` in `/orders/{id}`."""
    here = re.escape(parameter)
    before = re.search(rf"/([^/{{}}:<>]+)/(?:\{{{{?{here}\}}|:{here}\b|<{here}>)", api.path)
    return _singular("_".join(words_of(before[1]))) if before else ""


def given_resource(api: Api, parts: tuple[Part, ...]) -> str:
    """The resource whose id a response path holds, "" if unsaid: `order` for `order.id`, `items[0].order_id`."""
    names = [part for part in parts if isinstance(part, str) and part != RESULT]
    leaf = words_of(names[-1]) if names else ()
    if not leaf or leaf[-1] not in _ID_WORDS:
        return ""
    if len(leaf) > 1:
        return _singular("_".join(leaf[:-1]))
    for holder in reversed(names[:-1]):
        resource = _singular("_".join(words_of(holder)))
        if resource not in _WRAPPERS:
            return resource
    return _answered_resource(api)


def _answered_resource(api: Api) -> str:
    """The resource that an API's path ends in: `order` for `/orders` and `/orders/{id}`, "" for an action on one."""
    segments = [part for part in api.path.split("/") if part]
    is_one = bool(segments) and segments[-1].startswith(_VARIABLE)
    static = [part for part in segments if not part.startswith(_VARIABLE)]
    if not static or not (is_one or static[-1].endswith("s")):
        return ""
    return _singular("_".join(words_of(static[-1])))


def nouns(apis: Iterable[Api]) -> frozenset[str]:
    """Resources that the catalog speaks of: singular words of its paths' segments and its APIs' names."""
    found = set()
    for api in apis:
        segments = [part for part in api.path.split("/") if part and not part.startswith(_VARIABLE)]
        found |= {_singular("_".join(words_of(part))) for part in segments}
        found |= {_singular(word) for word in words_of(api.name)}
    return frozenset(found - {""})


class OfferedIds:
    """Which resources' ids each API's response holds, worked out once an API."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}

    def of(self, api: Api) -> frozenset[str]:
        """Resources whose id the response of `api` offers."""
        if api.name not in self._known:
            paths = leaves(api.responses, limit=_LISTED) if is_known(api.responses) else []
            self._known[api.name] = frozenset(given_resource(api, parse_path(path)) for path, _ in paths) - {
                ""
            }
        return self._known[api.name]


def suspicions(flow: DataFlow, known_nouns: frozenset[str], offered: OfferedIds) -> Iterator[Finding]:
    """Arguments that hold each other's values, and ids of another resource where the wanted one is at hand."""
    for position, step in enumerate(flow.steps):
        check = flow.checks.get(step["api"])
        if check is None:
            continue
        path = f"plan.steps[{position}].arguments"
        uses = [use for use in flow.uses[position] if use.whole and len(use.where) == 1]
        yield from _foreign_ids(flow, step, check, uses, known_nouns, offered, path)
        yield from _reversed_bounds(step["arguments"], path, step["index"])
        yield from _crossed_examples(step, check, path)


def _foreign_ids(
    flow: DataFlow,
    step: dict[str, Any],
    check: ApiCheck,
    uses: list[Use],
    known_nouns: frozenset[str],
    offered: OfferedIds,
    path: str,
) -> Iterator[Finding]:
    pairs: dict[str, tuple[str, str]] = {}
    for use in uses:
        if not 1 <= use.reference.step < step["index"]:
            continue
        producer = flow.checks.get(flow.steps[use.reference.step - 1]["api"])
        name = str(use.where[0])
        if producer is not None:
            pairs[name] = (
                wanted_resource(check.api, name),
                given_resource(producer.api, use.reference.parts),
            )
    for name, (wanted, given) in pairs.items():
        if not wanted or not given or _same(wanted, given) or _same(_segment_before(check.api, name), given):
            continue
        partner = next((other for other, pair in pairs.items() if pair == (given, wanted)), None)
        if partner is not None:
            message = (
                f"'{name}' gets the id of the {given} and '{partner}' that of the {wanted}; exchange them"
            )
            yield finding("swapped_arguments", message, step=step["index"], path=f"{path}.{name}")
        elif {wanted, given} <= known_nouns and _at_hand(flow, step, wanted, offered):
            message = f"'{name}' gets the id of the {given}, but an earlier step yields that of the {wanted}"
            yield finding("suspect_reference", message, step=step["index"], path=f"{path}.{name}")


def _same(wanted: str, given: str) -> bool:
    return bool(wanted) and (wanted.endswith(given) or given.endswith(wanted))


def _at_hand(flow: DataFlow, step: dict[str, Any], wanted: str, offered: OfferedIds) -> bool:
    checks = (flow.checks.get(flow.steps[other - 1]["api"]) for other in flow.before[step["index"]])
    return any(wanted in offered.of(check.api) for check in checks if check)


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
