"""`plansmith doctor` names what is planted: one mis-setting at a time."""

import json
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from cli.doctor.finding import Finding
from local.checkout import ROOT
from shared.version import VERSION
from tests.builders.commands import inside
from tests.builders.fake_api import FakeApi, serving

KEY = "fake-function-key"
SERVICE_KEY = "fake-service-key"
REGION = json.loads((ROOT / "tests/unit/cli/preflight/region.json").read_text())
ACCOUNT_ID = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/acme"


@dataclass
class ModelService:
    """A model service that has one deployment, `teacher`, and takes one key."""

    key: str = SERVICE_KEY
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/openai/v1/chat/completions", self._chat)
        return app

    async def _chat(self, request: web.Request) -> web.Response:
        if request.headers.get("api-key") != self.key:
            return web.json_response({"error": {"code": "401", "message": "Access denied"}}, status=401)
        if (await request.json())["model"] != "teacher":
            return web.json_response({"error": {"code": "DeploymentNotFound"}}, status=404)
        return web.json_response({"error": {"message": "messages is empty"}}, status=400)


class Installation(FakeApi):
    """An installation whose version, clock and storage can be wrong."""

    version: str = VERSION
    off: timedelta = timedelta()
    storage: bool = True

    async def _health(self, _: web.Request) -> web.Response:
        date = (datetime.now(UTC) + self.off).strftime("%a, %d %b %Y %H:%M:%S GMT")
        told: dict[str, Any] = {"status": "ok", "version": self.version}
        if not self.storage:
            told = {"code": "unreachable", "detail": "storage does not answer"}
        return web.json_response(told, status=200 if self.storage else 503, headers={"Date": date})


@dataclass
class World:
    """What the doctor looks at, all of it well; a test spoils one thing."""

    folder: Path
    installation: Installation
    service: ModelService
    variables: dict[str, str] = field(default_factory=dict)
    file: dict[str, str] | str = field(default_factory=dict)
    key: str = KEY
    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)

    def run(self, *arguments: str) -> tuple[int, list[dict[str, str]]]:
        """The doctor's status and findings."""
        settings = self.folder / "settings.json"
        settings.write_text(self.file if isinstance(self.file, str) else json.dumps({"Values": self.file}))
        variables: Any = {"PATH": f"{self._az()}:/usr/bin:/bin", **self.variables}
        words = ["doctor", "--json", "--url", self.url or self.installation.url, "--key", self.key]
        done = inside(*words, "--settings", str(settings), *arguments, state=self.folder, **variables)
        assert KEY not in done.stdout
        assert SERVICE_KEY not in done.stdout
        return done.returncode, json.loads(done.stdout)["findings"]

    def _az(self) -> Path:
        """A folder with an `az` that answers what the world says, by the first words of what it is asked."""
        place = self.folder / "bin"
        place.mkdir(exist_ok=True)
        (place / "answers.json").write_text(json.dumps(self.answers))
        (place / "az").write_text(
            f"#!{sys.executable}\nimport json, sys\n"
            f"known = json.load(open({str(place / 'answers.json')!r}))\n"
            "said = next((known[k] for k in known if ' '.join(sys.argv[1:]).startswith(k)), None)\n"
            "sys.exit('Please run az login') if said is None else print(said if isinstance(said, str) else json.dumps(said))\n"
        )
        (place / "az").chmod((place / "az").stat().st_mode | stat.S_IEXEC)
        return place


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving(Installation(key=KEY)) as installation, serving(ModelService()) as service:
        made = World(tmp_path, installation, service)
        made.file = {
            "AZURE_OPENAI_ENDPOINT": service.url,
            "AZURE_OPENAI_API_KEY": SERVICE_KEY,
            "TEACHER_DEPLOYMENT": "teacher",
            "STUDENT_MODEL": "gpt-4.1-nano-2025-04-14",
        }
        yield made


def azure(
    world: World,
    *,
    roles: list[str],
    teacher: str = "teacher",
    capacity: int = 100,
    version: str = "2025-11-13",
) -> None:
    """An Azure account behind the settings, as `az` would tell of it."""
    world.variables |= {
        "AZURE_OPENAI_ACCOUNT": "acme",
        "AZURE_SUBSCRIPTION_ID": "0",
        "AZURE_RESOURCE_GROUP": "rg",
    }
    made = {
        "name": teacher,
        "properties": {"model": {"name": "gpt-5.1", "version": version}},
        "sku": {"name": "GlobalStandard", "capacity": capacity},
    }
    world.answers = {
        "account get-access-token": "fake-token",
        "ad signed-in-user show": {"id": "me"},
        "role assignment list": [{"roleDefinitionName": role} for role in roles],
        "cognitiveservices account list": [
            {"id": ACCOUNT_ID, "name": "acme", "resourceGroup": "rg", "location": "swedencentral"}
        ],
        "cognitiveservices account deployment list": [made],
        "cognitiveservices model list": REGION["models"],
        "cognitiveservices usage list": REGION["usages"],
    }


def setting(**values: str) -> Callable[[World], None]:
    def plant(world: World) -> None:
        assert isinstance(world.file, dict)
        world.file |= values

    return plant


def attribute(**values: Any) -> Callable[[World], None]:
    def plant(world: World) -> None:
        for name, value in values.items():
            setattr(world, name, value)

    return plant


