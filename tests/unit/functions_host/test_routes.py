import pytest

from local.functions_host.bindings import Function
from local.functions_host.errors import HostError
from local.functions_host.routes import RouteTable
from local.functions_host.worker import IndexedFunction


def function(route: str | None = None, *methods: str, name: str = "f") -> Function:
    trigger = {"type": "httpTrigger", "name": "req", "route": route, "methods": list(methods) or None}
    return Function(IndexedFunction(name, name, (trigger,), {}), trigger, ())


@pytest.mark.parametrize(
    ("route", "path", "parameters"),
    [
        ("runs", "/api/runs", {}),
        ("runs", "/API/Runs/", {}),
        ("runs/{run}", "/api/runs/a%20b", {"run": "a b"}),
        ("runs/{run}", "/api/runs/", None),
        ("runs/{run?}", "/api/runs", {}),
        ("runs/{run}/files/{*path}", "/api/runs/r/files/a/b.json", {"run": "r", "path": "a/b.json"}),
        ("runs/{run}/files/{*path}", "/api/runs/r/files", {"run": "r"}),
        ("{*rest}", "/api/a/b", {"rest": "a/b"}),
        ("v{n:int}.json", "/api/v12.json", {"n": "12"}),
        ("v{n:int}.json", "/api/vx.json", None),
        ("a.b", "/api/axb", None),
        (None, "/api/f", {}),
        ("runs", "/runs", None),
    ],
)
def test_a_path_fits_a_template(route: str | None, path: str, parameters: dict[str, str] | None):
    match = RouteTable([function(route)], "api").match("GET", path)
    assert (match.parameters if match else None) == parameters


def test_the_default_methods_are_get_and_post():
    table = RouteTable([function("x")], "api")
    assert [bool(table.match(method, "/api/x")) for method in ("GET", "POST", "PUT", "HEAD")] == [
        True,
        True,
        False,
        False,
    ]


def test_two_functions_may_share_a_path_with_different_methods():
    table = RouteTable([function("x", "GET", name="read"), function("x", "POST", name="write")], "")
    matches = [table.match(method, "/x") for method in ("GET", "POST")]
    assert [match.function.name for match in matches if match] == ["read", "write"]


def test_the_most_specific_route_wins_in_whatever_order_they_come():
    routes = {"{*rest}": "all", "{id}": "free", "{n:int}": "number", "x": "literal"}
    functions = [function(route, name=name) for route, name in routes.items()]
    table = RouteTable(functions, "")
    found = [table.match("GET", path) for path in ("/x", "/7", "/y", "/y/z")]
    assert [match.function.name for match in found if match] == ["literal", "number", "free", "all"]


@pytest.mark.parametrize("route", ["{n:range(1,2)}", "{n:odd}", "{open"])
def test_a_template_that_cannot_be_read_is_refused(route: str):
    with pytest.raises(HostError, match=r"^f: route"):
        RouteTable([function(route)], "api")
