"""What was looked at and found, as the preflight tells it, too."""

from __future__ import annotations

from cli.preflight import Finding

__all__ = ["Finding", "error", "ok", "warning"]


def ok(code: str, text: str) -> Finding:
    """All is well there."""
    return Finding("ok", code, text)


def warning(code: str, text: str, do: str) -> Finding:
    """It works, but not as one may think."""
    return Finding("warning", code, text, do)


def error(code: str, text: str, do: str) -> Finding:
    """Something does not work."""
    return Finding("error", code, text, do)
