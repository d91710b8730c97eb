"""`python -m local.functions_host`: the command line."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from local.checkout import ROOT
from local.functions_host import logs
from local.functions_host.errors import HostError
from local.functions_host.host import Host, HostOptions
from local.functions_host.host_json import load_host_json
from local.functions_host.settings import load_settings

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a host until SIGTERM or SIGINT; 0 after a drain, 2 if the app cannot be run."""
    parsed = _parser().parse_args(arguments)
    options = HostOptions(
        app_dir=parsed.app.resolve(),
        address=parsed.host,
        port=parsed.port,
        queue_lock_s=round(parsed.queue_lock_s),
        blob_poll_s=parsed.blob_poll_s,
        enforce_keys=parsed.enforce_keys,
        functions=tuple(name for name in parsed.functions.split(",") if name),
        drain_s=parsed.drain_s,
    )
    try:
        return _run(options, parsed.log, debug=parsed.debug)
    except (HostError, OSError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.functions_host", description="Run a Python function app."
    )
    parser.add_argument(
        "--app", type=Path, default=ROOT, metavar="DIR", help="folder of function_app.py and host.json"
    )
    parser.add_argument("--port", type=int, default=7071, help="HTTP port, 0 for a free one (default 7071)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument(
        "--queue-lock-s", type=float, default=600, help="lock on a received message (default 600)"
    )
    parser.add_argument(
        "--blob-poll-s", type=float, default=10, help="between looks for new blobs (default 10)"
    )
    parser.add_argument(
        "--drain-s", type=float, default=30, help="for running functions at the end (default 30)"
    )
    parser.add_argument("--enforce-keys", action="store_true", help="ask for function keys")
    parser.add_argument("--log", choices=("plain", "json"), default="plain", help="log lines on stderr")
    parser.add_argument("--debug", action="store_true", help="log every invocation")
    parser.add_argument("--functions", default="", metavar="A,B", help="run only these functions")
    return parser


def _run(options: HostOptions, style: str, *, debug: bool) -> int:
    host_json = load_host_json(options.app_dir)
    logs.set_up("json" if style == "json" else "plain", "debug" if debug else host_json.log_level)
    settings = load_settings(options.app_dir, os.environ)
    os.environ.update(settings.values)
    os.environ.setdefault("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    os.chdir(options.app_dir)
    served: int = uvloop.run(_serve(Host(options, host_json, settings)))
    return served


async def _serve(host: Host) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _on_signal, stop)
    try:
        port = await host.start()
    except BaseException:
        await host.close()
        raise
    # What is loaded now stays: keep it out of every later collection.
    gc.collect()
    gc.freeze()
    print(f"ready: http://{host.options.address}:{port}", flush=True)
    await stop.wait()
    _log.info("draining")
    if not await host.drain():
        sys.stderr.flush()
        os._exit(0)  # a function on a thread cannot be stopped, and would keep the process
    return 0


def _on_signal(stop: asyncio.Event) -> None:
    if stop.is_set():
        os._exit(130)  # asked twice: at once
    stop.set()
