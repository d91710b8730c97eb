"""What outlives a host that died: how many answers it had paid for and not stored."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path


class Shared:
    """A number in a file that is there when the process is not."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8)
        self.value = 0

    def add(self, count: int) -> None:
        self.value += count
        self._map[:] = struct.pack("q", self.value)


def in_flight(folder: Path, pid: int) -> int:
    """What the process had paid for and not stored when it died."""
    try:
        return int(struct.unpack("q", (folder / f"in-flight-{pid}").read_bytes())[0])
    except FileNotFoundError:
        return 0
