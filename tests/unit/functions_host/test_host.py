import asyncio
from pathlib import Path

import pytest

from local.functions_host import host as host_module
from local.functions_host.errors import HostError
from local.functions_host.host import Host, HostOptions
from local.functions_host.host_json import parse_host_json
from local.functions_host.settings import AppSettings


def make_host(app_dir: Path, **settings: str) -> Host:
    return Host(
        HostOptions(app_dir), parse_host_json({"version": "2.0"}, processors=1), AppSettings(settings)
    )


class BrokenOnce:
    def __init__(self) -> None:
        self.runs = 0
        self.recovered = asyncio.Event()

    async def run(self) -> None:
        self.runs += 1
        if self.runs == 1:
            raise LookupError("a bug")
        self.recovered.set()

    def stop(self) -> None:
        pass


async def test_a_listener_that_breaks_is_reported_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(host_module, "_RESTART_S", 0.01)
    listener = BrokenOnce()
    make_host(tmp_path)._run(listener)
    async with asyncio.timeout(5):
        await listener.recovered.wait()
    assert listener.runs == 2
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_hosts_of_one_folder_share_an_id_that_fits_queue_names(tmp_path: Path):
    first, second = make_host(tmp_path).id, make_host(tmp_path).id
    assert first == second != make_host(tmp_path / "other").id
    assert len(f"azure-webjobs-blobtrigger-{first}") <= 63


def test_the_id_can_be_set(tmp_path: Path):
    assert make_host(tmp_path, AzureFunctionsWebHost__hostid="my-host").id == "my-host"


@pytest.mark.parametrize("given", ["My", "a--b", "-a", "x" * 33])
def test_an_id_that_fits_no_queue_name_is_refused(tmp_path: Path, given: str):
    with pytest.raises(HostError, match="AzureFunctionsWebHost__hostid"):
        make_host(tmp_path, AzureFunctionsWebHost__hostid=given)
