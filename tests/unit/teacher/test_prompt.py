"""The prompt puts what is shared first and what varies last, in the form that readers rely on."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared.catalog.model import Api, Parameter
from shared.curriculum.blueprint import VARIATIONS, Flow
from shared.plan.wire import WIRE_SCHEMA
from shared.teacher.api_lines import CUT, ENUM_TEXT, SCHEMA_TEXT, api_line
from shared.teacher.assignment import assignment_message
from shared.teacher.prompt import prompt_cost, repair_message, system_message
from testing.shop import CATALOG, STRING, obj
from tests.builders.records import blueprint


def lines_of(message: str) -> list[dict[str, Any]]:
    after = message.split("## APIs\n", 1)[1]
    return [orjson.loads(line) for line in after.split("\n") if line]


def test_each_api_is_one_line_of_json_after_the_mark() -> None:
    lines = lines_of(system_message(CATALOG.apis))
    assert [line["api"] for line in lines] == [api.name for api in CATALOG.apis]
    assert list(lines[0]) == ["api", "description", "method", "path", "parameters", "returns"]


def test_parameters_show_type_enum_format_and_schema() -> None:
    order = next(line for line in lines_of(system_message(CATALOG.apis)) if line["api"] == "create_order")
    by_name = {parameter["name"]: parameter for parameter in order["parameters"]}
    assert by_name["customer_id"] == {
        "name": "customer_id",
        "in": "body",
        "type": "string",
        "required": True,
        "format": "uuid",
    }
    assert by_name["currency"]["enum"] == ["EUR", "USD", "CHF"]
    assert by_name["lines"]["schema"]["items"]["required"] == ["sku", "quantity"]
    assert by_name["note"]["schema"]["maxLength"] == 200


def test_returns_are_paths_with_types_or_null_where_unknown() -> None:
    lines = {line["api"]: line for line in lines_of(system_message(CATALOG.apis))}
    assert {"path": "order.lines[0].sku", "type": "string"} in lines["create_order"]["returns"]
    assert {"path": "result[0].id", "type": "string"} in lines["list_orders"]["returns"]
    assert lines["start_report"]["returns"] is None


def test_alternatives_that_list_values_are_shown_as_enum() -> None:
    schema = {"anyOf": [{"const": 1}, {"enum": [2, 3]}, {"type": "null"}]}
    line = lines_of(
        system_message([Api("a", parameters=(Parameter("x", "body", "integer", schema=schema),))])
    )[0]
    assert line["parameters"][0]["enum"] == [1, 2, 3]


def test_a_line_stays_short_however_deep_a_schema_is() -> None:
    deep: dict[str, Any] = STRING
    for _ in range(9):
        deep = obj(("p0",), **{f"p{n}": deep for n in range(4)})
    api = Api("a", "word " * 500, parameters=(Parameter("x", "body", "object", schema=deep),))
    assert prompt_cost(api) < 4000
    assert lines_of(system_message([api]))[0]["parameters"][0]["schema"]["required"] == ["p0"]


def test_the_system_message_depends_on_the_slice_alone() -> None:
    assert system_message(CATALOG.apis) == system_message(tuple(CATALOG.apis))


def test_the_rules_show_every_member_of_the_answer_for_models_that_no_schema_binds() -> None:
    rules = system_message(CATALOG.apis).split("## APIs")[0]
    shape = orjson.loads(rules.strip().rsplit("\n", 1)[1])
    assert list(shape) == list(WIRE_SCHEMA["properties"])
    assert list(shape["steps"][0]) == list(WIRE_SCHEMA["properties"]["steps"]["items"]["properties"])


def test_the_cost_of_an_api_is_what_it_adds_to_the_message() -> None:
    apis = CATALOG.apis
    added = len(system_message(apis)) - len(system_message(apis[:-1]))
    assert prompt_cost(apis[-1]) == added


def test_the_assignment_is_one_line_of_json_after_its_mark() -> None:
    flow = Flow("create_order", "order.id", "create_invoice", "order_id")
    message = assignment_message(blueprint(flows=(flow,), seed_task="order a lamp"))
    mark, line, *rest = message.split("\n")
    assert mark == "## Assignment"
    assert orjson.loads(line) == {
        "focus": ["create_order", "create_invoice"],
        "shape": "chain",
        "difficulty": "S",
        "variation": "plain",
        "persona": "a busy manager",
        "flows": [
            {"from": "create_order", "path": "order.id", "to": "create_invoice", "parameter": "order_id"}
        ],
        "fill": [["create_order", "note"]],
        "set": [],
        "seed_task": "order a lamp",
        "index": 7,
    }
    assert any("Variation:" in text for text in rest)


def test_every_variation_is_explained_in_its_own_words() -> None:
    texts = {assignment_message(blueprint(variation=name)).split("Variation:")[1] for name in VARIATIONS}
    assert len(texts) == len(VARIATIONS)
    assert all(len(text) > 60 for text in texts)


def test_a_repair_turn_lists_the_errors_one_a_line() -> None:
    errors = [{"code": f"c{n}", "step": 1, "path": "p", "message": "m"} for n in range(30)]
    lines = repair_message(errors).split("\n")
    assert lines[0] == "## Errors"
    assert [orjson.loads(line)["code"] for line in lines[1:21]] == [f"c{n}" for n in range(20)]
    assert lines[21].startswith("10 more")


def parameter_lines(*parameters: Parameter) -> dict[str, dict[str, Any]]:
    line = lines_of(system_message([Api("a", parameters=parameters)]))[0]
    return {one["name"]: one for one in line["parameters"]}


def test_arguments_that_exclude_or_need_each_other_say_so_even_where_the_description_is_cut() -> None:
    long = "word " * 60
    found = parameter_lines(
        Parameter("kind", "body", "string", True, ("rich", "plain")),
        Parameter("markup", "body", "string", description=f"{long}. Provide when kind is `rich`."),
        Parameter(
            "page_id", "body", "string", description=f"{long}. Give page_id or block_id, but not both."
        ),
        Parameter("block_id", "body", "string"),
        Parameter("old", "body", "string", schema={"type": "string", "deprecated": True}),
    )
    assert found["markup"]["only_with"] == {"kind": "rich"}
    assert found["page_id"]["not_with"] == ["block_id"]
    assert found["block_id"]["not_with"] == ["page_id"]
    assert found["old"]["deprecated"] is True


def test_leaves_show_their_constant_or_their_example_also_where_the_whole_example_is_long() -> None:
    schema = obj(
        version={"type": "string", "const": "3.0"}, text=STRING, inner=obj(count={"type": "integer"})
    )
    example = {"version": "3.0", "text": "Pay now?", "inner": {"count": 3}, "rest": "x" * 200}
    shown = parameter_lines(Parameter("body", "body", "object", True, default=example, schema=schema))["body"]
    assert "example" not in shown
    assert shown["schema"]["properties"]["version"]["const"] == "3.0"
    assert shown["schema"]["properties"]["text"]["example"] == "Pay now?"
    assert shown["schema"]["properties"]["inner"]["properties"]["count"]["example"] == 3


def test_what_lists_its_values_stays_when_a_schema_is_cut() -> None:
    leaves = {"op": {"type": "string", "enum": ["add", "drop"]}, **{f"p{n}": STRING for n in range(300)}}
    deep = {"type": "object", "properties": leaves}
    shown = parameter_lines(Parameter("x", "body", "array", schema={"type": "array", "items": deep}))["x"]
    assert shown["schema"]["items"]["properties"] == {"op": {"type": "string", "enum": ["add", "drop"]}}


WIDE: list[dict[str, Any]] = [
    {"type": "object", "required": ["f90"], "properties": {f"f{n}": {**STRING, "enum": ["red", "blue"]} for n in range(95)}},
    {"type": "array", "items": {**STRING, "enum": [f"VALUE_NUMBER_{n}" for n in range(400)]}},
    {"anyOf": [{"type": "object", "properties": {"kind": {"const": f"kind number {n}"}}} for n in range(58)]},
    {"type": "object", "properties": {"a": STRING}, "not": {"enum": [f"VALUE_NUMBER_{n}" for n in range(400)]}},
]  # fmt: skip


@pytest.mark.parametrize("schema", WIDE)
def test_a_schema_that_is_too_wide_is_cut_to_its_bound_with_a_mark(schema: dict[str, Any]) -> None:
    line = api_line(Api("a", parameters=(Parameter("x", "body", "object", schema=schema),)))
    shown = orjson.dumps(orjson.loads(line)["parameters"][0]["schema"]).decode()
    assert 600 < len(shown) <= SCHEMA_TEXT
    assert f'"{CUT}":"' in shown
    assert "required" not in schema or "f90" in shown


def test_a_long_list_of_values_is_cut_with_a_mark() -> None:
    values = tuple(f"value number {n}" for n in range(500))
    (shown,) = lines_of(
        system_message([Api("a", parameters=(Parameter("x", "query", "string", enum=values),))])
    )[0]["parameters"]
    assert len(orjson.dumps(shown["enum"])) <= ENUM_TEXT + 2
    assert shown[CUT] == f"{500 - len(shown['enum'])} more of enum"


def test_what_arguments_satisfy_together_is_shown() -> None:
    rule = {"dependentRequired": {"description": ["title"]}}
    assert lines_of(system_message([Api("a", conditions=(rule,))]))[0]["conditions"] == [rule]


def test_a_placeholder_is_shown_as_no_example() -> None:
    shown = parameter_lines(Parameter("user", "body", "object", True, default={"email": "{{EMAIL}}"}))["user"]
    assert "example" not in shown


def test_a_response_that_says_nothing_is_unknown() -> None:
    line = lines_of(system_message([Api("a", responses={"type": "object"})]))[0]
    assert line["returns"] is None


def test_names_told_apart_by_a_hash_show_their_folder() -> None:
    line = lines_of(system_message([Api("read_6e409d45", tags=("Bills", "Old")), Api("read", tags=("New",))]))
    assert [one.get("folder") for one in line] == ["Bills / Old", None]


def test_the_notes_of_an_assignment_stand_in_its_words() -> None:
    message = assignment_message(
        blueprint(notes=("The limit is that of `size`.",), given=(("a", "kind", "rich"),))
    )
    assert "The limit is that of `size`." in message.split("\n")
    assert orjson.loads(message.split("\n")[1])["set"] == [["a", "kind", "rich"]]
