"""Log lines of the host and of the functions it runs, on stderr: one line an event, plain or JSON."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from local.functions_host.worker import current_invocation

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "function", "taskName"}
_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31m"}
_NOISY = (
    "azure.core",
    "azure.storage",
    "azure.identity",
    "aiohttp.access",
    "httpx",
    "httpx2",
    "openai",
    "urllib3",
)
_LEVELS = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 10,
}

running: dict[str, str] = {}
"""Names of the functions that run now, by invocation id."""


def set_up(style: Literal["plain", "json"], log_level: str) -> None:
    """Send the root logger's records to stderr, from `log_level` (of `host.json`) on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else PlainLines(colour=sys.stderr.isatty()))
    handler.addFilter(_name_function)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS.get(log_level.lower(), logging.INFO))
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _name_function(record: logging.LogRecord) -> bool:
    record.function = running.get(current_invocation(), "")
    return True


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in record.__dict__.items() if key not in _STANDARD}


class PlainLines(logging.Formatter):
    """`HH:MM:SS.mmm LEVEL function message key=value …`, then the traceback if there is one."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        """One record, its traceback below it."""
        time = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]
        who = (
            getattr(record, "function", "") or "host" if _is_host(record) else getattr(record, "function", "")
        )
        fields = "".join(f" {key}={value}" for key, value in _fields(record).items() if key != "traceback")
        line = f"{time} {record.levelname:<7} {who or record.name}  {record.getMessage()}{fields}"
        if self._colour and record.levelno in _COLOURS:
            line = f"{_COLOURS[record.levelno]}{line}\x1b[0m"
        return line + self._trace(record)

    def _trace(self, record: logging.LogRecord) -> str:
        trace = getattr(record, "traceback", "") or (
            self.formatException(record.exc_info) if record.exc_info else ""
        )
        return f"\n{trace.rstrip()}" if trace else ""


class JsonLines(logging.Formatter):
    """One JSON object a line: `time` (UTC), `level`, `logger`, `function`, `message`, and the record's extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if getattr(record, "function", ""):
            line["function"] = getattr(record, "function", "")
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps({**line, **_fields(record)}, ensure_ascii=False, default=str)


def _is_host(record: logging.LogRecord) -> bool:
    return record.name.startswith("local.functions_host")
