"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_file(path: Path, *, mode: int = 0o666) -> Iterator[TextIO]:
    """A text file to write, which takes the place of what is at `path` once the block has ended well.

    Where `path` is a link, that is the file it leads to. `mode` says who may use it, less what the process's umask
    takes away.
    """
    path = path.resolve()
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            yield file
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.replace(path)
