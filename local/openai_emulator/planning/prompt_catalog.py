"""The catalog as it stands in a teacher's prompt, parsed once per distinct system message."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import orjson

from local.openai_emulator.planning.goals import Goal, goal_of
from shared.identifiers import words_of

_MARK = "## APIs\n"
_MAX_CACHED = 256
_TIED = re.compile(
    r"\bdeprecated\b|\b(?:when|if)\b[^.]{0,40}\b(?:is|equals|set)\b|not both|"
    r"mutually exclusive|cannot be used|instead of",
    re.IGNORECASE,
)
_CREDENTIAL_WORDS = frozenset(
    "password passwd secret token authorization auth apikey key cookie credential credentials bearer signature".split()
)
_CREDENTIAL_PAIRS = frozenset({("api", "key"), ("access", "key"), ("private", "key"), ("functions", "key")})


@dataclass(frozen=True, slots=True)
class PromptParameter:
    """One parameter as the prompt describes it."""

    name: str
    location: str
    type: str
    required: bool
    enum: tuple[Any, ...]
    format: str
    example: Any
    description: str
    schema: dict[str, Any]

    @property
    def is_selector(self) -> bool:
        """Whether the value is fixed: the field that chooses the operation."""
        return len(self.enum) == 1 or "const" in self.schema

    @property
    def is_tied(self) -> bool:
        """Whether the words on it say that it is deprecated, or that it goes with certain others only."""
        return bool(_TIED.search(self.description)) or self.schema.get("deprecated") is True

    @property
    def is_credential(self) -> bool:
        """Whether a real value would be a secret."""
        words = words_of(self.name)
        if self.format == "password" or not _CREDENTIAL_PAIRS.isdisjoint(pairwise(words)):
            return True
        return bool(words) and words[-1] in _CREDENTIAL_WORDS and self.name.lower() not in ("key", "auth")


@dataclass(frozen=True, slots=True)
class PromptApi:
    """One API as the prompt describes it; `returns` is None where the response is unknown."""

    name: str
    method: str
    parameters: tuple[PromptParameter, ...]
    returns: tuple[tuple[str, str], ...] | None
    goal: Goal
    words: frozenset[str]
    description: str = ""
    path: str = ""
    by_name: dict[str, PromptParameter] = field(default_factory=dict)

    @property
    def request(self) -> tuple[object, ...]:
        """What a call of it is, whatever it is called: equal for two that make the same request."""
        parameters = sorted(
            (p.location, p.name, p.type, p.required, repr(p.enum), repr(p.example), repr(p.schema))
            for p in self.parameters
        )
        return (self.method, self.path, *parameters)

    def output_names(self) -> list[str]:
        """First names of the response paths, each once, in order."""
        if self.returns is None:
            return []
        return list(dict.fromkeys(first_name(path) for path, _ in self.returns))


@dataclass(frozen=True, slots=True)
class PromptCatalog:
    """All APIs of one prompt, by name, in the prompt's order."""

    apis: dict[str, PromptApi]


def first_name(path: str) -> str:
    """The output a path starts with: `order` of `order.id`; `result` for a bare list."""
    cut = min((i for i in (path.find("."), path.find("[")) if i >= 0), default=len(path))
    return path[:cut] or "result"


def rooted(path: str) -> str:
    """`path` with the name `result` in front if it starts with an index."""
    return f"result{path}" if path.startswith("[") else path


_cache: OrderedDict[str, PromptCatalog] = OrderedDict()


def read_catalog(system: str) -> PromptCatalog:
    """The APIs listed after the line `## APIs` of a system message; empty if there is no such line."""
    found = _cache.get(system)
    if found is None:
        found = PromptCatalog(_parse(system))
        _cache[system] = found
        if len(_cache) > _MAX_CACHED:
            _cache.popitem(last=False)
    return found


def _parse(system: str) -> dict[str, PromptApi]:
    apis: dict[str, PromptApi] = {}
    start = system.find(_MARK)
    lines = system[start + len(_MARK) :].split("\n") if start >= 0 else []
    for line in lines:
        if not line.strip():
            if apis:
                break
            continue
        try:
            data = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(data, dict) and isinstance(data.get("api"), str):
            apis[data["api"]] = _api(data)
    return apis


def _api(data: dict[str, Any]) -> PromptApi:
    name = data["api"]
    description = str(data.get("description") or "")
    parameters = tuple(
        _parameter(p) for p in data.get("parameters") or () if isinstance(p, dict) and "name" in p
    )
    returns = data.get("returns")
    path = str(data.get("path") or "")
    goal = goal_of(name, description, str(data.get("method") or ""), path)
    return PromptApi(
        name=name,
        method=str(data.get("method") or "").upper(),
        parameters=parameters,
        returns=None
        if returns is None
        else tuple((rooted(r["path"]), str(r.get("type", "any"))) for r in returns if r.get("path")),
        goal=goal,
        words=frozenset(words_of(name)) | frozenset(words_of(description[:200])),
        description=description,
        path=path,
        by_name={p.name: p for p in parameters},
    )


def _parameter(data: dict[str, Any]) -> PromptParameter:
    schema = data.get("schema") if isinstance(data.get("schema"), dict) else {}
    assert isinstance(schema, dict)
    kind = data.get("type") or schema.get("type") or "any"
    return PromptParameter(
        name=str(data["name"]),
        location=str(data.get("in") or "body"),
        type=kind if isinstance(kind, str) else "any",
        required=bool(data.get("required")),
        enum=tuple(data.get("enum") or schema.get("enum") or ()),
        format=str(data.get("format") or schema.get("format") or ""),
        example=data.get("example"),
        description=str(data.get("description") or ""),
        schema=schema,
    )
