"""Addresses as people give them, which may be none at all."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def split_address(address: str) -> SplitResult:
    """The parts of a url; empty ones where it cannot be read."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def is_here(address: str) -> bool:
    """Whether a url is served by this machine."""
    return split_address(address).hostname in ("127.0.0.1", "localhost", "::1")
