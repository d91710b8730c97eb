"""A way to a server on which the answer to a request can get lost after the server has done what it asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class LosingProxy:
    """Passes bytes to and fro on 127.0.0.1.

    Attributes:
        port: where clients connect.
        lost: answers lost so far.
    """

    def __init__(self, upstream_port: int) -> None:
        self.port = 0
        self.lost = 0
        self._upstream_port = upstream_port
        self._next = b""

    def lose_next(self, start: str) -> None:
        """Lose the answer to the next request whose first line holds `start`: the connection closes instead."""
        self._next = start.encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection."""
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        losing = asyncio.Event()

        async def ask() -> None:
            while data := await reader.read(65536):
                first_line = data.split(b"\r\n", 1)[0]
                if self._next and self._next in first_line:
                    self._next = b""
                    losing.set()
                up_writer.write(data)
                await up_writer.drain()

        async def answer() -> None:
            while data := await up_reader.read(65536):
                if losing.is_set():
                    self.lost += 1
                    return
                writer.write(data)
                await writer.drain()

        tasks = [asyncio.create_task(ask()), asyncio.create_task(answer())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await task
        for end in (writer, up_writer):
            end.close()


@asynccontextmanager
async def losing_proxy(upstream_port: int) -> AsyncIterator[LosingProxy]:
    """A proxy for a server on 127.0.0.1, gone when the context ends."""
    proxy = LosingProxy(upstream_port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
