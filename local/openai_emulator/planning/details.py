"""How a person says one value of a plan: with the words that go with it, so that it can be found in the task."""

from __future__ import annotations

import re
from datetime import datetime
from random import Random
from typing import Any

from local.openai_emulator.planning import words
from local.openai_emulator.planning.language import plain
from local.openai_emulator.planning.prompt_catalog import PromptParameter
from local.openai_emulator.planning.values import CREDENTIAL
from shared.identifiers import words_of

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::\d\d)?Z?)?")
_LIMITS = frozenset("limit top max maximum take".split())
_LIMIT_ENDS = frozenset("results rows items limit count hits entries records".split())
_TEXTS = frozenset(
    "text message comment note notes body content description reason instructions subject summary remark bio title "
    "prompt question query search q feedback template answer details".split()
)
_ASKED = frozenset("prompt question query search q".split())
_UNITS = frozenset("days hours minutes seconds weeks months grams".split())
_HANDLES = frozenset("id key code slug reference ref number".split())
_LONGEST = 700


def detail(parameter: PromptParameter, value: Any, noun: str, rng: Random) -> str:
    """A phrase such as `at most 25 results` or `order 4711`; "" where nobody would speak of the value.

    Constants of the catalog, credentials, placeholders and null are not spoken of.

    Args:
        parameter: what the value is for.
        value: the value itself, no reference.
        noun: what the call is about.
        rng: chooses among wordings.
    """
    if parameter.is_selector or value is None or value == CREDENTIAL or "{{" in str(value):
        return ""
    if parameter.location == "header" and value == parameter.example:
        return ""
    said = _said(parameter.name, value, noun, rng)
    return said if len(said) <= _LONGEST else ""


def _said(name: str, value: Any, noun: str, rng: Random) -> str:
    if isinstance(value, bool):
        return _flag(name, value)
    if isinstance(value, int | float):
        return _number(name, value, noun, rng)
    if isinstance(value, str):
        return _text(name, value, noun, rng)
    if isinstance(value, list):
        return _list(name, value, noun, rng)
    leaves = [said for key, inner in value.items() if (said := _said(key, inner, "", rng))]
    return f"{plain(name)}: {listed(leaves)}" if leaves else ""


def _flag(name: str, value: bool) -> str:
    spoken = words_of(name)
    what = plain(name)
    if spoken[:1] in (("include",), ("with",), ("show",), ("has",), ("is",)) and len(spoken) > 1:
        rest = plain("_".join(spoken[1:]))
        if spoken[0] in ("is", "has"):
            return rest if value else f"not {rest}"
        return f"with {rest}" if value else f"without {rest}"
    return f"with {what} on" if value else f"with {what} off"


def _number(name: str, value: float, noun: str, rng: Random) -> str:
    spoken = words_of(name)
    last, what = spoken[-1] if spoken else "", plain(name)
    if last == "page" or spoken == ("page", "number"):
        return f"page {value}"
    if (spoken[:1] and spoken[0] in _LIMITS and (len(spoken) == 1 or last in _LIMIT_ENDS)) or last == "limit":
        return rng.choice((f"at most {value}", f"no more than {value}", f"up to {value} of them"))
    if spoken in (("k",), ("top", "k")):
        return f"the best {value}"
    if last in _UNITS and len(spoken) > 1:
        return f"{plain('_'.join(spoken[:-1]))} {value} {last}"
    if last in _HANDLES:
        return _handle(spoken, str(value), noun)
    return rng.choice((f"{what} {value}", f"{what}: {value}"))


def _handle(spoken: tuple[str, ...], value: str, noun: str) -> str:
    """`order 4711` for `order_id`; of a bare `id` the noun of the call."""
    holder = plain("_".join(spoken[:-1])) or noun
    shown = f'"{value}"' if " " in value else value
    if spoken[:-1] and value.lower().startswith(spoken[-2]):
        return shown
    return f"{holder} {shown}".strip() if holder else f"number {shown}"


def _text(name: str, value: str, noun: str, rng: Random) -> str:
    spoken = words_of(name)
    last = spoken[-1] if spoken else ""
    stamp = _STAMP.fullmatch(value)
    if stamp:
        return _when(spoken, stamp, rng)
    if last in _HANDLES and last != "number":
        return _handle(spoken, value, noun)
    if last == "name" and len(spoken) > 1:
        holder = plain("_".join(spoken[:-1]))
        return f'{holder} "{value}"' if " " in value else f"{holder} {value}"
    if last == "name":
        return rng.choice((f'called "{value}"', f'by the name of "{value}"'))
    if last in _TEXTS:
        if last in _ASKED:
            return f'about "{value}"'
        return f'{"" if last in ("text", "message", "content", "body") else plain(name) + " "}"{value}"'
    shown = f'"{value}"' if " " in value else value
    return rng.choice((f"{plain(name)} {shown}", f"{plain(name)}: {shown}"))


def _when(spoken: tuple[str, ...], stamp: re.Match[str], rng: Random) -> str:
    day = datetime.strptime(stamp[1], "%Y-%m-%d")  # noqa: DTZ007 - a calendar day
    said = f"{day.day} {words.MONTHS[day.month - 1]} {day.year}"
    if rng.random() < 0.25:
        said = stamp[1]
    if stamp[2]:
        said = f"{said}, {stamp[2]} UTC"
    starts, ends = (
        {"start", "from", "since", "after", "begin", "earliest"},
        {"end", "to", "until", "before", "latest"},
    )
    if starts & set(spoken):
        return f"from {said}"
    if ends & set(spoken):
        return f"until {said}"
    what = plain("_".join(word for word in spoken if word not in ("date", "time", "at", "on", "day")))
    return f"{what} on {said}" if what else f"on {said}"


def _list(name: str, value: list[Any], noun: str, rng: Random) -> str:
    scalars = [inner for inner in value if isinstance(inner, str | int | float)]
    if scalars:
        dates = [_STAMP.fullmatch(str(inner)) for inner in scalars]
        if all(dates):
            return f"on {listed([_when((), stamp, rng).removeprefix('on ') for stamp in dates if stamp])}"
        shown = [f'"{inner}"' if " " in str(inner) else str(inner) for inner in scalars]
        return f"{plain(name)} {listed(shown)}"
    inner = [said for one in value if isinstance(one, dict) and (said := _inside(one, rng))]
    return f"{plain(name)} ({'; '.join(inner)})" if inner else ""


def _inside(value: dict[str, Any], rng: Random) -> str:
    return listed([said for key, inner in value.items() if (said := _said(key, inner, "", rng))])


def listed(parts: list[str]) -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
