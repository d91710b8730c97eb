"""How commands that run for long end."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import NoReturn


def end_on_signals(status: int | None = None) -> None:
    """Make SIGTERM and SIGHUP end the command as orderly as Ctrl-C does; `status`: with that exit status."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # the order of stopping is not to be disturbed
        raise SystemExit(128 + number if status is None else status)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def end_with_input() -> None:
    """End this process once its standard input is closed, that is when the command that started it is gone."""

    def wait() -> None:
        while os.read(0, 4096):  # not sys.stdin, whose lock would stop the interpreter's own end
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
