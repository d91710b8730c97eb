"""Values are found in whatever way a task says them, and are missed where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.plan.grounding.numbers import SaidNumbers
from shared.plan.validate import PlanValidator
from tests.builders.records import step

SAID_NUMBERS = [
    ("twenty-five chairs", 25), ("two hundred and ten pages", 210), ("a dozen eggs", 12), ("half a dozen", 12),
    ("1,250.50 euros", 1250.5), ("1.250,50 Euro", 1250.5), ("12k views", 12_000), ("3 million", 3_000_000),
    ("70 percent alike", 0.7), ("2.8%", 0.028), ("the third page", 3), ("both of them", 2), ("an hour", 60),
    ("within 15 seconds", 15_000), ("for 2 hours", 7_200), ("half an hour", 0.5), ("three weeks", 21),
    ("messages 6101 to 6104", 6103), ("184 EUR", 18_400), ("10 MB", 10_485_760), ("10 MB", 10_000_000),
    ("INC-4471", 4471), ("Q3", 3), ("a quarter past", 0.25), ("one month", 30), ("fifteen minutes", 900),
    ("seventeen-year-old", 17), ("the last 90 days", 90), ("1536-dim vectors", 1536), ("$48/h", 48),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number"), SAID_NUMBERS)
def test_numbers_are_found_in_any_usual_writing(text: str, number: float) -> None:
    assert number in SaidNumbers(text)


@pytest.mark.parametrize(
    ("text", "number"), [("app-crayon-05", 5), ("twenty-five", 20), ("15 rows", 16), ("", 7)]
)
def test_numbers_that_are_not_said_are_not_found(text: str, number: float) -> None:
    assert number not in SaidNumbers(text)


def parameter(name: str, schema: dict[str, Any], **members: Any) -> Parameter:
    return Parameter(
        name, members.pop("location", "body"), schema.get("type", "any"), schema=schema, **members
    )


def codes(task: str, value: Any, given: Parameter, *assumptions: str) -> list[str]:
    """What grounding says of one argument."""
    api = Api("write", "Writes a thing", "POST", "/things", parameters=(given,))
    parts = {
        "task_nl": task,
        "assumptions": list(assumptions),
        "plan": {"steps": [step(1, "write", {given.name: value})], "expected_end_state": ""},
    }
    return [item["code"] for item in PlanValidator(Catalog("c", apis=(api,))).findings(parts)]


STRING = {"type": "string"}
DATE = {"type": "string", "format": "date"}
STAMP = {"type": "string", "format": "date-time"}

GROUNDED: list[tuple[str, Any, str, dict[str, Any]]] = [
    # Names, identifiers, addresses
    ("Remove user maria_k for good", "maria_k", "user_id", STRING),
    ('Search the "Shop Notes" index', "shop-notes", "index_name", STRING),
    ("Take the expired contracts index", "contracts-expired", "index_name", STRING),
    ("Write to Maria.Keller@example.com", "maria.keller@example.com", "email", STRING),
    ("Say hello to José Álvarez", "Jose Alvarez", "name", STRING),
    ("It is about O\u2019Neill\u2019s order", "O'Neill", "customer", STRING),
    ("为玛丽亚订两盏灯", "玛丽亚", "customer", STRING),
    ("Send it to Germany please", "DE", "country", STRING),
    ("Translate it from English into Italian", "it", "target_language", STRING),
    ("Bill it in Swiss francs", "CHF", "currency", STRING),
    ("The bill is 25 euros", "EUR", "currency", STRING),
    # Dates and times
    ("Report for 1 to 31 May 2025", "2025-05-31", "end_date", DATE),
    ("Since May 2025, everything", "2025-05-01", "start_date", DATE),
    ("All of Q2 2025", "2025-06-30", "end_date", DATE),
    ("It starts on the first of June 2026", "2026-06-01", "start", DATE),
    ("It starts on June 3rd, 2026", "2026-06-03", "start", DATE),
    ("It starts on 03.06.2026", "2026-06-03", "start", DATE),
    ("It starts on 6/3/2026", "2026-06-03", "start", DATE),
    ("Today is 2026-06-03; book it for tomorrow", "2026-06-04", "day", DATE),
    ("From 2026-06-03 for three weeks", "2026-06-24", "until", DATE),
    ("Meet on 3 June 2026 at half past five", "2026-06-03T17:30:00Z", "at", STAMP),
    ("Meet on 3 June 2026 at 9 am", "2026-06-03T09:00:00Z", "at", STAMP),
    ("Meet on 3 June 2026 at noon", "2026-06-03T12:00:00Z", "at", STAMP),
    ("3 June 2026, 14:00, for 90 minutes", "2026-06-03T15:30:00Z", "end", STAMP),
    ("Everything on 3 June 2026", "2026-06-03T23:59:59Z", "until", STAMP),
    ("9:00 CEST on 3 June 2026", "2026-06-03T07:00:00Z", "at", STAMP),
    ("Call at quarter to six", "17:45", "time", STRING),
    ("Wait for 45 minutes", "PT45M", "duration", STRING),
    # Lists and free text
    ("I want the name and the size of it", "name,size", "columns", STRING),
    ("Tell Ann that the red lamp has been repaired", "Your red lamp is repaired, Ann", "text", STRING),
    ("Copy it 12 times", "12", "copies", STRING),
]


@pytest.mark.parametrize(("task", "value", "name", "schema"), GROUNDED)
def test_what_the_task_says_is_grounded(task: str, value: Any, name: str, schema: dict[str, Any]) -> None:
    assert codes(task, value, parameter(name, schema)) == []


UNGROUNDED: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("Remove the old user for good", "maria_k", "user_id", STRING),
    ("Write to Maria Keller", "maria.keller@example.com", "email", STRING),
    ("Send it to France please", "DE", "country_code", STRING),
    ("Book it for tomorrow", "2026-06-04", "day", DATE),
    ("It starts on 3 June 2026", "2026-06-04", "start", DATE),
    ("It starts on 3 June 2025", "2026-06-03", "start", DATE),
    ("Meet on 3 June 2026 at 9 am", "2026-06-03T10:00:00Z", "at", STAMP),
    ("Meet on 3 June 2026 at 9 am", "2026-06-03T21:00:00Z", "at", STAMP),
    ("Call at quarter to six", "17:15", "time", STRING),
    ("Wait for 45 minutes", "PT46M", "duration", STRING),
    ("Buy a few lamps", 17, "quantity", {"type": "integer"}),
    ("Tell Ann that the lamp is there", "Umbrellas are sold out until autumn", "text", STRING),
    ("Tell Ann that the lamp is there", "The lamp 4711 is there, Ann", "text", STRING),
    ("Show order 1001", "1002", "id", STRING),
]


@pytest.mark.parametrize(("task", "value", "name", "schema"), UNGROUNDED)
def test_what_nobody_said_is_ungrounded(task: str, value: Any, name: str, schema: dict[str, Any]) -> None:
    assert codes(task, value, parameter(name, schema)) == ["ungrounded_value"]


TASK = "Do what is usual with the lamps"


@pytest.mark.parametrize("given", [{"default": "week"}, {"enum": ("day", "week")}])
def test_values_of_the_catalog_are_grounded(given: dict[str, Any]) -> None:
    assert codes(TASK, "week", parameter("span", STRING, **given)) == []


def test_the_example_of_a_field_inside_a_body_grounds_it() -> None:
    body = {"type": "object", "properties": {"kind": STRING}}
    assert codes(TASK, {"kind": "Service"}, parameter("body", body, default={"kind": "Service"})) == []
    assert codes(TASK, {"kind": "Servile"}, parameter("body", body, default={"kind": "Service"})) == [
        "unknown_constant"
    ]


def test_a_number_may_be_assumed_and_a_name_may_not() -> None:
    number = parameter("copies", {"type": "integer"})
    assert codes(TASK, 12, number, "The usual 12 copies are made.") == []
    name = parameter("owner", STRING)
    assert codes(TASK, "content-approver", name, "The owner is content-approver.") == ["invented_value"]


def test_an_amount_may_not_be_assumed() -> None:
    assert codes(TASK, 12, parameter("amount", {"type": "number"}), "It costs 12.") == ["ungrounded_value"]


def test_a_day_may_be_reckoned_from_a_stated_one() -> None:
    day = parameter("day", DATE)
    assert codes("Book the lamps for tomorrow", "2026-06-04", day, "Today is 2026-06-03.") == []


def test_flags_and_credentials_say_nothing_of_their_own() -> None:
    assert codes(TASK, True, parameter("express", {"type": "boolean"})) == []
    assert codes(TASK, "{{token}}", parameter("Authorization", STRING, location="header")) == []


def test_text_round_a_reference_is_judged_without_it() -> None:
    lamp = Api(
        "find", "Finds a lamp", "GET", "/lamps", responses={"type": "object", "properties": {"id": STRING}}
    )
    note = Api("note", "Notes", "POST", "/notes", parameters=(parameter("text", STRING),))
    validator = PlanValidator(Catalog("c", apis=(lamp, note)))

    def found(text: str) -> list[str]:
        steps = [step(1, "find", {}, outputs=["id"]), step(2, "note", {"text": text}, depends_on=[1])]
        parts = {"task_nl": "Note which lamp it is", "plan": {"steps": steps, "expected_end_state": ""}}
        return [item["code"] for item in validator.findings(parts)]

    assert found("The lamp: ${steps.1.id}") == []
    assert found("Umbrellas in the northern warehouse ${steps.1.id}") == ["ungrounded_value"]
