"""Which regular expressions of documents are safe to run on every value of a plan."""

from __future__ import annotations

import re
from functools import lru_cache

from shared.scrub.text import scrub_text

_LONGEST = 400
# Bytes of a compiled pattern; one of this size takes some milliseconds to compile.
_SIZE = 1 << 20
# The literal of a program (`/^a$/i`), whose slashes no value has.
_LITERAL = re.compile(r"/.*/[a-z]*", re.DOTALL)


@lru_cache(maxsize=4_096)
def is_fit(pattern: str) -> bool:
    """Whether a pattern can be matched in time linear to the value, in the dialect that plans are checked with.

    Those that look around or back cannot, nor those with repetitions beyond what that takes memory for.
    """
    if not 0 < len(pattern) <= _LONGEST or _LITERAL.fullmatch(pattern) or scrub_text(pattern) != pattern:
        return False
    import jsonschema_rs

    try:
        jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions(size_limit=_SIZE)
        )
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4_096)
def is_found(pattern: str, text: str) -> bool:
    """Whether a fit pattern matches anywhere in `text`."""
    import jsonschema_rs

    options = jsonschema_rs.RegexOptions(size_limit=_SIZE)
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options).is_valid(text)
