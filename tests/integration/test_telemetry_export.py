"""What leaves the process when the worker has set telemetry up: read off a local ingestion endpoint."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from local.checkout import ROOT
from shared import telemetry
from tests.builders.bicep import bicep

TELL = """
from azure_functions_runtime.otel import initialize_azure_monitor
initialize_azure_monitor()
import logging, urllib.request
from shared import telemetry
from shared.dataset.outcome import Attempt, Outcome
from shared.tokens import Tokens
logging.getLogger("azure.core").warning("other people's words")
attempt = Attempt("valid", Tokens(100, 40, 20))
telemetry.outcome("shop-0123456789", Outcome(3, "accepted", attempts=(attempt,), model="gpt-4.1"))
telemetry.answered("gpt-4.1", Tokens(100, 40, 20), 0.5)
telemetry.throttled("teacher")
from opentelemetry import _logs, metrics
_logs.get_logger_provider().force_flush()
metrics.get_meter_provider().force_flush()
import os; os._exit(0)
"""


class _Ingestion(BaseHTTPRequestHandler):
    items: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        items = json.loads(body)
        self.items += items
        answer = json.dumps({"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


def _settings() -> dict[str, Any]:
    return {each["name"]: each["value"] for each in bicep("functions").variables["settings"]}


@pytest.fixture(scope="module")
def sent() -> list[dict[str, Any]]:
    """Every telemetry item that the program TELL sends, with the settings of the app in Azure."""
    handler = type("Handler", (_Ingestion,), {"items": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    in_azure = _settings()
    of_telemetry = ("PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME", "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS")
    environment = {name: in_azure[name] for name in of_telemetry} | {
        "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=00000000-0000-0000-0000-000000000000;"
        f"IngestionEndpoint=http://127.0.0.1:{server.server_port}/",
        "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", TELL], env=environment, capture_output=True, text=True, check=False
    )
    server.shutdown()
    server.server_close()
    assert done.returncode == 0, done.stderr
    items: list[dict[str, Any]] = vars(handler)["items"]
    return items


def _of(sent: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [item["data"]["baseData"] for item in sent if item["data"]["baseType"] == kind]


def test_an_outcome_is_a_trace_with_run_and_index(sent: list[dict[str, Any]]):
    (trace,) = _of(sent, "MessageData")
    assert trace["message"] == "record_outcome"
    told = {key: str(trace["properties"][key]) for key in ("run_id", "index", "status", "tokens")}
    assert told == {"run_id": "shop-0123456789", "index": "3", "status": "accepted", "tokens": "120"}


def test_metrics_leave_under_the_names_that_alerts_and_queries_ask_for(sent: list[dict[str, Any]]):
    metrics = {metric["name"]: metric for data in _of(sent, "MetricData") for metric in data["metrics"]}
    names = {
        "plansmith.records",
        "plansmith.attempts",
        "plansmith.tokens",
        "plansmith.cost",
        "plansmith.throttles",
    }
    assert names <= set(metrics)
    assert metrics["plansmith.throttles"]["value"] == 1


def test_nothing_but_our_own_events_is_exported(sent: list[dict[str, Any]]):
    assert "other people" not in json.dumps(sent)
    assert _settings()["PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME"] == telemetry.LOGGER
    assert _of(sent, "RemoteDependencyData") == []
