"""What the student sees in a task: its words, its parts, and the values that can be copied from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

from local.openai_emulator.planning.language import plain

_TOKEN = re.compile(r"[a-z]+|\d+")
_CONNECTOR = re.compile(
    r"(?:^|[.;!?]\s+)(?:and\s+)?(?:then|after that|next|once [\w' ]{3,24}|with that in hand|as a second step|from there"
    r"|afterwards|following that|also|finally|at the end|to finish|last|lastly|to wrap up)\b",
    re.IGNORECASE,
)
_STOP = frozenset(
    "the a an of for to in on at by with and or from is it i we you that this be as if us our me my have has are not "
    "no so do what which please would could can".split()
)
_MAX_GRAMS = 90
_KINDS: dict[str, re.Pattern[str]] = {
    "quoted": re.compile(r'"([^"]{1,200})"'),
    "uuid": re.compile(r"\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"),
    "email": re.compile(r"\b([\w.+-]+@[\w-]+(?:\.[\w-]+)+)"),
    "url": re.compile(r"(https?://[^\s,)\"]+)"),
    "datetime": re.compile(r"\b(\d{4}-\d\d-\d\dT[\d:.]+Z?)"),
    "date": re.compile(r"\b(\d{4}-\d\d-\d\d)\b(?!T)"),
    "ident": re.compile(r"\b([A-Za-z]+[-_][\w-]*\d[\w-]*)\b"),
    "number": re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)(?![\w-])"),
}
_VALUE = r'("[^"]{1,200}"|[^\s,;()]+(?<![.]))'
_AFTER = re.compile(rf" (?:of )?{_VALUE}", re.IGNORECASE)
_BEFORE_AS = re.compile(rf"{_VALUE} as $", re.IGNORECASE)
_SERIES = re.compile(r" ([^,;()]+(?:, [^,;()]+)*? and [^,;().]+|[^,;().]+)")


def grams(text: str) -> list[str]:
    """Words and pairs of neighbouring words, without common ones and repeats, in order."""
    tokens = [token for token in _TOKEN.findall(text.lower()) if token not in _STOP and not token.isdigit()]
    pairs = [f"{a}_{b}" for a, b in pairwise(tokens)]
    return list(dict.fromkeys([*tokens, *pairs]))[:_MAX_GRAMS]


def parts(task: str) -> list[str]:
    """The task cut where it goes on to the next thing ("Then …", "After that, …")."""
    cuts = [0, *(match.start() for match in _CONNECTOR.finditer(task) if match.start() > 0), len(task)]
    return [task[a:b] for a, b in pairwise(cuts)]


def copied(kind: str, name: str, task: str, taken: int) -> Any:
    """The text that a way of copying finds for the argument `name`, None if it finds nothing.

    `after` and `as` look beside the argument's own name, `switch` for a yes or no, `list` for a series;
    any other kind takes the `taken`-th value of that kind in the task.
    """
    near = _NEAR.get(kind)
    if near is not None:
        return near(name, task)
    found = _all_of(kind, task)
    return found[taken] if taken < len(found) else None


COPY_KINDS = ("after", "as", "switch", "list", *_KINDS)


@lru_cache(maxsize=4096)
def _all_of(kind: str, task: str) -> tuple[str, ...]:
    return tuple(_KINDS[kind].findall(task))


def mentioned(name: str, task: str) -> bool:
    """Whether an argument's name is spoken of."""
    return bool(_places(name, task))


@lru_cache(maxsize=65536)
def _places(name: str, task: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of the argument's name, as a person says it, wherever it stands as whole words."""
    said, lowered = plain(name).lower(), task.lower()
    found, start = [], lowered.find(said) if said else -1
    while start >= 0:
        end = start + len(said)
        if not lowered[start - 1 : start].isalnum() and not lowered[end : end + 1].isalnum():
            found.append((start, end))
        start = lowered.find(said, end)
    return tuple(found)


def _after(name: str, task: str) -> str | None:
    for _, end in _places(name, task):
        match = _AFTER.match(task, end)
        if match:
            return match[1].strip('"')
    return None


def _as(name: str, task: str) -> str | None:
    for start, _ in _places(name, task):
        match = _BEFORE_AS.search(task[max(0, start - 210) : start])
        if match:
            return match[1].strip('"')
    return None


def _switch(name: str, task: str) -> bool | None:
    for _, end in _places(name, task):
        for word in ("on", "off"):
            if task.startswith(f" switched {word}", end):
                return word == "on"
    return None


def _list(name: str, task: str) -> list[str] | None:
    for _, end in _places(name, task):
        match = _SERIES.match(task, end)
        if match:
            return [part.strip() for part in re.split(r", | and ", match[1]) if part.strip()]
    return None


_NEAR: dict[str, Callable[[str, str], Any]] = {"after": _after, "as": _as, "switch": _switch, "list": _list}


def cast(text: Any, kind: str) -> Any:
    """A copied text as the JSON type `kind`, None if it cannot be one."""
    if text is None:
        return None
    if isinstance(text, bool) or kind == "bool":
        return text if isinstance(text, bool) and kind == "bool" else None
    if isinstance(text, list) or kind == "list":
        return text if isinstance(text, list) and kind == "list" else None
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:
        return None
    return text if kind == "str" else None
