"""Programs that serve on this machine: free ports for them, and waiting until they answer."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from local.child import Child
from local.stack_record import StackError

LOOPBACK = "127.0.0.1"
READY_TIMEOUT_S = 120.0


def free_ports(count: int) -> tuple[int, ...]:
    """`count` different ports that nothing listens on at this moment."""
    sockets = [socket.create_server((LOOPBACK, 0)) for _ in range(count)]
    try:
        return tuple(sock.getsockname()[1] for sock in sockets)
    finally:
        for sock in sockets:
            sock.close()


def need_free(port: int, otherwise: str) -> None:
    """Raise StackError, with what else one may do, if no server could listen on `port` now; 0 stands for any port."""
    if port and not is_free(port):
        raise StackError(f"Port {port} is taken by another program: {otherwise}.")


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of 127.0.0.1 now."""
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True


def accepts(port: int) -> bool:
    """Whether something takes connections on `port`."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def answers(url: str) -> bool:
    """Whether an address answers with 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by a proxy to ourselves
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for(child: Child, is_up: Callable[[], bool], deadline: float) -> None:
    """Wait until a program serves. StackError, with the end of its log, if it ends before or is late."""
    while not is_up():
        if child.ended() is not None:
            raise StackError(
                f"{child.name} ended with status {child.ended()} while starting:\n{child.tail()}"
            )
        if time.monotonic() > deadline:
            raise StackError(f"{child.name} did not serve within {READY_TIMEOUT_S:.0f} s:\n{child.tail()}")
        time.sleep(0.05)
