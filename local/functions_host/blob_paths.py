"""Path patterns of blob triggers: `container/{name}`, `container/in/{name}.json`, `container`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local.functions_host.errors import HostError

_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class BlobPath:
    """Which blobs a trigger is for.

    Attributes:
        container: its name.
        prefix: what every matching blob's name starts with.
    """

    container: str
    prefix: str
    pattern: re.Pattern[str]

    def match(self, blob: str) -> dict[str, str] | None:
        """The path parameters of a blob's name; None if the trigger is not for it. A parameter may hold slashes."""
        found = self.pattern.fullmatch(blob)
        return found.groupdict() if found else None


def parse_blob_path(function: str, path: str) -> BlobPath:
    """The pattern in a blob trigger's binding, settings resolved. HostError naming the function if it is invalid."""
    container, _, blob = path.strip("/").partition("/")
    if not container or "{" in container:
        raise HostError(f"{function}: the blob path {path!r} must start with a container's name")
    pattern, end = "", 0
    for match in _PARAMETER.finditer(blob):
        pattern += f"{re.escape(blob[end : match.start()])}(?P<{match[1]}>.+)"
        end = match.end()
    rest = blob[end:]
    if "{" in rest or "}" in rest:
        raise HostError(f"{function}: the blob path {path!r} cannot be read")
    prefix = blob.partition("{")[0]
    return BlobPath(container, prefix, re.compile(pattern + re.escape(rest) if blob else ".*", re.DOTALL))
