import pytest

from local.functions_host.bindings import bind
from local.functions_host.errors import HostError
from local.functions_host.settings import AppSettings
from local.functions_host.worker import IndexedFunction

SETTINGS = AppSettings({"S": "UseDevelopmentStorage=true", "Q": "Work"})
TRIGGER = {"direction": "IN", "type": "queueTrigger", "name": "msg", "queueName": "%Q%", "connection": "S"}
OUTPUT = {"direction": "OUT", "type": "queue", "name": "out", "queueName": "%Q%-done", "connection": "S"}


def indexed(*bindings: dict[str, str]) -> list[IndexedFunction]:
    return [IndexedFunction("f", "id", bindings, {})]


def test_a_function_has_its_trigger_and_its_outputs_resolved():
    (function,) = bind(indexed(OUTPUT, TRIGGER), SETTINGS)
    assert (function.name, function.kind, function.parameter) == ("f", "queueTrigger", "msg")
    assert [(output.name, output.queue) for output in function.outputs] == [("out", "work-done")]


@pytest.mark.parametrize(
    ("bindings", "said"),
    [
        ((), "exactly one trigger, it has 0"),
        ((TRIGGER, TRIGGER), "exactly one trigger, it has 2"),
        ((TRIGGER, {"direction": "OUT", "type": "blob", "name": "b"}), "no OUT binding of type blob"),
        (
            ({"direction": "IN", "type": "eventHubTrigger", "name": "e"},),
            "no IN binding of type eventHubTrigger",
        ),
        ((TRIGGER, {**OUTPUT, "queueName": "a_b"}), "'a_b' is no queue name"),
        ((TRIGGER, {**OUTPUT, "queueName": "a--b"}), "'a--b' is no queue name"),
        ((TRIGGER, {**OUTPUT, "queueName": "{id}"}), "binding expressions are not supported"),
    ],
)
def test_a_function_that_cannot_be_served_is_refused_by_name(bindings: tuple[dict[str, str], ...], said: str):
    with pytest.raises(HostError, match=f"^f.*{said}"):
        bind(indexed(*bindings), SETTINGS)
