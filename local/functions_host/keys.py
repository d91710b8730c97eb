"""Function keys: which requests may call which functions, when the host is asked to enforce them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from local.functions_host.errors import HostError
from local.functions_host.settings import AppSettings

MASTER = "HOST_KEY_MASTER"
DEFAULT = "HOST_KEY_DEFAULT"
PER_FUNCTION = "FUNCTION_KEY_"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an app, from its settings; None without any.

    `HOST_KEY_MASTER` opens everything, `HOST_KEY_DEFAULT` every function, `FUNCTION_KEY_<name>` one function.
    """

    master: str | None
    default: str | None
    functions: dict[str, str]

    def may_call(self, function: str, level: str, given: str | None) -> bool:
        """Whether the key `given` opens a function of authorization level `level` (`anonymous|function|admin`)."""
        if level == "anonymous":
            return True
        if level == "admin":
            return self.is_master(given)
        accepted = (self.functions.get(function.lower()), self.default, self.master)
        return any(_equal(given, key) for key in accepted)

    def is_master(self, given: str | None) -> bool:
        """Whether `given` opens the admin API."""
        return _equal(given, self.master)


def load_keys(settings: AppSettings) -> Keys:
    """The keys in the settings. HostError without any, since nothing could then be called."""
    functions = {
        name.removeprefix(PER_FUNCTION).lower(): value
        for name, value in settings.values.items()
        if name.startswith(PER_FUNCTION) and value
    }
    keys = Keys(settings.get(MASTER) or None, settings.get(DEFAULT) or None, functions)
    if not (keys.master or keys.default or keys.functions):
        raise HostError(f"--enforce-keys needs keys: set {DEFAULT} (and {MASTER} for the admin API)")
    return keys


def _equal(given: str | None, key: str | None) -> bool:
    return bool(given and key) and hmac.compare_digest(str(given).encode(), str(key).encode())
