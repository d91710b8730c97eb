"""What others say of an error, short enough to be stored."""

from __future__ import annotations

_MAX_TEXT = 500


def short(text: object) -> str:
    """The words in one line of at most 500 characters; the name of its class for an error that says nothing.

    Half characters, which JSON may spell and nothing can store, are question marks.
    """
    words = " ".join(str(text).encode(errors="replace").decode().split()) or type(text).__name__
    return words if len(words) <= _MAX_TEXT else f"{words[: _MAX_TEXT - 1]}…"
