"""Route templates of HTTP triggers: which function answers a path, and with what parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from local.functions_host.bindings import Function
from local.functions_host.errors import HostError

_PARAMETER = re.compile(r"\{(?P<star>\*{0,2})(?P<name>\w+)(?::(?P<constraint>\w+))?(?P<optional>\?)?\}")
_CONSTRAINTS = {
    None: r"[^/]+",
    "int": r"-?\d{1,10}",
    "long": r"-?\d{1,19}",
    "guid": r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "alpha": r"[A-Za-z]+",
    "bool": r"[Tt]rue|[Ff]alse",
}
_LITERAL, _CONSTRAINED, _FREE, _CATCH_ALL = range(4)


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP function's address.

    Attributes:
        function: who answers.
        template: path template with the prefix, without a leading slash.
        methods: accepted methods, upper case.
        rank: routes are tried in ascending order: literals before parameters before the rest of a path.
    """

    function: Function
    template: str
    methods: frozenset[str]
    pattern: re.Pattern[str]
    rank: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The function for a request and its route parameters, decoded; absent optional ones are left out."""

    function: Function
    parameters: dict[str, str]


class RouteTable:
    """The routes of an app."""

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        self.routes = sorted(
            (_route(function, prefix) for function in functions), key=lambda route: route.rank
        )

    def match(self, method: str, raw_path: str) -> Match | None:
        """The function for a request; None if no route fits the path or none that fits takes the method."""
        path = raw_path.strip("/")
        for route in self.routes:
            found = route.pattern.fullmatch(path) if method in route.methods else None
            if found:
                parameters = {
                    name: unquote(value) for name, value in found.groupdict().items() if value is not None
                }
                return Match(route.function, parameters)
        return None


def _route(function: Function, prefix: str) -> Route:
    template = (function.trigger.get("route") or function.name).strip("/")
    methods = function.trigger.get("methods") or ("GET", "POST")
    full = f"{prefix}/{template}" if prefix else template
    pattern, rank = _compile(function.name, full)
    return Route(function, full, frozenset(str(method).upper() for method in methods), pattern, rank)


def _compile(function: str, template: str) -> tuple[re.Pattern[str], tuple[int, ...]]:
    pattern, rank = "", []
    for position, segment in enumerate(template.split("/")):
        part, kind = _segment(function, segment)
        # An absent optional segment takes its slash with it.
        optional = segment.endswith("?}") or kind == _CATCH_ALL
        slash = "/" if position else ""
        pattern += f"(?:{slash}{part})?" if optional else f"{slash}{part}"
        rank.append(kind)
    return re.compile(pattern), (*rank, -1)


def _segment(function: str, segment: str) -> tuple[str, int]:
    pattern, kind, end = "", _LITERAL, 0
    for match in _PARAMETER.finditer(segment):
        constraint = match["constraint"]
        if constraint not in _CONSTRAINTS:
            raise HostError(f"{function}: route constraint {constraint!r} is not known here")
        body = ".*" if match["star"] else _CONSTRAINTS[constraint]
        pattern += f"{_literal(function, segment[end : match.start()])}(?P<{match['name']}>{body})"
        kind = max(kind, _CATCH_ALL if match["star"] else _CONSTRAINED if constraint else _FREE)
        end = match.end()
    return pattern + _literal(function, segment[end:]), kind


def _literal(function: str, text: str) -> str:
    if "{" in text or "}" in text:
        raise HostError(f"{function}: route segment {text!r} cannot be read")
    return f"(?i:{re.escape(text)})"
