import orjson
import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.dataset.tools import BUDGET, MAX_TOOLS, Toolbox, definition, function_names
from tests.builders.outcomes import catalog, plan


def names_of(tools: bytes) -> list[str]:
    return [tool["function"]["name"] for tool in orjson.loads(tools)]


def test_a_name_that_fits_stays():
    assert function_names(["create_order-2"]) == {"create_order-2": "create_order-2"}


def test_dots_become_underscores():
    assert function_names(["depot.op1"]) == {"depot.op1": "depot_op1"}


def test_names_that_collide_stay_apart_and_the_proper_one_keeps_its_own():
    names = function_names(["a.b", "a_b", "c.d_e", "c_d.e"])
    assert names["a_b"] == "a_b"
    assert len(set(names.values())) == 4


def test_function_names_do_not_depend_on_the_order():
    names = ["x.y", "x_y", "p.q_r", "p_q.r", "." * 64, "-" * 64]
    assert function_names(names) == function_names(reversed(names))


def test_a_small_catalog_is_offered_whole_in_its_order():
    box = Toolbox(catalog(12))
    assert box.offered(["depot.op7"]) == box.offered([])
    assert names_of(box.offered([])) == [f"depot_op{n}" for n in range(12)]


def big(count=400, text="x" * 300):
    return Catalog("Big", apis=tuple(Api(f"svc.op{n}", f"{n} {text}") for n in range(count)))


def test_of_a_big_catalog_a_row_gets_what_it_needs_and_neighbours_within_the_budget():
    offered = Toolbox(big()).offered(["svc.op200", "svc.op7", "svc.op200"])
    names = names_of(offered)
    assert {"svc_op200", "svc_op7", "svc_op201", "svc_op6"} <= set(names)
    assert len(offered) <= BUDGET + 2
    assert names == sorted(names, key=lambda name: int(name.removeprefix("svc_op")))


def test_what_a_row_needs_is_offered_beyond_the_budget_up_to_the_services_limit():
    needed = [f"svc.op{n}" for n in range(200)]
    assert len(names_of(Toolbox(big(text="y" * 900)).offered(needed))) == MAX_TOOLS


def test_many_small_operations_stay_within_the_services_limit():
    assert len(names_of(Toolbox(big(text="")).offered(["svc.op9"]))) <= MAX_TOOLS


def test_confusers_that_are_no_operation_are_not_offered():
    assert names_of(Toolbox(big()).offered(["svc.op3", "invented"])).count("invented") == 0


def test_a_definition_carries_the_schema_of_each_parameter():
    api = Api(
        "a",
        "Does\n it.",
        parameters=(
            Parameter("kind", "body", "string", True, ("x", "y"), description="Which."),
            Parameter("when", "query", "string", schema={"type": "string", "format": "date"}),
            Parameter("extra", "body", "any"),
        ),
    )
    assert definition(api, "a")["function"] == {
        "name": "a",
        "description": "Does it.",
        "parameters": {
            "type": "object",
            "properties": {
                "kind": {"type": "string", "enum": ["x", "y"], "description": "Which."},
                "when": {"type": "string", "format": "date"},
                "extra": {},
            },
            "required": ["kind"],
        },
    }


def test_a_definition_leaves_the_catalog_as_it_is():
    schema = {"type": "string"}
    definition(Api("a", parameters=(Parameter("p", "body", "string", description="d", schema=schema),)), "a")
    assert schema == {"type": "string"}


@pytest.mark.parametrize("operations", [6, 300])
def test_steps_become_calls_with_arguments_as_json_text(operations):
    calls = Toolbox(catalog(operations)).calls(plan("depot.op1", "depot.op2", id="A", limit=3))
    assert [call["id"] for call in calls] == ["call_1", "call_2"]
    assert calls[0]["function"] == {"name": "depot_op1", "arguments": '{"id":"A","limit":3}'}
    assert orjson.loads(calls[1]["function"]["arguments"]) == {"id": "${steps.1.id}"}
