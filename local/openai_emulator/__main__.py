"""`python -m local.openai_emulator --port N [--data DIR] [--<switch> VALUE …]`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import uvloop

from local.openai_emulator.emulator import Emulator
from local.openai_emulator.server import Server
from local.openai_emulator.switches import Switches, switch_types


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line; one flag a switch (`--latency-s 0.2`), spelt with underscores as well."""
    parser = argparse.ArgumentParser(
        prog="python -m local.openai_emulator", description="A local server that speaks the Azure OpenAI API."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument(
        "--data", type=Path, help="folder for files, jobs and trained students; default: a temporary one"
    )
    parser.add_argument("--api-key", default="", help="the only key accepted; default: any")
    parser.add_argument(
        "--deployment",
        action="append",
        default=[],
        metavar="NAME=MODEL",
        help="a deployment known from the start",
    )
    flags = parser.add_argument_group("switches")
    for name, kind in switch_types().items():
        spellings = dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}"))
        if kind is bool:
            flags.add_argument(*spellings, action=argparse.BooleanOptionalAction, default=None)
        else:
            flags.add_argument(*spellings, type=_reader(kind), default=None)
    return parser.parse_args(arguments)


def _reader(kind: Any) -> Any:
    if kind in (int, float):
        return kind
    if getattr(kind, "__origin__", None) is list:
        return lambda text: [part.strip() for part in text.split(",") if part.strip()]
    return str


def make_emulator(arguments: argparse.Namespace) -> Emulator:
    """The emulator that the command line asks for. ValueError names a bad switch or deployment."""
    switches = Switches()
    given = {name: getattr(arguments, name) for name in switch_types()}
    switches.update({name: value for name, value in given.items() if value is not None})
    deployments = {}
    for pair in arguments.deployment:
        name, separator, model = pair.partition("=")
        if not separator or not name or not model:
            raise ValueError(f"--deployment takes NAME=MODEL, not {pair!r}")
        deployments[name] = model
    return Emulator(
        data=arguments.data, switches=switches, deployments=deployments, api_key=arguments.api_key
    )


async def serve(arguments: argparse.Namespace, emulator: Emulator) -> None:
    """Serve until SIGINT or SIGTERM."""
    server = Server(emulator, host=arguments.host, port=arguments.port)
    await server.start()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    print(f"ready: {server.url}", flush=True)
    await stopped.wait()
    await server.stop()


def main() -> int:
    """Exit status 2 for a command line that cannot be used."""
    arguments = read_arguments()
    try:
        emulator = make_emulator(arguments)
    except ValueError as exc:
        print(exc, file=sys.stderr)
        return 2
    uvloop.run(serve(arguments, emulator))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
