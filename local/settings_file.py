"""Reads `local.settings.json`, the settings of an app on one's own machine."""

from __future__ import annotations

import json
from pathlib import Path


class SettingsFileError(Exception):
    """local.settings.json cannot be used; the message says why."""


def read_settings_file(path: Path) -> dict[str, str]:
    """Its `Values`, each as text (true as `true`); empty if there is no file. Raises SettingsFileError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise SettingsFileError(f"{path.name} is not JSON: {error}") from error
    values = document.get("Values", {}) if isinstance(document, dict) else None
    if not isinstance(values, dict):
        raise SettingsFileError(
            f"{path.name} is no settings file: expected an object with an object `Values`"
        )
    if document.get("IsEncrypted"):
        raise SettingsFileError(
            f"{path.name} is encrypted, which only Core Tools can read: `func settings decrypt`, or the environment"
        )
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
