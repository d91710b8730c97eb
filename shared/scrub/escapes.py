"""Undoes the escapes of HTML and JSON in texts."""

from __future__ import annotations

import html
import re

# Signs that stand between names and values, and around them; others say nothing of credentials.
_ENTITY = re.compile(
    r"&(?:quot|apos|lt|gt|amp|nbsp|colon|equals|num|#0{0,4}\d{2,3}|#[xX]0{0,2}[0-9a-fA-F]{2});"
)
_UNICODE = re.compile(r"\\u00([2-7][0-9a-fA-F])")


def unescaped(text: str) -> str | None:
    """`text` with escapes of ASCII signs undone, up to twice; None if there are none."""
    plain = text
    for _ in range(2):
        if "&" in plain and _ENTITY.search(plain):
            plain = html.unescape(plain).replace("\xa0", " ")
        if "\\u00" in plain:
            plain = _UNICODE.sub(lambda m: chr(int(m.group(1), 16)), plain)
    return None if plain == text else plain