def of_installation(**values: Any) -> Callable[[World], None]:
    def plant(world: World) -> None:
        for name, value in values.items():
            setattr(world.installation, name, value)

    return plant


def without(name: str) -> Callable[[World], None]:
    def plant(world: World) -> None:
        assert isinstance(world.file, dict)
        del world.file[name]

    return plant


def open_profiles(world: World) -> None:
    place = world.folder / "config/plansmith/profiles.json"
    place.parent.mkdir(parents=True)
    place.write_text('{"profiles": {}}')
    place.chmod(0o644)


def in_azure(**told: Any) -> Callable[[World], None]:
    def plant(world: World) -> None:
        given = {"roles": ["Cognitive Services OpenAI Contributor"], **told}
        azure(world, **given)
        if "roles" in told:  # roles matter to who comes without a key
            without("AZURE_OPENAI_API_KEY")(world)
            world.service.key = ""

    return plant


PLANTED: dict[str, tuple[Callable[[World], None], str, str]] = {
    "a settings file that is none": (attribute(file="{"), "error", "settings_file"),
    "a name that is misspelt": (setting(TEACHER_DEPLOYMNT="x"), "error", "unknown_setting"),
    "a value that cannot be": (setting(REQUEST_TRIES="many"), "error", "bad_setting"),
    "a webhook without a secret": (setting(EVENTS_WEBHOOK_URL="https://events.example"), "error", "bad_setting"),
    "defaults that are no JSON": (setting(RUN_OPTIONS="{samples: 5}"), "error", "bad_setting"),
    "a run option that does not exist": (setting(RUN_OPTIONS='{"sampels": 5}'), "error", "bad_run_option"),
    "two model services": (setting(OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_API_KEY="x"), "warning", "two_services"),
    "an endpoint with a path": (setting(AZURE_OPENAI_ENDPOINT="https://acme.example/openai/v1"), "error", "bad_endpoint"),
    "an endpoint in the clear": (setting(AZURE_OPENAI_ENDPOINT="http://acme.example"), "error", "bad_endpoint"),
    "a service that is not there": (setting(AZURE_OPENAI_ENDPOINT="http://127.0.0.1:9"), "error", "service_not_reached"),
    "a wrong key of the service": (setting(AZURE_OPENAI_API_KEY="fake-other-key"), "error", "service_key_refused"),
    "no teacher": (without("TEACHER_DEPLOYMENT"), "error", "no_teacher"),
    "a teacher that is not deployed": (setting(TEACHER_DEPLOYMENT="techer"), "error", "no_deployment"),
    "an account without its group": (setting(AZURE_OPENAI_ACCOUNT="acme"), "error", "no_deployments"),
    "a student that nobody knows": (setting(STUDENT_MODEL="gpt-4.1-mano"), "warning", "student_unknown"),
    "a wrong address": (attribute(url="http://127.0.0.1:9"), "error", "not_reached"),
    "a wrong function key": (attribute(key="fake-wrong-key"), "error", "key_refused"),
    "an installation of another version": (of_installation(version="0.0.1"), "warning", "version"),
    "an installation without its storage": (of_installation(storage=False), "error", "storage"),
    "a clock that is off": (of_installation(off=timedelta(minutes=20)), "error", "clock"),
    "keys that others can read": (open_profiles, "error", "profile_readable"),
    "no role for models": (in_azure(roles=["Owner"]), "error", "no_role"),
    "no role for fine-tuning": (in_azure(roles=["Cognitive Services OpenAI User"]), "warning", "no_tuning_role"),
    "a deployment of another name": (in_azure(teacher="gpt"), "error", "no_deployment"),
    "a deployment that is small": (in_azure(capacity=1), "warning", "small_quota"),
    "a model that is not offered": (in_azure(version="2020-01-01"), "error", "teacher_not_offered"),
    "nobody signed in": (setting(AZURE_OPENAI_ACCOUNT="acme", AZURE_SUBSCRIPTION_ID="0", AZURE_RESOURCE_GROUP="rg"), "warning", "azure_not_asked"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_it_names_what_is_planted_and_what_to_do(name: str, world: World):
    plant, level, code = PLANTED[name]
    plant(world)
    status, found = world.run()
    planted = [one for one in found if one["code"] == code]
    assert [one["level"] for one in planted] == [level], found
    assert all(one["do"] for one in planted)
    assert status == int(any(one["level"] == "error" for one in found))


def test_where_all_is_well_it_says_so(world: World):
    status, found = world.run()
    assert status == 0, found
    assert {one["level"] for one in found if one["code"] != "student_ends_soon"} == {"ok"}
    assert {one["code"] for one in found} >= {
        "python",
        "setup",
        "settings",
        "installation",
        "key",
        "clock",
        "teacher",
    } - {"settings"}


def test_an_account_that_is_well_is_told_with_quota_and_dates(world: World):
    in_azure()(world)
    status, found = world.run()
    assert status == 0, found
    assert "teacher" in {one["code"] for one in found}


def test_a_webhook_with_its_secret_is_well(world: World):
    secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"  # obviously fake: digits
    setting(EVENTS_WEBHOOK_URL="https://events.example", EVENTS_WEBHOOK_SECRET=secret)(world)
    status, found = world.run()
    assert status == 0, found


def test_every_finding_that_is_not_well_says_what_to_do(world: World):
    attribute(file="{")(world)
    _, found = world.run()
    assert all(Finding(**one).do or one["level"] == "ok" for one in found)
