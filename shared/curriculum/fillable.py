"""Which arguments of an operation a task gives values for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from shared.catalog.model import Api, Parameter
from shared.curriculum.exclusive import Ties
from shared.curriculum.kinds import NEVER_FILLED, Kind, says_where_on, takes_away
from shared.curriculum.natures import Nature
from shared.curriculum.nouns import key_words
from shared.curriculum.roles import is_handle

_FEW_ALIKE = 3
_NUMBER = re.compile(r"\d+")
OF_ANSWERS: frozenset[Kind] = frozenset(("limit", "order", "fields"))
"""Kinds of arguments that say how much of an answer is wanted: nobody asks that of a write."""
_STAMPS = tuple(
    (one, other)
    for one in "created updated modified creation update deleted last".split()
    for other in "at on date time modified updated timestamp by".split()
)


def needed(api: Api, kinds: Mapping[tuple[str, str], Kind]) -> tuple[Parameter, ...]:
    """Required arguments that a task has to give: no constants, no credentials."""
    return tuple(p for p in api.parameters if p.required and kinds[api.name, p.name] not in NEVER_FILLED)


def fillable(api: Api, nature: Nature, kinds: Mapping[tuple[str, str], Kind], ties: Ties) -> tuple[str, ...]:
    """Optional arguments that a task may give a value for, in order."""
    required = {p.name for p in api.parameters if p.required}
    alike = _numbered_alike(api)
    # Nobody looks at an answer of a write; what something is started for may be one.
    only_writes = nature.writes and nature.role != "start"
    return tuple(
        p.name
        for p in api.parameters
        if not p.required
        and kinds[api.name, p.name] not in NEVER_FILLED
        and not is_deprecated(p)
        and not _names_what_is_made(api, nature, p)
        and not (nature.role == "read" and says_where_on(p.name))
        and not (nature.writes and takes_away(p) and _has_content(api))
        and not (nature.writes and _is_kept_by_the_service(p))
        and not (only_writes and kinds[api.name, p.name] in OF_ANSWERS)
        and required.isdisjoint(ties.excludes.get(p.name, ()))
        and p.name not in alike
    )


def _has_content(api: Api) -> bool:
    """Whether a call has to say more than which thing it is about."""
    return any(p.required and p.location != "path" and not is_handle(p.name) for p in api.parameters)


def _names_what_is_made(api: Api, nature: Nature, parameter: Parameter) -> bool:
    """Whether an argument is the id of what a call brings about, or what its path says already."""
    words = key_words(parameter.name)
    if parameter.location == "path" or words[-1:] != ("id",):
        return False
    return (words[:-1] == () and bool(nature.collection)) or (
        nature.role == "create" and words[:-1] == (nature.resource,)
    )


def _numbered_alike(api: Api) -> set[str]:
    """Of arguments that only a number tells apart (`Parameter7.Name`), all but the first few, which teach as much."""
    families: dict[str, list[str]] = defaultdict(list)
    for parameter in api.parameters:
        families[_NUMBER.sub("#", parameter.name)].append(parameter.name)
    return {name for family in families.values() for name in family[_FEW_ALIKE:]}


def _is_kept_by_the_service(parameter: Parameter) -> bool:
    """Whether an argument is a stamp that a service sets itself, though the schema of its resource has it."""
    words = key_words(parameter.name)
    return words[-2:] in _STAMPS or bool(parameter.schema.get("readOnly"))


def is_deprecated(parameter: Parameter) -> bool:
    """Whether an argument is documented as one to do without."""
    return bool(parameter.schema.get("deprecated")) or _says_deprecated(parameter.description)


def is_deprecated_api(api: Api) -> bool:
    """Whether an operation is documented as one to do without."""
    return _says_deprecated(api.description) or "deprecated" in key_words(api.name)


def _says_deprecated(text: str) -> bool:
    start = text.lstrip(" *_[(`").lower()
    return start.startswith(("deprecated", "this endpoint is deprecated", "this operation is deprecated"))
