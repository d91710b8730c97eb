"""Dies as if by `kill -9` right after a side effect that somebody ordered."""

from __future__ import annotations

import functools
import json
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("CHAOS_DIR", "."))
"""Holds the order (`crash.json`), taken by the first process that gets there, and what outlives a process."""
_ORDER = FOLDER / "crash.json"
_reached: Counter[str] = Counter()


def die_if_ordered(point: str) -> None:
    """A side effect has happened: die if it is the one that was ordered, for the time that was."""
    try:
        order = json.loads(_ORDER.read_text())
    except FileNotFoundError:
        return
    if order["point"] != point:
        return
    _reached[order["key"]] += 1
    if _reached[order["key"]] < order["times"]:
        return
    with suppress(FileNotFoundError):
        _ORDER.rename(FOLDER / f"crashed-{order['key']}")
        os.kill(os.getpid(), signal.SIGKILL)


def after(owner: type, method: str, point: Callable[..., str]) -> None:
    """Let calls of a method be side effects; `point` names each by its arguments."""
    original: Callable[..., Awaitable[Any]] = getattr(owner, method)

    @functools.wraps(original)
    async def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = await original(self, *args, **kwargs)
        die_if_ordered(point(*args, **kwargs))
        return result

    setattr(owner, method, wrapped)
