"""How a person says a number: as a limit, a length of time, a price, so many of something."""

from __future__ import annotations

from random import Random

from local.openai_emulator.planning.language import article, is_plural, plain, singular, spelt
from shared.identifiers import words_of

LIMITS = ("at most ", "no more than ", "up to ")
"""How phrases begin that say how much is wanted."""
_LIMITS = frozenset("limit top max maximum take".split())
_LIMITED = frozenset("results result rows items limit count hits entries records page size".split())
_UNITS = frozenset("days hours minutes seconds weeks months".split())


def number_said(name: str, value: float, rng: Random) -> str:
    """A phrase for the number of a parameter called `name`."""
    spoken = words_of(name)
    first, last = (spoken[0], spoken[-1]) if spoken else ("", "")
    if spoken in (("page",), ("page", "number")):
        return f"on page {value}"
    if _is_limit(spoken):
        return f"{rng.choice(LIMITS)}{value} of them"
    if spoken in (("k",), ("top", "k")):
        return f"with the best {value}"
    if first in _UNITS:
        return f"over {value} {first}"
    if last in _UNITS:
        before = spelt(spoken[:-1])
        timed = before in ("", "duration", "snooze", "timeout")
        return f"for {value} {last}" if timed else f"with {article(before)} of {value} {last}"
    return _so_many(spoken, plain(name) if spoken else "number", value)


def _is_limit(spoken: tuple[str, ...]) -> bool:
    """Whether it says how many are wanted, as `page_size` and `max_results` do and `budget_limit` does not."""
    if spoken[-1:] == ("limit",):
        return len(spoken) == 1 or spoken[0] in _LIMITED
    is_least = spoken[:1] != () and spoken[0] in _LIMITS
    return spoken == ("page", "size") or (is_least and (len(spoken) == 1 or spoken[-1] in _LIMITED))


def _so_many(spoken: tuple[str, ...], what: str, value: float) -> str:
    first, last = (spoken[0], spoken[-1]) if spoken else ("", "")
    rest = spelt(spoken[1:])
    if first in ("max", "maximum") and rest and is_plural(rest):
        return f"with at most {_counted(value, rest)}"
    if last == "count" and len(spoken) > 1:
        return f"with {_counted(value, f'{spelt(spoken[:-1])}s')}"
    if is_plural(what):
        return f"with {_counted(value, what)}"
    return f"{'at' if last == 'price' else 'with'} {article(what)} of {value}"


def _counted(number: float, things: str) -> str:
    return f"{number} {singular(things) if number == 1 else things}"
