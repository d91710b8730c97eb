"""Deployments: those known from the start and those made through the resource manager's REST."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from local.openai_emulator.errors import ApiError, deployment_not_found
from local.openai_emulator.models import find_model, parse_fine_tuned
from local.openai_emulator.storage import Disk
from local.openai_emulator.switches import Switches

DEFAULTS = {
    "teacher": "gpt-5.1-2025-11-13",
    "student-base": "gpt-4.1-nano-2025-04-14",
    "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
    "ministral-3b": "Ministral-3B",
}
SKUS = (
    "Standard",
    "GlobalStandard",
    "DataZoneStandard",
    "DeveloperTier",
    "GlobalBatch",
    "ProvisionedManaged",
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,63}")


class Deployments:
    """Which model answers under which name.

    Args:
        is_trained: whether a fine-tuned model or checkpoint of that name exists.
    """

    def __init__(
        self, disk: Disk, switches: Switches, fixed: Mapping[str, str], is_trained: Callable[[str], bool]
    ) -> None:
        self._disk = disk
        self._switches = switches
        self._fixed = {**DEFAULTS, **fixed}
        self._is_trained = is_trained
        self._path = disk.folder("deployments") / "all.json"
        self._made: dict[str, dict[str, Any]] = next(iter(disk.load_all(self._path.parent)), {})

    def model_of(self, name: str) -> str:
        """The model behind a deployment, a base model's or a fine-tuned model's own name. ApiError 404 if none."""
        made = self._made.get(name)
        if made is not None:
            if self._state(made) != "Succeeded":
                raise deployment_not_found()
            if made["misses_left"] > 0:
                made["misses_left"] -= 1
                raise deployment_not_found()
            return str(made["model"]["name"])
        if name in self._fixed:
            return self._fixed[name]
        if parse_fine_tuned(name) and self._is_trained(name):
            return name
        raise deployment_not_found()

    def put(self, account: str, name: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Create or change a deployment: (201 or 200, the deployment as it is now)."""
        sku, model = _checked(name, body)
        known = find_model(model["name"]) or self._is_trained(model["name"])
        if not known:
            raise ApiError(
                400,
                f"The model 'Format: {model.get('format')}, Name: {model['name']}, Version: {model.get('version')}' "
                "of account deployment is not supported.",
                code="DeploymentModelNotSupported",
            )
        status = 200 if name in self._made else 201
        self._made[name] = {
            "account": account,
            "sku": sku,
            "model": model,
            "created_at": time.time(),
            "misses_left": self._switches.deployment_not_found_calls,
        }
        self._disk.save(self._path, self._made)
        return status, self.get(account, name)

    def get(self, account: str, name: str) -> dict[str, Any]:
        """The deployment as the resource manager shows it. ApiError 404 if it was not made there."""
        made = self._made.get(name)
        if made is None or made["account"] != account:
            raise ApiError(
                404, f"The Resource '{account}/deployments/{name}' was not found.", code="ResourceNotFound"
            )
        return {
            "id": f"{account}/deployments/{name}",
            "type": "Microsoft.CognitiveServices/accounts/deployments",
            "name": name,
            "sku": made["sku"],
            "properties": {
                "model": made["model"],
                "provisioningState": self._state(made),
                "versionUpgradeOption": "OnceNewDefaultVersionAvailable",
                "rateLimits": [],
            },
            "tags": {"emulator": "true"},
        }

    def listing(self, account: str) -> dict[str, Any]:
        """All deployments of an account."""
        return {
            "value": [
                self.get(account, name) for name, made in self._made.items() if made["account"] == account
            ]
        }

    def delete(self, account: str, name: str) -> bool:
        """Remove a deployment; whether there was one."""
        made = self._made.get(name)
        if made is None or made["account"] != account:
            return False
        del self._made[name]
        self._disk.save(self._path, self._made)
        return True

    def names(self) -> dict[str, str]:
        """Every callable deployment and its model, for the state page."""
        return {**self._fixed, **{name: made["model"]["name"] for name, made in self._made.items()}}

    def _state(self, made: dict[str, Any]) -> str:
        age_s = time.time() - made["created_at"]
        if age_s >= self._switches.deployment_s:
            return "Succeeded"
        return "Accepted" if age_s < self._switches.deployment_s / 4 else "Creating"


def _checked(name: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if not _NAME.fullmatch(name):
        raise ApiError(400, f"The deployment name '{name}' is not valid.", code="InvalidDeploymentName")
    sku = body.get("sku")
    names = {known.lower(): known for known in SKUS}
    if not isinstance(sku, dict) or str(sku.get("name", "")).lower() not in names:
        raise ApiError(
            400,
            f"The sku of a deployment must be one of {', '.join(SKUS)}.",
            code="InvalidResourceProperties",
        )
    capacity = sku.get("capacity", 1)
    if not isinstance(capacity, int) or capacity < 1:
        raise ApiError(400, "The capacity should be null or positive.", code="InvalidCapacity")
    properties = body.get("properties")
    model = properties.get("model") if isinstance(properties, dict) else None
    if not isinstance(model, dict) or not model.get("name") or not model.get("format"):
        raise ApiError(
            400,
            "The deployment needs properties.model with format and name.",
            code="InvalidResourceProperties",
        )
    return {"name": names[sku["name"].lower()], "capacity": capacity}, dict(model)
