"""Faults of assignments, found from the catalog's own words: apart from the code that makes assignments, so that it can
be measured against them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from shared.catalog.model import Api, Catalog, Parameter

type Assignment = Mapping[str, Any]
"""The fields of a blueprint by name; flows as mappings."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_CURSOR = re.compile(
    r"cursor|marker|page_?token|next_?token|continuation|starting_?after|ending_?before|skip_?token",
    re.IGNORECASE,
)
_VERSION = re.compile(r"v?\d{4}-\d{2}-\d{2}.*|v?\d+(\.\d+)*")
_ENDS = frozenset(
    "delete remove cancel disable revoke unfavorite unfollow detach destroy purge abort stop deactivate suspend".split()
)
_MAKES = frozenset(
    "create add post new insert attach schedule register upload favorite follow enable start run".split()
)
_LOOKS = frozenset(
    "get list lists search find fetch query read returns show check checks retrieve view validate".split()
)
_ORDER = re.compile(
    r"\b(first|sorted|ordered|order of|recent|newest|latest|popular|top|trending|search|upcoming|next|nearest|best|similar|"
    r"recommend\w*|history|oldest)\b",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"^(q|query|search|keyword|.*term|.*search|prompt|.*name.*|.*email|.*title|slug|.*key|code|.*date|symbol|label|login|phone.*|username)$",
    re.IGNORECASE,
)
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
_TIED = re.compile(r"(?:when|if) (?:the )?`?(\w+)`? is `?\"?(\w+)", re.IGNORECASE)


def words(name: str) -> list[str]:
    """The words of a name in lower case."""
    return [word.lower() for word in _WORDS.findall(name)]


class Judge:
    """Counts the faults of the assignments of one catalog, a code a kind."""

    def __init__(self, catalog: Catalog) -> None:
        self.apis = {api.name: api for api in catalog.apis}
        headers = Counter(
            (p.name.lower(), _text(p.default))
            for api in catalog.apis
            for p in api.parameters
            if p.location == "header" and p.default is not None
        )
        self.repeated = {key for key, count in headers.items() if count > 1}

    def faults(self, one: Assignment) -> list[str]:
        """The codes of the kinds of fault that an assignment has."""
        return [code for code, found in KINDS.items() if found(self, one)]

    def filled(self, one: Assignment) -> list[Parameter]:
        """The optional arguments that it asks to fill."""
        return [p for name, wanted in one["required"] if (p := self.apis[name].parameter(wanted)) is not None]

    def told(self, one: Assignment) -> list[tuple[str, Parameter]]:
        """Arguments that its task has to give: required and filled ones that no flow feeds."""
        fed = {(flow["consumer"], flow["parameter"]) for flow in one["flows"]}
        wanted = {(name, parameter) for name, parameter in one["required"]}
        return [
            (name, p)
            for name in one["focus"]
            for p in self.apis[name].parameters
            if (p.required or (name, p.name) in wanted) and (name, p.name) not in fed and len(p.enum) != 1
        ]

    def is_write(self, name: str) -> bool:
        """Whether an operation changes something, by its method or its words."""
        api = self.apis[name]
        if api.method in ("GET", "HEAD"):
            return False
        own = (
            words(api.original_name or name)[:3]
            + words(api.description)[:1]
            + words(api.path.rpartition("/")[2])[:1]
        )
        return api.method in ("PUT", "PATCH", "DELETE") or _LOOKS.isdisjoint(own)

    def is_end(self, name: str) -> bool:
        """Whether an operation removes or ends something."""
        api = self.apis[name]
        own = [
            one
            for one in words((api.original_name or name).rpartition(".")[2])
            if one not in ("post", "put", "patch")
        ]
        said = own[:3] + words(api.path.rpartition("/")[2])
        return api.method == "DELETE" or (bool(_ENDS & set(said)) and not (_MAKES | _LOOKS) & set(own[:1]))

    def makes(self, name: str) -> bool:
        """Whether an operation brings something about."""
        api = self.apis[name]
        said = set(words(api.original_name or name)[:3])
        collection = api.method == "POST" and not api.path.rstrip("/").endswith("}")
        return (
            not self.is_end(name)
            and self.is_write(name)
            and (bool(_MAKES & said) or (collection and len(said) > 0))
        )


def _text(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _constant_header(judge: Judge, one: Assignment) -> bool:
    return any(
        p.location == "header"
        and (
            (p.name.lower(), _text(p.default)) in judge.repeated
            or "version" in words(p.name)
            or (isinstance(p.default, str) and _VERSION.fullmatch(p.default) is not None)
        )
        for p in judge.filled(one)
    )


def _cursor(judge: Judge, one: Assignment) -> bool:
    return any(_CURSOR.search(p.name) for p in judge.filled(one))


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
        (maker, end) in fed or (judge.apis[maker].path and _is_under(judge.apis[end], judge.apis[maker]))
        for end in ends
        for maker in makers
    )


def _is_under(end: Api, maker: Api) -> bool:
    """Whether what is removed holds or is what is made, by their paths."""
    if end.method != "DELETE" or not end.path.rstrip("/").endswith("}"):
        return end.method == "DELETE" and end.path == maker.path and end.path.count("/") > 1
    collection = end.path.rstrip("/").rpartition("/")[0]
    return maker.path.rstrip("/") == collection or maker.path.startswith(end.path.rstrip("/") + "/")


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
    calls = [_call(judge.apis[name]) for name in one["focus"] if judge.apis[name].path]
    return len(set(calls)) < len(calls)


def _call(api: Api) -> str:
    return _text(
        [api.method, api.path, sorted((p.name, p.location, _bare(p.schema)) for p in api.parameters)]
    )


def _bare(schema: Any) -> str:
    if isinstance(schema, dict):
        schema = {key: _bare(value) for key, value in schema.items() if key not in ("examples", "example")}
    return _text(schema)


def _misfit(judge: Judge, one: Assignment) -> bool:
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


def _persona(judge: Judge, one: Assignment) -> bool:
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


def _idle_limit(judge: Judge, one: Assignment) -> bool:
    """How much or from where, of a list of which only the first is taken."""
    taken = {flow["producer"] for flow in one["flows"] if "[0]" in flow["path"]}
    return any(
        name in taken
        and (parameter := judge.apis[name].parameter(wanted)) is not None
        and _AMOUNT.fullmatch(parameter.name)
        for name, wanted in one["required"]
    )


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
    "misfit_variation": _misfit,
    "misfit_persona": _persona,
    "twins": _twins,
    "idle_limit": _idle_limit,
    "first_of_first": _first_of_first,
    "idle_look": _idle_look,
    "half_period": _half_period,
    "page_left_open": _page_left_open,
}
"""Each kind of fault by its code; true where an assignment has it."""


def count(catalog: Catalog, assignments: Sequence[Assignment]) -> Counter[str]:
    """How many of the assignments have each kind of fault."""
    judge = Judge(catalog)
    return Counter(code for one in assignments for code in judge.faults(one))
