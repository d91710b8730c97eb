"""How a person says one value of a plan: with the words that go with it, so that it can be found in the task."""

from __future__ import annotations

from random import Random
from typing import Any

from local.openai_emulator.planning.language import is_plural, listed, plain, spelt
from local.openai_emulator.planning.prompt_catalog import PromptParameter
from local.openai_emulator.planning.said_days import STAMP, day, day_said
from local.openai_emulator.planning.said_numbers import LIMITS, number_said
from local.openai_emulator.planning.values import CREDENTIAL
from shared.identifiers import words_of

_ASKED = frozenset("question questions query search q keyword keywords".split())
_SAID = frozenset("message body".split())
_HANDLES = frozenset("id sid key code slug reference ref number".split())
_HOLDERS = frozenset(
    "index project container folder repository workspace bucket database db list queue channel team group city "
    "country region location namespace branch currency place format".split()
)
GENERAL = frozenset("application_id app_id tenant_id workspace_id organization_id account_id".split())
"""Parameters that belong to a whole request and not to one call of it."""
_LONGEST = 700


def detail(parameter: PromptParameter, value: Any, noun: str, rng: Random) -> str:
    """A phrase such as `at most 25` or `for order 4711`; "" where nobody would speak of the value.

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


def handle(name: str, value: Any, noun: str) -> str:
    """`order 4711` for an `order_id`, `order-4711` alone where the value says what it is; of a bare `id` the noun's."""
    spoken = words_of(name)
    holder = spelt(spoken[:-1]) or noun
    shown = _quoted(value)
    if holder and str(value).lower().startswith(holder.rpartition(" ")[2].lower()):
        return shown
    return f"{holder} {shown}" if holder else f"number {shown}"


def is_handle(name: str, value: Any) -> bool:
    """Whether a value says which thing is meant."""
    return (
        words_of(name)[-1:] != () and words_of(name)[-1] in _HANDLES and isinstance(value, str | int)
    ) and not isinstance(value, bool)


def together(details: list[str]) -> str:
    """The phrases as one: what begins with `with` comes last, and says so once."""
    details = _as_one_day(details)
    added = [one.removeprefix("with ") for one in details if one.startswith("with ")]
    limits = [one for one in details if one.startswith(LIMITS)]
    others = [one for one in details if not one.startswith(("with ", *LIMITS))]
    first = (" " if len(others) < 3 else ", ").join(others)
    last = f"with {listed(added)}" if added else ""
    text = f"{first}, {last}" if first and last and len(others) > 1 else f"{first} {last}".strip()
    return f"{text}, {listed(limits)}".removeprefix(", ") if limits else text


def _as_one_day(details: list[str]) -> list[str]:
    """A period that begins and ends on one day is that day."""
    starts = {one.removeprefix("from ") for one in details if one.startswith("from ")}
    ends = {one.removeprefix("until ") for one in details if one.startswith("until ")}
    same = starts & ends
    kept = [one for one in details if one.removeprefix("until ") not in same or not one.startswith("until ")]
    return [f"on {one.removeprefix('from ')}" if one.removeprefix("from ") in same else one for one in kept]


def _said(name: str, value: Any, noun: str, rng: Random) -> str:
    if isinstance(value, bool):
        return _flag(name, value)
    if is_handle(name, value):
        return f"for {handle(name, value, noun)}"
    if isinstance(value, int | float):
        return number_said(name, value, rng)
    if isinstance(value, str):
        return _text(name, value, noun, rng)
    if isinstance(value, list):
        return _list(name, value)
    inner = _inside(value)
    return f"with {plain(name)} ({inner})" if inner else ""


def _flag(name: str, value: bool) -> str:
    spoken = words_of(name)
    if spoken[:1] == ("confirm",):
        return ""
    rest = spelt(spoken[1:])
    if spoken[:1] in (("include",), ("with",), ("show",)) and rest:
        return f"with {rest}" if value else f"without {rest}"
    if spoken == ("dry", "run"):
        return "as a dry run" if value else "and not as a dry run"
    return f"with {plain(name)} {'on' if value else 'off'}"


