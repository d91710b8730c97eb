"""Arguments that need or exclude each other, as their descriptions say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from shared.catalog.model import Api, Parameter

_VALUE = r"[`'\"“]?(?P<value>[A-Za-z0-9_](?:[\w.-]*\w)?)[`'\"”]?"
_TIED = re.compile(
    r"\b(?:when|if|with|for)\s+(?:the\s+)?[`'\"“]?(?P<name>[A-Za-z_][\w.-]*)[`'\"”]?\s*(?:parameter|field|property)?\s*"
    r"(?:is\s+set\s+to|is|equals|==?|:|set\s+to|has\s+the\s+value)\s+(?:the\s+)?" + _VALUE,
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"\b(?:provide|use|used|set|required|only|applies|valid|ignored|specify|include|available|supported|must|needed|mandatory)\b",
    re.IGNORECASE,
)
_PERMITS = re.compile(r"\b(?:can|may) (?:also |then )?be\b(?! only)", re.IGNORECASE)
"""What is allowed in one case ("can be empty if …") does not say that the argument goes with that case alone."""
_NOT_BOTH = re.compile(
    r"not both|mutually exclusive|cannot be (?:used|combined|specified|set|provided)|can't be (?:used|combined)|"
    r"can not be (?:used|combined)|(?:exactly|only) one of|incompatible with|instead of|either\b.*\bor\b",
    re.IGNORECASE,
)
_NOT_VALUES = frozenset(
    "not set true-ish specified given provided present used empty the a an required".split()
)


@dataclass(frozen=True, slots=True)
class Ties:
    """What the arguments of one operation say of each other.

    Attributes:
        needs: for an argument, the sibling and the value that the sibling must have.
        excludes: for an argument, those that may not be given with it.
    """

    needs: dict[str, tuple[str, Any]] = field(default_factory=dict)
    excludes: dict[str, frozenset[str]] = field(default_factory=dict)


def ties_of(api: Api) -> Ties:
    """The ties between the arguments of `api`."""
    by_name = {parameter.name: parameter for parameter in api.parameters}
    ties = Ties()
    excludes: dict[str, set[str]] = {}
    for parameter in api.parameters:
        twin = parameter.name.removeprefix(f"{parameter.location}_")
        if twin != parameter.name and twin in by_name:  # one argument that may stand in two places
            excludes.setdefault(parameter.name, set()).add(twin)
            excludes.setdefault(twin, set()).add(parameter.name)
        text = parameter.description
        if not text:
            continue
        if tie := _tie(parameter, text, by_name):
            ties.needs[parameter.name] = tie
        for other in _excluded(parameter, text, by_name):
            excludes.setdefault(parameter.name, set()).add(other)
            excludes.setdefault(other, set()).add(parameter.name)
    ties.excludes.update({name: frozenset(found) for name, found in excludes.items()})
    return ties


def _tie(parameter: Parameter, text: str, by_name: dict[str, Parameter]) -> tuple[str, Any] | None:
    for sentence in re.split(r"(?<=[.;])\s+", text):
        match = _TIED.search(sentence)
        if (
            match
            and _LEADS.search(sentence)
            and not _PERMITS.search(sentence[: match.start()])
            and (sibling := by_name.get(match["name"])) not in (None, parameter)
        ):
            value = _as_value(match["value"], sibling)
            if value is not None:
                return sibling.name, value
    return None


def _as_value(word: str, sibling: Parameter) -> Any:
    """The word as a value of the sibling; None if the sibling does not accept it."""
    if sibling.enum:
        return next((value for value in sibling.enum if str(value).lower() == word.lower()), None)
    if sibling.type == "boolean":
        return {"true": True, "false": False}.get(word.lower())
    return None if word.lower() in _NOT_VALUES or sibling.type not in ("string", "any") else word


def _excluded(parameter: Parameter, text: str, by_name: dict[str, Parameter]) -> list[str]:
    found: list[str] = []
    for sentence in re.split(r"(?<=[.;])\s+", text):
        if not _NOT_BOTH.search(sentence):
            continue
        words = {word.rstrip(".") for word in re.findall(r"[A-Za-z_$][\w.\[\]-]*", sentence)}
        found += [
            name for name in by_name if name != parameter.name and name in words and _is_meant(name, sentence)
        ]
    return found


def _is_meant(name: str, sentence: str) -> bool:
    """Whether a word of a sentence is an argument's name and not an everyday word."""
    return (len(name) > 3 and ("_" in name or "-" in name or not name.islower())) or f"`{name}`" in sentence
