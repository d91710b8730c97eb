"""What a running stack leaves for other commands to find it, and whether it still runs."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cli.errors import CommandError
from cli.whole_file import whole_file
from local.checkout import STACK_RECORD


class StackError(CommandError):
    """The local stack cannot start or go on; the message says why and what to do."""


@dataclass(frozen=True)
class StackRecord:
    """A running stack.

    Attributes:
        url: address of its HTTP API.
        pid: the process to send SIGTERM to.
        data: its data folder.
        storage: connection string of its Azurite.
        openai: address of the model service it uses.
        hosts: `{"name", "url", "pid", "log"}` of each functions host.
        temporary: whether it ends with the one command that started it.
    """

    url: str
    pid: int
    data: str
    storage: str
    openai: str
    hosts: list[dict[str, str | int]] = field(default_factory=list)
    temporary: bool = False


def running_stack(path: Path = STACK_RECORD) -> StackRecord | None:
    """The stack recorded at `path` if it runs, else None."""
    try:
        record = StackRecord(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return record if is_in_use(Path(record.data)) else None


def publish(record: StackRecord, path: Path = STACK_RECORD) -> None:
    """Leave `record` in its data folder, and at `path` unless another lasting stack is recorded there."""
    _write(Path(record.data) / "stack.json", record)
    other = running_stack(path)
    if other is None or other.pid == record.pid or (other.temporary and not record.temporary):
        _write(path, record)


def withdraw(record: StackRecord, path: Path = STACK_RECORD) -> None:
    """Take back what `publish` left."""
    (Path(record.data) / "stack.json").unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError, ValueError, KeyError):
        if json.loads(path.read_text())["pid"] == record.pid:
            path.unlink()


@contextlib.contextmanager
def data_folder(data: Path) -> Iterator[Path]:
    """Hold `data` for one stack alone: two Azurites in one folder would spoil it. Raises StackError."""
    data.mkdir(parents=True, exist_ok=True)
    with open(data / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StackError(
                f"A stack with the data folder {data} runs already{_where(data)}: "
                "use that one, stop it, or give another folder with --data."
            ) from error
        yield data


def _where(data: Path) -> str:
    try:
        found = json.loads((data / "stack.json").read_text())
        return f" at {found['url']} (process {found['pid']})"
    except (FileNotFoundError, ValueError, KeyError):
        return ""


def is_in_use(data: Path) -> bool:
    """Whether a stack holds the folder `data`."""
    try:
        with open(data / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _write(path: Path, record: StackRecord) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(json.dumps(asdict(record), indent=2) + "\n")
