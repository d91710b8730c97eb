"""Waiting for programs that have been started: until a port takes connections, an address answers."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from local.child import Child
from local.net_ports import LOOPBACK
from local.stack_record import StackError

READY_TIMEOUT_S = 120.0


def wait_for(child: Child, is_up: Callable[[], bool], deadline: float) -> None:
    while not is_up():
        if child.ended() is not None:
            raise StackError(
                f"{child.name} ended with status {child.ended()} while starting:\n{child.tail()}"
            )
        if time.monotonic() > deadline:
            raise StackError(f"{child.name} did not serve within {READY_TIMEOUT_S:.0f} s:\n{child.tail()}")
        time.sleep(0.05)


def accepts(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by a proxy to ourselves
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
