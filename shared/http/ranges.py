"""Serves bytes whole or in parts (RFC 9110, 13 and 14), so that a client can fetch or go on with a file of any size."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from shared.errors import BadRequestError
from shared.http.answers import Answer, problem, unless_known

_MAX_PIECE = 32 * 1024 * 1024
"""Bytes of a file in one answer; a client asks for longer files in ranges."""
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Content:
    """What is served.

    Attributes:
        size: bytes of the whole.
        tag: changes when a byte of it does.
        content_type: of the whole and of each part.
        read: gives the bytes from a first one to before an end.
        headers: more headers of its answers.
    """

    size: int
    tag: str
    content_type: str
    read: Callable[[int, int], Awaitable[bytes]]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a content is asked for, as the request's headers say; None where they do not.

    Attributes:
        range: `bytes=a-b`, `bytes=a-`, or the last n by `bytes=-n`; None for the whole.
        if_range: the tag that the content had; where it has another one by now the whole is sent.
        if_none_match: tags that the client has already.
    """

    range: str | None = None
    if_range: str | None = None
    if_none_match: str | None = None


async def served(content: Content, part: Part) -> Answer:
    """The whole, the part, 304, or the problem `bad_range` or `too_large`."""
    tag = f'"{content.tag}"'
    headers = {"Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff", **content.headers}
    empty = Answer(200, b"", content.content_type, headers)
    answer = unless_known(empty, tag, part.if_none_match)
    if answer.status == 304:
        return answer
    is_of_this = part.if_range is None or part.if_range.strip() == tag
    wanted = part.range.strip() if part.range and is_of_this else ""
    if not wanted.startswith("bytes="):  # a unit that is not known is not asked for
        wanted = ""
    found = span(wanted, content.size)
    if found is None:
        message = f"the range is not in the file, which has {content.size} bytes"
        refused = problem(416, BadRequestError(message, code="bad_range"))
        refused.headers["Content-Range"] = f"bytes */{content.size}"
        return refused
    first, end = found
    if end - first > _MAX_PIECE and not wanted:
        message = f"the file has {content.size} bytes; ask for ranges of at most {_MAX_PIECE}"
        return problem(413, BadRequestError(message, code="too_large"))
    end = min(end, first + _MAX_PIECE)
    if wanted:
        answer.headers["Content-Range"] = f"bytes {first}-{end - 1}/{content.size}"
    body = await content.read(first, end)
    return Answer(206 if wanted else 200, body, content.content_type, answer.headers)


def span(wanted: str, size: int) -> tuple[int, int] | None:
    """First byte and the byte after the last of a `Range`, "" for the whole; None for a range outside the file."""
    if not wanted:
        return 0, size
    match = _RANGE.fullmatch(wanted)
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        last = min(int(match[2]), size)
        return (size - last, size) if last else None
    end = min(int(match[2]) + 1, size) if match[2] else size
    return (int(match[1]), end) if end > int(match[1]) else None
