"""Assignments whose variation or persona nothing carries."""

from __future__ import annotations

import re
from collections.abc import Callable

from testing.faults.judge import Assignment, Judge, words

_AMOUNT = re.compile(r"limit|offset|page|page_?size|per_?page|page_?number|skip|top|take", re.IGNORECASE)
_RULE = re.compile(
    r"region|country|retention|expir|ttl|consent|approv|visibilit|access|permission|privacy|scope|confiden|classific|audit|"
    r"reason|justif|retain|encrypt|mask|redact|sensitiv|purpose|disposition|policy|complian|residency|field|select|expand|"
    r"include|exclude|view|populate|projection|embed|propert|append",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r"(id|hash|sha|uuid|sid|etag|digest|checksum|number|code)$", re.IGNORECASE)
_PLAIN = ("a newcomer", "a marketing", "a small-business", "a polite assistant")
_ANALYST = "a data analyst"


def misfit(judge: Judge, one: Assignment) -> bool:
    check = _VARIATIONS.get(one["variation"])
    return check is not None and not check(judge, one)


def _can_repeat(judge: Judge, one: Assignment) -> bool:
    writes = [name for name in one["focus"] if judge.is_write(name)]
    reads = len(writes) < len(one["focus"])
    by_key = any(
        judge.apis[name].method in ("PUT", "PATCH", "DELETE")
        or judge.is_end(name)
        or bool(
            {"update", "set", "rename", "replace", "upsert", "unlink", "archive", "close", "logout"}
            & set(words(name))
        )
        for name in writes
    )
    keyed = any("idempot" in p.name.lower() or "token" in p.name.lower() for _, p in judge.told(one))
    return bool(writes) and (reads or by_key or keyed)


def _may_miss(judge: Judge, one: Assignment) -> bool:
    fits = any(
        p.type in ("integer", "number", "boolean") or p.enum or p.default is not None or "enum" in p.schema
        for _, p in judge.told(one)
    )
    return fits and not any(judge.is_end(name) for name in one["focus"])


def _has_limit(judge: Judge, one: Assignment) -> bool:
    bounds = {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "maxLength",
        "maxItems",
        "minLength",
    }
    return any(
        bounds & p.schema.keys()
        or re.search(r"date|time|until|deadline|expir|due|_at$", p.name, re.IGNORECASE)
        or re.search(
            r"(max\w*|up to|at most|at least|min\w*|between)\b.{0,40}\d", p.description, re.IGNORECASE
        )
        for _, p in judge.told(one)
    )


def _several_things(judge: Judge, one: Assignment) -> bool:
    return any(
        p.location == "path"
        or _OPAQUE.search(p.name)
        or p.name.lower().endswith(("name", "key", "symbol", "slug"))
        for _, p in judge.told(one)
    )


def _saves_time(judge: Judge, one: Assignment) -> bool:
    consumers = {flow["consumer"] for flow in one["flows"]}
    producers = {flow["producer"] for flow in one["flows"]}
    free = [name for name in one["focus"] if name not in consumers]
    ends = [name for name in one["focus"] if name not in producers]
    if len(one["focus"]) > 1 and (len(free) > 1 or len(ends) > 1):
        return True
    return any(not judge.is_write(name) for name in one["focus"]) and any(
        not p.required or re.search(r"limit|size|fields|count|top|max|page", p.name, re.IGNORECASE)
        for _, p in judge.told(one)
    )


def _carries_rule(judge: Judge, one: Assignment) -> bool:
    return any(_RULE.search(p.name) for _, p in judge.told(one))


_VARIATIONS: dict[str, Callable[[Judge, Assignment], bool]] = {
    "idempotency": _can_repeat,
    "missing_info": _may_miss,
    "edge_case_constraints": _has_limit,
    "multi_entity": _several_things,
    "performance": _saves_time,
    "compliance": _carries_rule,
}


def persona(judge: Judge, one: Assignment) -> bool:
    told = judge.told(one)
    if one["persona"].startswith(_ANALYST):
        counted = any(
            p.type in ("integer", "number")
            or (not judge.is_write(name) and p.location in ("query", "body", "form"))
            or re.search(r"date|time|limit|since|until|_?at$|start|end|due|day", p.name, re.IGNORECASE)
            for name, p in told
        )
        return not counted
    return one["persona"].startswith(_PLAIN) and len({p.name for _, p in told if _OPAQUE.search(p.name)}) > 1


def idle_limit(judge: Judge, one: Assignment) -> bool:
    """How much or from where, of a list of which only the first is taken."""
    taken = {flow["producer"] for flow in one["flows"] if "[0]" in flow["path"]}
    return any(
        name in taken
        and (parameter := judge.apis[name].parameter(wanted)) is not None
        and _AMOUNT.fullmatch(parameter.name)
        for name, wanted in one["required"]
    )
