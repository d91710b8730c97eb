"""What a local stack is asked for, and whether the settings that it finds can serve anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local.checkout import DATA, ROOT
from local.settings_file import SettingsFileError, read_settings_file
from local.stack_record import StackError


@dataclass(frozen=True)
class StackOptions:
    """What `plansmith up` was asked for.

    Attributes:
        port: of the HTTP API; 0 takes a free one.
        data: folder for everything the stack keeps.
        azurite_ports: blob, queue, table; None takes free ones.
        openai_port: of the emulator; None takes a free one.
        openai: address of another model service, instead of the emulator.
        emulator: use the emulator even if the user's settings name another service.
        emulator_args: passed on to the emulator.
        hosts: functions hosts against the one Azurite, the first at `port`.
        host: `local`, or `func` for Azure Functions Core Tools.
        queue_lock_s: how long a message stays hidden after its host died.
        verbose: hosts write to our stderr instead of their log files.
        temporary: the stack belongs to one command and ends with it.
        access_log: Azurite writes one line a request to its log.
    """

    port: int = 7071
    data: Path = DATA
    azurite_ports: tuple[int, int, int] | None = None
    openai_port: int | None = None
    openai: str | None = None
    emulator: bool = False
    emulator_args: tuple[str, ...] = ()
    hosts: int = 1
    host: str = "local"
    queue_lock_s: float = 30.0
    verbose: bool = False
    temporary: bool = False
    access_log: bool = False


def settings_file() -> dict[str, str]:
    """What `local.settings.json` says. Raises StackError where it cannot be read."""
    try:
        return read_settings_file(ROOT / "local.settings.json")
    except SettingsFileError as error:
        raise StackError(str(error)) from error


def check_settings(environment: dict[str, str]) -> None:
    """Raises StackError that names a setting with which the app could serve nothing."""
    from shared.contracts.options import resolve
    from shared.errors import PlansmithError
    from shared.settings import Settings

    try:
        run_options = Settings.from_mapping(environment).run_options
    except PlansmithError as error:
        raise StackError(error.message) from error
    try:
        resolve(run_options)
    except PlansmithError as error:
        raise StackError(f"RUN_OPTIONS: {error.message}") from error
