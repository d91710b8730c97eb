"""Serves a model file by llama.cpp's own HTTP server: `serve.py MODEL PORT`; runs in the environment beside it."""

from __future__ import annotations

import signal
import sys

import xllamacpp

CONTEXT_TOKENS = 8192


def main() -> None:
    """Serve until a signal."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = sys.argv[1]
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = int(sys.argv[2])
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    server = xllamacpp.Server(parameters)
    print(f"serving {server.listening_address}", flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
