"""What a round does to and sees of the emulator of its stack."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import orjson


class ChaosEmulator:
    """The emulator of the model service: faults on request, and what it counted."""

    emulator: str
    """Its address."""

    def switch(self, **switches: Any) -> None:
        """Set switches of the emulator."""
        self._post("switches", switches)

    def calm(self) -> None:
        """No fault and no latency any more; counters at zero."""
        neutral = {
            "latency_s": 0.0,
            "latency_jitter_s": 0.0,
            "malformed_share": 0.0,
            "malformed_classes": [],
            "error_500_share": 0.0,
            "rpm": 0,
        }
        self._post("switches", {**neutral, "storm_share": 0.0, "retry_after_s": 0.0, "drop_share": 0.0})
        self._post("reset", {})

    def _post(self, path: str, body: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.emulator}/emulator/{path}", orjson.dumps(body), headers)
        urllib.request.urlopen(request, timeout=10).close()

    def counters(self) -> dict[str, Any]:
        """What the emulator counted since `calm`."""
        return dict(self._state()["counters"])

    def _state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.emulator}/emulator/state", timeout=10) as answer:
            return dict(json.load(answer))

    def jobs(self) -> dict[str, str]:
        """The emulator's fine-tune jobs: their status by id."""
        return dict(self._state()["jobs"])

    def tuning_files(self) -> int:
        """Files at the emulator."""
        return int(self._state()["files"])

    def deployments(self) -> list[str]:
        """Names of the emulator's deployments."""
        return list(self._state()["deployments"])

    def emulator_serves(self) -> bool:
        """Whether the emulator answers."""
        try:
            self.counters()
        except urllib.error.URLError:
            return False
        return True
