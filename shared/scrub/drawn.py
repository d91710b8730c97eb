"""Numbers that depend on a text alone, by which fakes are chosen."""

from __future__ import annotations

import hashlib


def drawn(text: str, salt: str) -> int:
    """A number below 2**48, the same for the same text and salt."""
    return int.from_bytes(
        hashlib.blake2b(f"{salt}:{text}".encode("utf-8", "replace"), digest_size=6).digest()
    )