_BY_LAST_WORD = {
    **dict.fromkeys(("topic", "subject", "theme"), 'on "{value}"'),
    **dict.fromkeys(("sort", "orderby", "order by"), "sorted by {shown}"),
    "group by": "grouped by {shown}",
    "email": "for {value}",
    "from": "from {shown}",
    "to": "to {shown}",
}
"""How a text is said, by the last word or two of its name."""


def _text(name: str, value: str, noun: str, rng: Random) -> str:
    spoken = words_of(name)
    last = spoken[-1] if spoken else ""
    if stamp := STAMP.fullmatch(value):
        return day_said(spoken, stamp, noun)
    if last == "name":
        return _named(spelt(spoken[:-1]), value, noun, rng)
    if last in _ASKED and (len(spoken) == 1 or last != "search"):
        return f'about "{value}"'
    shown = _quoted(value)
    if form := _BY_LAST_WORD.get(" ".join(spoken[-2:])) or _BY_LAST_WORD.get(last):
        return form.format(value=value, shown=shown)
    if not _SAID.isdisjoint(spoken):
        return f'saying "{value}"'
    if last in ("contains", "prefix") and len(spoken) > 1:
        return f"whose {spelt(spoken[:-1])} {'contains' if last == 'contains' else 'begins with'} {shown}"
    if last == "language":
        return f"{({'source': 'from ', 'target': 'into '}).get(spoken[0], 'in ')}{shown}"
    if len(spoken) == 1 and last in _HOLDERS and last not in ("location", "format"):
        return f"in {shown}"
    return f"with the {plain(name)} {shown}"


def _named(holder: str, value: str, noun: str, rng: Random) -> str:
    """A name, of the thing itself or of another one."""
    shown = _quoted(value)
    last = holder.rpartition(" ")[2]
    if not holder or last in ("friendly", "display", "unique") or (noun and last == noun.rpartition(" ")[2]):
        return rng.choice((f'called "{value}"', f'under the name "{value}"'))
    if last in _HOLDERS:
        return f"in the {holder} {shown}"
    return (
        f"for the {holder} {shown}"
        if last not in ("first", "last", "full", "middle")
        else f"with the {holder} name {shown}"
    )


def _list(name: str, value: list[Any]) -> str:
    scalars = [inner for inner in value if isinstance(inner, str | int | float)]
    spoken = words_of(name)
    if not scalars:
        inner = [said for one in value if isinstance(one, dict) and (said := _inside(one))]
        return f"with {plain(name)} ({'; '.join(inner)})" if inner else ""
    stamps = [STAMP.fullmatch(str(inner)) for inner in scalars]
    if all(stamps):
        return f"on {listed([day(stamp) for stamp in stamps if stamp])}"
    shown = listed([_quoted(inner) for inner in scalars])
    if spoken[-1:] == ("ids",) and len(spoken) > 1:
        return f"for the {plain('_'.join(spoken[:-1]))}{'s' * (len(scalars) > 1)} {shown}"
    if spoken[-1:] and spoken[-1] in _ASKED | {"prompt", "prompts"}:
        return f"about {listed([f'"{inner}"' for inner in scalars])}"
    one = plain(name).removesuffix("s") if len(scalars) == 1 and is_plural(plain(name)) else plain(name)
    return f"with the {one} {shown}"


def _inside(value: dict[str, Any]) -> str:
    """The values of an object, each after its name."""
    parts = []
    for key, inner in value.items():
        if isinstance(inner, dict):
            said = _inside(inner)
            parts += [f"{plain(key)} ({said})"] if said else []
        elif isinstance(inner, list):
            each = [_inside(one) if isinstance(one, dict) else _quoted(one) for one in inner]
            parts += [f"{plain(key)} {listed([one for one in each if one])}"] if any(each) else []
        elif isinstance(inner, bool):
            parts.append(f"{plain(key)} {'on' if inner else 'off'}")
        elif inner is not None and inner != CREDENTIAL and "{{" not in str(inner):
            parts.append(f"{plain(key)} {_quoted(inner)}")
    return listed(parts)


def _quoted(value: Any) -> str:
    return f'"{value}"' if " " in str(value) else str(value)
