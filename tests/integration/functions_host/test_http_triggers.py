"""HTTP triggers, keys and the admin API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.functions_host import HostProcess, host

APP = Path(__file__).parent / "apps" / "http"
KEYS = {"HOST_KEY_MASTER": "m-fake", "HOST_KEY_DEFAULT": "d-fake", "FUNCTION_KEY_guarded": "g-fake"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with host(APP, tmp_path_factory.mktemp("http")) as process:
        yield process


@pytest.fixture(scope="module")
def locked_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with host(APP, tmp_path_factory.mktemp("locked"), "--enforce-keys", settings=KEYS) as process:
        yield process


def test_a_request_reaches_its_function_whole(app: HostProcess):
    headers = {"X-Mixed-Case": "Kept", "Content-Type": "text/plain"}
    seen = app.request("PUT", "/api/items/a%20b?x=1&empty=&y=%C3%A4&x=2", b"body", headers).json()
    assert seen["method"] == "PUT"
    assert seen["route"] == {"id": "a b"}
    assert seen["query"] == {"x": "1,2", "y": "ä"}
    assert seen["headers"]["x-mixed-case"] == "Kept"
    assert seen["body"] == "body"
    assert seen["url"].startswith(f"{app.url}/api/items/")


def test_an_optional_route_parameter_may_be_absent(app: HostProcess):
    assert app.request("GET", "/api/items").json()["route"] == {}
    assert app.request("GET", "/api/ITEMS/").json()["route"] == {}


def test_a_literal_route_wins_over_a_parameter(app: HostProcess):
    assert app.request("GET", "/api/items/special").body == b"special"


def test_a_catch_all_parameter_takes_the_rest_of_the_path(app: HostProcess):
    assert app.request("GET", "/api/files/r1/a/b.json").json()["route"] == {"run": "r1", "path": "a/b.json"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/api/items"), ("HEAD", "/api/items"), ("GET", "/api/nothing"), ("GET", "/items"),
     ("GET", "/api/items/a/b"), ("GET", "/api/numbers/x"), ("GET", "/api/mirror")],
)  # fmt: skip
def test_what_no_route_takes_is_not_found(app: HostProcess, method: str, path: str):
    assert app.request(method, path).status == 404


def test_a_constrained_parameter_takes_what_fits(app: HostProcess):
    assert app.request("GET", "/api/numbers/-12").json()["route"] == {"n": "-12"}


def test_an_answer_is_status_headers_cookies_and_bytes_as_the_function_gave_them(app: HostProcess):
    body = bytes(range(256)) * 1000
    answer = app.request("POST", "/api/mirror", body)
    assert (answer.status, answer.body) == (207, body)
    assert answer.headers("content-type") == ["application/octet-stream"]
    assert answer.headers("x-answer") == ["yes"]
    assert answer.headers("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]


def test_an_error_of_a_function_is_a_500_and_one_traceback_in_the_log(app: HostProcess):
    before = app.log().count("LookupError: as asked")
    assert (app.request("GET", "/api/broken").status, app.request("GET", "/api/broken").body) == (500, b"")
    assert app.log().count("LookupError: as asked") == before + 2
    assert "WARNING broken  about to break" in app.log()


def test_keys_are_not_asked_for_unless_the_host_is_told_to(app: HostProcess):
    assert app.request("GET", "/api/guarded").status == 200


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [("/api/items", None, 200), ("/api/guarded", None, 401), ("/api/guarded", "wrong", 401),
     ("/api/guarded", "g-fake", 200), ("/api/guarded", "d-fake", 200), ("/api/guarded", "m-fake", 200),
     ("/api/master", "d-fake", 401), ("/api/master", "m-fake", 200),
     ("/admin/host/status", "d-fake", 401), ("/admin/host/status", "m-fake", 200)],
)  # fmt: skip
def test_a_key_opens_what_it_is_for(locked_app: HostProcess, path: str, key: str | None, status: int):
    headers = {"x-functions-key": key} if key else {}
    assert locked_app.request("GET", path, headers=headers).status == status
    assert locked_app.request("GET", f"{path}?code={key}" if key else path).status == status


def test_the_status_says_which_host_this_is_and_counts_invocations(app: HostProcess):
    app.request("GET", "/api/items")
    status = app.status()
    assert (status["state"], status["host"]) == ("Running", "local functions host")
    assert status["functions"]["items"]["succeeded"] >= 1


def test_the_admin_api_lists_the_functions_with_their_bindings(app: HostProcess):
    functions = {function["name"]: function for function in app.request("GET", "/admin/functions").json()}
    assert functions["items"]["invoke_url_template"] == f"{app.url}/api/items/{{id?}}"
    assert functions["items"]["config"]["bindings"][0]["type"] == "httpTrigger"


def test_an_unknown_function_or_an_http_function_cannot_be_run_by_hand(app: HostProcess):
    assert app.request("POST", "/admin/functions/nobody", b'{"input": ""}').status == 404
    assert app.request("POST", "/admin/functions/items", b'{"input": ""}').status == 404
    assert app.request("POST", "/admin/functions/items", b"no json").status == 400
