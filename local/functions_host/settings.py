"""App settings: the environment over `local.settings.json`, `%NAME%` in bindings, and connections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from local.functions_host.errors import HostError
from local.functions_host.storage import StorageAccount, parse_connection_string
from local.settings_file import SettingsFileError, read_settings_file

_PLACEHOLDER = re.compile(r"%([^%]+)%")
_TRUE = frozenset({"1", "true"})


def load_settings(app_dir: Path, environ: Mapping[str, str]) -> AppSettings:
    """The settings of the app in `app_dir`. HostError if `local.settings.json` cannot be used."""
    try:
        return AppSettings({**read_settings_file(app_dir / "local.settings.json"), **environ})
    except SettingsFileError as exc:
        raise HostError(str(exc)) from exc


class AppSettings:
    """Settings by name, as the function app sees them in its environment."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict(values)

    def get(self, name: str, default: str = "") -> str:
        """The setting's value, `default` if it is missing or empty."""
        return self.values.get(name) or default

    def is_true(self, name: str) -> bool:
        """Whether the setting says `true` or `1`."""
        return self.get(name).strip().lower() in _TRUE

    def resolve(self, text: str) -> str:
        """`text` with every `%NAME%` replaced. HostError naming a setting that is missing."""

        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if not self.get(name):
                raise HostError(f"the binding value {text!r} needs the app setting {name}, which is not set")
            return self.get(name)

        return _PLACEHOLDER.sub(value, text)

    def account(self, connection: str) -> StorageAccount:
        """The storage account behind the connection name of a binding (default `AzureWebJobsStorage`).

        Raises:
            HostError: not set, not a connection string, or the identity form, which only works in Azure.
        """
        name = connection or "AzureWebJobsStorage"
        text = self.get(name)
        if text:
            return parse_connection_string(text, name)
        if any(key.startswith(f"{name}__") for key in self.values):
            raise HostError(
                f"{name} is given by identity ({name}__…); the local host needs a connection string in {name}"
            )
        raise HostError(
            f"the app setting {name} is missing: a storage connection string, or UseDevelopmentStorage=true"
        )
