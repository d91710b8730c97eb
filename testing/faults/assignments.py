"""Faults of assignments, found from the catalog's own words: apart from the code that makes assignments, so that it can
be measured against them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from shared.catalog.model import Catalog
from testing.faults.judge import CURSOR, VERSION, Assignment, Judge, call_of, is_under, text_of, words
from testing.faults.variations import idle_limit, misfit, persona

_ORDER = re.compile(
    r"\b(first|sorted|ordered|order of|recent|newest|latest|popular|top|trending|search|upcoming|next|nearest|best|similar|"
    r"recommend\w*|history|oldest)\b",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"^(q|query|search|keyword|.*term|.*search|prompt|.*name.*|.*email|.*title|slug|.*key|code|.*date|symbol|label|login|phone.*|username)$",
    re.IGNORECASE,
)
_TIED = re.compile(r"(?:when|if) (?:the )?`?(\w+)`? is `?\"?(\w+)", re.IGNORECASE)


def _constant_header(judge: Judge, one: Assignment) -> bool:
    return any(
        p.location == "header"
        and (
            (p.name.lower(), text_of(p.default)) in judge.repeated
            or "version" in words(p.name)
            or (isinstance(p.default, str) and VERSION.fullmatch(p.default) is not None)
        )
        for p in judge.filled(one)
    )


def _cursor(judge: Judge, one: Assignment) -> bool:
    return any(CURSOR.search(p.name) for p in judge.filled(one))


def _deprecated(judge: Judge, one: Assignment) -> bool:
    said = [p.description for p in judge.filled(one)] + [
        judge.apis[name].description for name in one["focus"]
    ]
    flagged = any(p.schema.get("deprecated") for p in judge.filled(one))
    return flagged or any(text.lower().lstrip("*_ ").startswith("deprecated") for text in said)


def _excluded(judge: Judge, one: Assignment) -> bool:
    given = {(name, parameter): value for name, parameter, value in one.get("given", ())}
    for name, wanted in one["required"]:
        api, parameter = judge.apis[name], judge.apis[name].parameter(wanted)
        assert parameter is not None
        siblings = {p for of, p in one["required"] if of == name} | {
            p.name for p in api.parameters if p.required
        }
        match = _TIED.search(parameter.description)
        sibling = api.parameter(match[1]) if match else None
        if (
            match
            and sibling
            and match[2] in map(str, sibling.enum)
            and str(given.get((name, match[1]))) != match[2]
        ):
            return True
        if "not both" in parameter.description and any(
            f"`{other}`" in parameter.description for other in siblings - {wanted}
        ):
            return True
    return False


def _false_shape(judge: Judge, one: Assignment) -> bool:
    pairs = {(flow["producer"], flow["consumer"]) for flow in one["flows"]}
    fed = Counter(consumer for _, consumer in pairs)
    joins = any(count > 1 for count in fed.values())
    chain = pairs == set(zip(one["focus"], one["focus"][1:], strict=False))
    true = {
        "single": len(one["focus"]) == 1,
        "chain": chain and not joins,
        "parallel": not pairs,
        "guarded": not pairs and [judge.is_write(name) for name in one["focus"]] == [False, True],
        "fan_out": bool(pairs) and not joins and not chain,
        "join": joins,
        "dag": joins,
    }
    return not true[one["shape"]]


def _unconnected(_judge: Judge, one: Assignment) -> bool:
    if len(one["focus"]) < 3:
        return False
    joined, left = {one["focus"][0]}, set(one["focus"][1:])
    pairs = [(flow["producer"], flow["consumer"]) for flow in one["flows"]]
    while left:
        more = {b for a, b in [*pairs, *[(b, a) for a, b in pairs]] if a in joined and b in left}
        if not more:
            return True
        joined |= more
        left -= more
    return False


def _overfilled(_judge: Judge, one: Assignment) -> bool:
    return len(one["required"]) > 3


def _undone(judge: Judge, one: Assignment) -> bool:
    ends = [name for name in one["focus"] if judge.is_end(name)]
    makers = [name for name in one["focus"] if judge.makes(name)]
    fed = {(flow["producer"], flow["consumer"]) for flow in one["flows"]}
    return any(
        (maker, end) in fed or (judge.apis[maker].path and is_under(judge.apis[end], judge.apis[maker]))
        for end in ends
        for maker in makers
    )


def _made_and_changed(judge: Judge, one: Assignment) -> bool:
    fed = {(flow["producer"], flow["consumer"]) for flow in one["flows"]}
    return any(
        judge.makes(maker)
        and judge.apis[maker].method == "POST"
        and judge.apis[user].method in ("PUT", "PATCH")
        and judge.apis[user].path.rstrip("/").endswith("}")
        and "Upload" not in judge.apis[user].description  # parts into the session that was made for them
        and judge.apis[user].path.rstrip("/").rpartition("/")[0] == judge.apis[maker].path.rstrip("/")
        for maker, user in fed
    )


def _echo(judge: Judge, one: Assignment) -> bool:
    for flow in one["flows"]:
        api = judge.apis[flow["producer"]]
        path = flow["path"]
        names = {p.name for p in api.parameters}
        last = [p.name for p in api.parameters if p.location == "path"][-1:]
        ends = api.path.rstrip("/").endswith("}")
        if "[" not in path and (path in names or (path == "id" and last and ends and api.method == "GET")):
            return True
    return False


def _guessed(judge: Judge, one: Assignment) -> bool:
    return any(not judge.apis[flow["producer"]].responses for flow in one["flows"])


def _head_into_write(judge: Judge, one: Assignment) -> bool:
    given = {(name, p.name) for name, p in judge.told(one)}
    for flow in one["flows"]:
        api = judge.apis[flow["producer"]]
        if "[0]" not in flow["path"] or not judge.is_write(flow["consumer"]) or judge.is_write(api.name):
            continue
        ordered = _ORDER.search(
            f"{api.description} {' '.join(words(api.original_name or api.name))} {api.path}"
        )
        narrowed = any(name == api.name and _FILTER.match(p) for name, p in given)
        if not ordered and not narrowed:
            return True
    return False


def _nothing_there_yet(judge: Judge, one: Assignment) -> bool:
    for flow in one["flows"]:
        maker, asked = judge.apis[flow["producer"]], judge.apis[flow["consumer"]]
        made = judge.makes(maker.name) and {"create", "add", "new", "post"} & set(
            words(maker.original_name or maker.name)[:2]
        )
        below = asked.method == "GET" and asked.path.rstrip("/").partition("}")[2].strip("/") != ""
        if made and below and asked.path.rstrip("/").split("/")[-1].endswith("s"):
            return True
    return False


def _twins(judge: Judge, one: Assignment) -> bool:
    calls = [call_of(judge.apis[name]) for name in one["focus"] if judge.apis[name].path]
    return len(set(calls)) < len(calls)


def _first_of_first(_judge: Judge, one: Assignment) -> bool:
    return any(flow["path"].count("[0]") > 1 for flow in one["flows"])


def _idle_look(judge: Judge, one: Assignment) -> bool:
    """A look beside a write that neither uses it nor depends on it, where calls or time are to be saved."""
    writes = [name for name in one["focus"] if judge.is_write(name)]
    return (
        one["variation"] in ("cost_aware", "performance")
        and 0 < len(writes) < len(one["focus"])
        and not one["flows"]
    )


def _half_period(judge: Judge, one: Assignment) -> bool:
    """The first of a list into a write, where only the start of a period says which one is meant."""
    told = judge.told(one)
    for flow in one["flows"]:
        if "[0]" not in flow["path"] or not judge.is_write(flow["consumer"]):
            continue
        own = [p.name for name, p in told if name == flow["producer"] and _FILTER.match(p.name)]
        api = judge.apis[flow["producer"]]
        starts = own and all(re.match(r"(start|from|since|after)", name, re.IGNORECASE) for name in own)
        if starts and not _ORDER.search(
            f"{api.description} {' '.join(words(api.original_name or api.name))} {api.path}"
        ):
            return True
    return False


def _page_left_open(_judge: Judge, one: Assignment) -> bool:
    """A place in a list as what a task leaves open."""
    return one["variation"] == "missing_info" and any(
        re.search(r"`(page|offset|skip|start|page_?number)`", note, re.IGNORECASE) and "open" in note
        for note in one.get("notes", ())
    )


KINDS: dict[str, Callable[[Judge, Assignment], bool]] = {
    "constant_header": _constant_header,
    "cursor": _cursor,
    "excluded": _excluded,
    "deprecated": _deprecated,
    "false_shape": _false_shape,
    "unconnected": _unconnected,
    "overfilled": _overfilled,
    "undone": _undone,
    "made_and_changed": _made_and_changed,
    "echo": _echo,
    "guessed": _guessed,
    "head_into_write": _head_into_write,
    "nothing_there_yet": _nothing_there_yet,
    "misfit_variation": misfit,
    "misfit_persona": persona,
    "twins": _twins,
    "idle_limit": idle_limit,
    "first_of_first": _first_of_first,
    "idle_look": _idle_look,
    "half_period": _half_period,
    "page_left_open": _page_left_open,
}
"""Each kind of fault by its code; true where an assignment has it."""


def faults_of(judge: Judge, one: Assignment) -> list[str]:
    """The codes of the kinds of fault that an assignment has."""
    return [code for code, found in KINDS.items() if found(judge, one)]


def count(catalog: Catalog, assignments: Sequence[Assignment]) -> Counter[str]:
    """How many of the assignments have each kind of fault."""
    judge = Judge(catalog)
    return Counter(code for one in assignments for code in faults_of(judge, one))
